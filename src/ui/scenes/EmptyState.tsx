/** The page before anything is opened: one sentence, one drop zone the size of the middle, and a sample to try. */
import { useRef } from "react";
import { openAny } from "../../actions/projects/restore-project";
import { openSample } from "../../actions/scenes/open-files";
import { messages } from "../messages";
import { ContinueOffer } from "../projects/ContinueOffer";
import { useSelect, useStudio } from "../StudioContext";

const words = messages.emptyState;

export function EmptyState({ over }: { over: boolean }) {
  const studio = useStudio();
  const input = useRef<HTMLInputElement>(null);
  const opening = useSelect((state) => state.scenes.opening);
  return (
    <section className="empty" aria-label={words.region}>
      <div className="drop-zone" data-over={over}>
        <ContinueOffer />
        <p className="drop-title">{words.title}</p>
        <div className="row">
          <button
            type="button"
            className="button button-primary"
            onClick={() => void openSample(studio)}
            disabled={opening.length > 0}
          >
            {words.trySample}
          </button>
          <button type="button" className="button" onClick={() => input.current?.click()}>
            {words.chooseFilesButton}
          </button>
          <input
            ref={input}
            type="file"
            multiple
            hidden
            aria-label={words.chooseFiles}
            onChange={(event) => {
              const files = [...(event.target.files ?? [])];
              event.target.value = "";
              void openAny(studio, files);
            }}
          />
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
