/** What was corrected in a map becomes strokes to learn from. */
import { photoGrid, shapeOnMap } from "../../core/vector/stroke-on-photo";
import { isDone } from "../../store/runs";
import { selectRun } from "../../store/selectors";
import { whenCorrected } from "../results/corrected-masks";
import { notify, notifyError, type Studio } from "../studio";
import { openTeaching } from "../teaching/choose-tool";
import { addNamedStrokes } from "../teaching/stroke-files";

/** As one step: a stroke for each patch of pixels that were changed to one class. */
export async function strokesFromEdits(studio: Studio, runId: string): Promise<void> {
  try {
    const { maskId } = await whenCorrected(studio, runId);
    const state = studio.store.getState();
    const run = selectRun(state, runId);
    const scene = state.scenes.records.find((record) => record.scene.id === run?.sceneId)?.scene;
    if (run === null || !isDone(run) || scene === undefined) return;
    const { facts, rasterId: opticalId } = scene.optical;
    const { strokes, isCut } = await studio.rasters.call("changedPieces", {
      ownId: run.state.result.maskId,
      correctedId: maskId,
      opticalId,
    });
    const grid = photoGrid(facts);
    const names = new Map(run.classes.map(({ id, name }) => [id, name]));
    const added = strokes.flatMap(({ classId, shape }) => {
      const className = names.get(classId);
      return className === undefined
        ? []
        : [{ sceneId: scene.id, stroke: { className, shape: shapeOnMap(shape, grid) } }];
    });
    addNamedStrokes(studio, added);
    openTeaching(studio, true);
    notify(studio, "good", studio.messages.editStrokesAdded(added.length, isCut));
  } catch (error) {
    notifyError(studio, error);
  }
}
