/** Scenes of an opened project whose files are not all open: what is missing, by name, and how to bring it. */
import { leaveOutWanted } from "../../actions/projects/adopt-project";
import { readAgain } from "../../actions/projects/restore-project";
import type { WantedScene } from "../../store/project";
import { messages } from "../messages";
import { useSelect, useStudio } from "../StudioContext";

const words = messages.project;

export function WantedScenes() {
  const wanted = useSelect((state) => state.project.wanted);
  return wanted.filter(({ missing }) => missing.length > 0).map((each) => <WantedCard key={each.scene.id} {...each} />);
}

function WantedCard({ scene, missing, runs }: WantedScene) {
  const studio = useStudio();
  const askable = useSelect((state) => state.project.askable);
  const canAsk = missing.some(({ file }) => askable.includes(file.name));
  return (
    <section className="card" aria-label={words.wantedScene(scene.name)}>
      <div className="card-title">
        <span className="truncate" title={scene.name}>
          {scene.name}
        </span>
        <span className="badge">{words.notOpen}</span>
        <button
          type="button"
          className="button-plain"
          aria-label={words.leaveOut(scene.name)}
          onClick={() => leaveOutWanted(studio, scene.id)}
        >
          ×
        </button>
      </div>
      <span className="card-line">{words.wantedFiles(missing.length, runs.length)}</span>
      <ul className="wanted-files">
        {missing.map(({ file, why }) => (
          <li key={file.name}>
            <span className="truncate" title={file.address ?? file.name}>
              {file.address ?? file.name}
            </span>
            {why === "changed" && <span className="quiet">{words.changed}</span>}
          </li>
        ))}
      </ul>
      <div className="card-tools">
        {canAsk && (
          <button type="button" className="button button-small" onClick={() => void readAgain(studio, true)}>
            {words.readAgain}
          </button>
        )}
        <button
          type="button"
          className="button button-small"
          onClick={() => document.querySelector<HTMLInputElement>("[data-role=file-input]")?.click()}
        >
          {words.chooseFiles}
        </button>
      </div>
    </section>
  );
}
