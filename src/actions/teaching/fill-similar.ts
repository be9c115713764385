/** What is connected and looks like the place that was clicked becomes a stroke. */
import type { PixelPoint } from "../../core/vector/stroke-on-photo";
import { selectScene } from "../../store/selectors";
import { notify, notifyError, type Studio } from "../studio";
import { drawStroke } from "./draw-strokes";

/** @param place  In pixels of the shown photo; beside it, or where it has no data, nothing is filled. */
export async function fillSimilar(studio: Studio, place: PixelPoint): Promise<void> {
  const state = studio.store.getState();
  const record = selectScene(state);
  const at = [Math.floor(place[0]), Math.floor(place[1])] as const;
  if (record === null) {
    return;
  }
  const { rasterId: opticalId, facts } = record.scene.optical;
  if (at[0] < 0 || at[1] < 0 || at[0] >= facts.widthPx || at[1] >= facts.heightPx) {
    return;
  }
  try {
    const found = await studio.rasters.call("floodPhoto", {
      opticalId,
      ...(record.display && { display: record.display }),
      at,
      tolerance: state.strokes.floodTolerance,
    });
    if (found !== null && selectScene(studio.store.getState())?.scene.id === record.scene.id) {
      drawStroke(studio, found.shape);
      if (found.isCut) notify(studio, "info", studio.messages.fillIsCut);
    }
  } catch (error) {
    notifyError(studio, error);
  }
}
