/** One line for all that is being run and waits to be, whatever scene is shown. */
import { holdQueue } from "../../actions/runs/hold-queue";
import { cancelAllRuns } from "../../actions/runs/run-model";
import { selectSceneById } from "../../actions/view/arrange";
import { findScene } from "../../store/scenes";
import { selectIsQueueHeld, selectQueueSeconds, selectUnfinishedRuns } from "../../store/selectors";
import { progressText } from "../describe";
import { roughTime } from "../format";
import { messages } from "../messages";
import { useSelect, useSelectList, useStudio } from "../StudioContext";

const words = messages.topBar;

/** Nothing while the only run is of the scene that is shown and its card in sight, which says it all. */
export function RunQueue({ isLeftShown }: { isLeftShown: boolean }) {
  const studio = useStudio();
  const runs = useSelectList(selectUnfinishedRuns);
  const selectedId = useSelect((state) => state.scenes.selectedId);
  const current = runs.find(({ state }) => state.status === "running") ?? runs[0];
  const progress = useSelect((state) => state.progress[current?.id ?? ""] ?? null);
  const sceneName = useSelect(({ scenes }) => findScene(scenes, current?.sceneId)?.scene.name ?? "");
  const isHeld = useSelect(selectIsQueueHeld);
  const timeLeft = useSelect((state) => {
    const seconds = selectQueueSeconds(state);
    return seconds === null ? null : roughTime(seconds);
  });
  if (current === undefined || (isLeftShown && runs.length === 1 && current.sceneId === selectedId)) {
    return null;
  }
  const text = words.queue(current.modelName, sceneName, isHeld ? words.held : progress && progressText(progress));
  return (
    <div className="row run-queue" role="status">
      <button
        type="button"
        className="button-plain truncate"
        title={`${words.showRunning}: ${text}`}
        onClick={() => selectSceneById(studio, current.sceneId)}
      >
        {text}
      </button>
      {runs.length > 1 && (
        <span className="quiet number" data-role="queue-rest">
          {words.queued(runs.length - 1, isHeld ? null : timeLeft)}
        </span>
      )}
      <button type="button" className="button-plain" onClick={() => holdQueue(studio, !isHeld)}>
        {isHeld ? words.goOnAll : words.pauseAll}
      </button>
      <button type="button" className="button-plain" onClick={() => cancelAllRuns(studio)}>
        {words.cancelAll}
      </button>
    </div>
  );
}
