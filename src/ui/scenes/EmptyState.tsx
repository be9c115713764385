/** The page before anything is opened: one sentence, one drop zone the size of the middle, and a sample to try. */
import { openSample } from "../../actions/scenes/open-files";
import { messages } from "../messages";
import { ContinueOffer } from "../projects/ContinueOffer";
import { useSelect, useStudio } from "../StudioContext";
import { PickFiles } from "./PickFiles";

const words = messages.emptyState;

export function EmptyState({ over }: { over: boolean }) {
  const studio = useStudio();
  const opening = useSelect((state) => state.scenes.opening);
  return (
    <section className="empty" aria-label={words.region}>
      <div className="drop-zone" data-over={over}>
        <ContinueOffer />
        <p className="drop-title">{words.title}</p>
        <div className="row row-wrap drop-buttons">
          <button
            type="button"
            className="button button-primary"
            onClick={() => void openSample(studio)}
            disabled={opening.length > 0}
          >
            {words.trySample}
          </button>
          <PickFiles what="files" className="button" text={words.chooseFilesButton} label={words.chooseFiles} />
          <PickFiles what="folder" className="button" text={words.chooseFolderButton} label={words.chooseFolder} />
        </div>
        <div className="drop-kinds">
          <p>{words.rasterKinds}</p>
          <p>{words.sideFiles}</p>
          <p>{words.ownModels}</p>
        </div>
        {opening.length > 0 && (
          <p role="status" className="strong">
            {words.opening(opening.length)}
          </p>
        )}
      </div>
    </section>
  );
}
