/** Over a response map: starts it for what is in view, shows its progress, and offers the rest once the view moved on. */
import { useEffect } from "react";
import { cancelResponse, computeResponse } from "../../actions/runs/respond";
import { containsRect, intersectRects } from "../../core/raster/pixel-rect";
import type { PixelRect } from "../../core/raster/raster";
import { findResponse, responseKey } from "../../store/responses";
import { selectRun } from "../../store/selectors";
import { Fault } from "../controls/Fault";
import { progressText } from "../describe";
import { messages } from "../messages";
import { useSelect, useStudio } from "../StudioContext";

const words = messages.responseMap;

export function ResponseTools(props: { runId: string; classId: number; view: PixelRect | null }) {
  const { runId, classId } = props;
  const studio = useStudio();
  const run = useSelect((state) => selectRun(state, runId));
  const asked = run?.settings.areaOfInterest ?? null;
  const view = props.view && asked ? intersectRects(props.view, asked) : props.view;
  const record = useSelect((state) => findResponse(state.responses, runId, classId));
  const progress = useSelect((state) => state.progress[responseKey(runId, classId)] ?? null);
  const compute = () => view !== null && void computeResponse(studio, runId, classId, view);
  const untouched = record === null && run?.state.status === "done" && view !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked for once, for what was in view then.
  useEffect(() => {
    if (untouched) {
      compute();
    }
  }, [untouched]);
  if (record === null) {
    return null;
  }
  const { work, shown } = record;
  const name = run?.classes.find(({ id }) => id === classId)?.name ?? "";
  if (work.status === "computing") {
    return (
      <div className="response-tools" role="status">
        <span className="number">
          {progress === null ? words.waiting(name) : words.computing(name, progressText(progress))}
        </span>
        <button type="button" className="button button-small" onClick={() => cancelResponse(studio, runId, classId)}>
          {words.cancel}
        </button>
      </div>
    );
  }
  if (work.status === "idle" && shown !== null && (view === null || containsRect(shown.area, view))) {
    return null;
  }
  return (
    <div className="response-tools">
      {work.status === "failed" ? (
        <Fault error={work.error} />
      ) : (
        <span>{shown === null ? words.none : words.beyond}</span>
      )}
      {view === null ? (
        <span>{words.outside}</span>
      ) : (
        <button type="button" className="button button-small" title={words.computeTip} onClick={compute}>
          {words.compute}
        </button>
      )}
    </div>
  );
}
