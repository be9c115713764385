/** The versions a model was taught so far, each to be run and saved. */
import { saveTaught } from "../../actions/teaching/save-taught";
import { openDialog } from "../../actions/view/arrange";
import { selectVersions } from "../../store/teaching-selectors";
import { messages } from "../messages";
import { useSelectList, useStudio } from "../StudioContext";

const words = messages.teach;

export function Versions() {
  const studio = useStudio();
  const versions = useSelectList(selectVersions);
  if (versions.length === 0) return null;
  return (
    <ul className="stack" style={{ listStyle: "none", margin: 0, padding: 0, gap: 4 }} aria-label={words.versions}>
      {versions.toReversed().map(({ manifest, version }) => (
        <li key={manifest.id} className="row" title={manifest.description}>
          <span>{words.version(version)}</span>
          <span className="quiet truncate">{words.strokesOf(manifest.taught!.strokes)}</span>
          <button
            type="button"
            className="button-plain row-end"
            aria-label={messages.runs.about(manifest.name)}
            onClick={() => openDialog(studio, "model", manifest.id)}
          >
            {messages.runs.info}
          </button>
          <button
            type="button"
            className="button button-small"
            aria-label={words.saveVersion(manifest.name)}
            onClick={() => void saveTaught(studio, manifest.id)}
          >
            {words.save}
          </button>
        </li>
      ))}
    </ul>
  );
}
