/** The places worth a stroke, one after the other: where the newest map of the taught model is least sure. */
import { strokesToLeaveOut } from "../../evaluation/left-out";
import { maskInUse } from "../../store/masks-in-use";
import { withAllCameras } from "../../store/panes";
import { isDone } from "../../store/runs";
import { selectScene } from "../../store/selectors";
import { update } from "../../store/studio-store";
import type { TeachingPlaces } from "../../store/teaching";
import { selectRunToMend } from "../../store/teaching-selectors";
import { notifyError, type Studio } from "../studio";
import { strokesToSave } from "./strokes-to-save";

/** Moves every camera to the next place, or the one before; the places are found once per map. */
export async function stepPlace(studio: Studio, step: 1 | -1): Promise<void> {
  const places = await placesOf(studio);
  if (places === null || places.list.length === 0) return;
  const { length } = places.list;
  const at = places.at === null ? 0 : (places.at + step + length) % length;
  update(studio.store, "teaching", (teaching) => ({ ...teaching, places: { ...places, at } }));
  const { rect } = places.list[at]!;
  update(studio.store, "panes", (panes) =>
    withAllCameras(panes, {
      centrePx: [rect.col + rect.widthPx / 2, rect.row + rect.heightPx / 2],
      zoom: Math.log2(SHOWN_PX / Math.max(rect.widthPx, rect.heightPx)),
    }),
  );
}

/** Side of a place on the screen: with so much around it that what it is can be seen. */
const SHOWN_PX = 120;

async function placesOf(studio: Studio): Promise<TeachingPlaces | null> {
  const state = studio.store.getState();
  const run = selectRunToMend(state);
  const record = selectScene(state);
  if (run === null || record === null || !isDone(run)) return null;
  const known = state.teaching.places;
  if (known?.runId === run.id) return known;
  const { facts } = record.scene.optical;
  const { confidenceId } = run.state.result;
  try {
    const list = await studio.rasters.call("unsurePlaces", {
      size: { widthPx: facts.widthPx, heightPx: facts.heightPx },
      maskId: maskInUse(state, run).maskId,
      confidenceId: confidenceId!,
      strokes: strokesToLeaveOut(strokesToSave(state, [record]), facts, facts.fileName),
    });
    return { runId: run.id, list, at: null };
  } catch (error) {
    notifyError(studio, error);
    return null;
  }
}
