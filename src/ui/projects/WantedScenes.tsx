/** Scenes of an opened project whose files are not all open: what is missing, by name, and how to bring it. */
import { leaveOutWanted, settleWanted } from "../../actions/projects/adopt-project";
import { readAgain } from "../../actions/projects/restore-project";
import { describeError, type NadirErrorFacts } from "../../core/errors";
import type { WantedScene } from "../../store/project";
import { messages } from "../messages";
import { spelledFault } from "../remarks";
import { useSelect, useStudio } from "../StudioContext";

const words = messages.project;

export function WantedScenes() {
  const wanted = useSelect((state) => state.project.wanted);
  const layers = useSelect((state) => state.project.wantedParcels);
  return (
    <>
      {wanted.map((each) => {
        const { scene, missing, why } = each;
        if (missing.length > 0) return <WantedCard key={scene.id} {...each} />;
        return why !== undefined && <WaitingRunsCard key={scene.id} {...each} why={why} />;
      })}
      {layers.map(({ name, layer }) => (
        <p key={`${name}/${layer}`} className="card-line quiet">
          {words.dropLayer(name)}
        </p>
      ))}
    </>
  );
}

/** Runs of an open scene that a worker or the storage kept from coming back. */
function WaitingRunsCard({ scene, runs, why }: WantedScene & { readonly why: NadirErrorFacts }) {
  const studio = useStudio();
  return (
    <section className="card" aria-label={words.waitingRuns(scene.name)}>
      <WantedTitle scene={scene} badge={words.notAttached} />
      <span className="card-line">{words.runsWait(runs.length)}</span>
      <span className="card-line quiet">{describeError(spelledFault(why))}</span>
      <div className="card-tools">
        <button type="button" className="button button-small" onClick={() => settleWanted(studio)}>
          {words.attachAgain}
        </button>
      </div>
    </section>
  );
}

function WantedTitle({ scene, badge }: Pick<WantedScene, "scene"> & { readonly badge: string }) {
  const studio = useStudio();
  return (
    <div className="card-title">
      <span className="truncate" title={scene.name}>
        {scene.name}
      </span>
      <span className="badge">{badge}</span>
      <button
        type="button"
        className="button-plain"
        aria-label={words.leaveOut(scene.name)}
        onClick={() => leaveOutWanted(studio, scene.id)}
      >
        ×
      </button>
    </div>
  );
}

function WantedCard({ scene, missing, runs }: WantedScene) {
  const studio = useStudio();
  const askable = useSelect((state) => state.project.askable);
  const canAsk = missing.some(({ file }) => askable.includes(file.name));
  return (
    <section className="card" aria-label={words.wantedScene(scene.name)}>
      <WantedTitle scene={scene} badge={words.notOpen} />
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
