/** What I have: scenes with their verdict in words, files that could not be used, and a way to add more. */
import { openDialog } from "../../actions/view/arrange";
import { CutName } from "../controls/CutName";
import { messages } from "../messages";
import { WantedScenes } from "../projects/WantedScenes";
import { useSelect, useStudio } from "../StudioContext";
import { BandQuestion } from "./BandQuestion";
import { BandTable } from "./BandTable";
import { PickFiles } from "./PickFiles";
import { RefusedFiles } from "./RefusedFiles";
import { SceneList } from "./SceneList";

const words = messages.scenes;

export function ScenesPanel() {
  const { records, refused, unpaired, opening, selectedId } = useSelect((state) => state.scenes);
  const wanted = useSelect((state) => state.project.wanted);
  const studio = useStudio();
  return (
    <section className="section" aria-label={words.title}>
      <div className="section-head">
        <h2 className="label">{words.title}</h2>
        <span className="row">
          <PickFiles what="files" className="button-plain" text={words.addFilesButton} label={words.addFiles} />
          <PickFiles what="folder" className="button-plain" text={words.addFolderButton} label={words.addFolder} />
          <button type="button" className="button-plain" onClick={() => openDialog(studio, "address")}>
            {messages.address.button}
          </button>
        </span>
      </div>
      <SceneList records={records} selectedId={selectedId} />
      <div className="stack">
        <BandQuestion />
        <WantedScenes />
        {opening.length > 0 && (
          <p role="status" className="quiet">
            {words.opening(opening)}
          </p>
        )}
        {records.length === 0 &&
          wanted.length === 0 &&
          opening.length === 0 &&
          refused.length === 0 &&
          unpaired.length === 0 && <p className="quiet">{words.none}</p>}
        {unpaired.map(({ rasterId, facts, reason }) => (
          <div key={rasterId} className="card">
            <div className="card-title">
              <CutName text={facts.fileName} />
              <span className="badge">{words.notInScene}</span>
            </div>
            <span className="card-line">{reason}</span>
            <details className="card-details">
              <summary>{messages.bands.whatItIs}</summary>
              <BandTable facts={facts} use={facts.use ?? null} />
            </details>
          </div>
        ))}
        <RefusedFiles />
      </div>
    </section>
  );
}
