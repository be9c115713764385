/**
 * The places worth a stroke, one after the other: where the newest map of the taught model is least sure, and heads that
 * were taught without some of the strokes disagree.
 */
import type { PixelRect } from "../../core/raster/raster";
import { strokesToLeaveOut } from "../../evaluation/left-out";
import { choosePlaces } from "../../evaluation/unsure-places";
import { maskInUse } from "../../store/masks-in-use";
import { withAllCameras } from "../../store/panes";
import { type DoneRun, isDone } from "../../store/runs";
import type { SceneRecord } from "../../store/scenes";
import { runSettingsOf, selectScene } from "../../store/selectors";
import { update } from "../../store/studio-store";
import { type TeachingPlaces, taughtOf } from "../../store/teaching";
import { selectPupil, selectRunToMend } from "../../store/teaching-selectors";
import { sceneInputs } from "../runs/engine-inputs";
import { notifyError, type Studio } from "../studio";
import { keptCommittee } from "./kept-golden";
import { keyOf } from "./learn";
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
    const candidates = await studio.rasters.call("unsurePlaces", {
      size: { widthPx: facts.widthPx, heightPx: facts.heightPx },
      maskId: maskInUse(state, run).maskId,
      confidenceId: confidenceId!,
      strokes: strokesToLeaveOut(strokesToSave(state, [record]), facts, facts.fileName),
    });
    const list = choosePlaces(candidates, await disagreementOf(studio, run, record, candidates));
    return { runId: run.id, list, at: null };
  } catch (error) {
    notifyError(studio, error);
    return null;
  }
}

/** Of each place; none is known of a map whose model was not taught here, or whose base is not here. */
async function disagreementOf(
  studio: Studio,
  run: DoneRun,
  record: SceneRecord,
  places: readonly { readonly rect: PixelRect }[],
): Promise<readonly (number | null)[]> {
  const state = studio.store.getState();
  const golden = taughtOf(state.teaching, run.state.result.result.graphSha256)?.golden;
  const pupil = selectPupil(state);
  const heads = golden === undefined ? [] : keptCommittee(golden);
  if (golden === undefined || pupil === null || heads.length < 2) return places.map(() => null);
  const settings = runSettingsOf(state, record, pupil.manifest);
  const { signal } = new AbortController();
  return studio.working.engineQueue.add(async () => {
    const files = await studio.registry.models.get(pupil.id)!.files();
    const inputs = await sceneInputs(studio, { sceneId: record.scene.id, modelId: pupil.id, settings }, signal);
    const scene = { ...inputs, settings, key: keyOf(state, record, pupil.manifest) };
    const { samplesSha256 } = golden;
    return studio.engine.call("disagreement", {
      files,
      scene,
      heads,
      samplesSha256,
      places: places.map(({ rect }) => rect),
    });
  });
}
