/** A stated share of the shown scene's truth becomes strokes. */
import { photoGrid, shapeOnMap } from "../../core/vector/stroke-on-photo";
import { selectScene } from "../../store/selectors";
import { notify, notifyError, type Studio } from "../studio";
import { openTeaching } from "./choose-tool";
import { addNamedStrokes } from "./stroke-files";

/** @param share  0–1. As one step; without a truth nothing. */
export async function addTruthStrokes(studio: Studio, share: number): Promise<void> {
  const record = selectScene(studio.store.getState());
  if (record === null || record.truth.status !== "ready") {
    return;
  }
  const { scene, truth } = record;
  try {
    const { rasterId: opticalId, facts } = scene.optical;
    const { strokes, pieces } = await studio.rasters.call("truthPieces", { maskId: truth.maskId, opticalId, share });
    const grid = photoGrid(facts);
    const classes = new Map(truth.classes.map((entry) => [entry.id, entry]));
    addNamedStrokes(
      studio,
      strokes.flatMap(({ classId, shape }) => {
        const said = classes.get(classId);
        return said === undefined
          ? []
          : [
              {
                sceneId: scene.id,
                stroke: { className: said.name, colour: said.colour, shape: shapeOnMap(shape, grid) },
              },
            ];
      }),
    );
    openTeaching(studio, true);
    notify(studio, "good", studio.messages.truthStrokesAdded(strokes.length, pieces));
  } catch (error) {
    notifyError(studio, error);
  }
}
