/** Points come to a map: drawn, or from a file that was saved before. */
import type { SampleDesign } from "../../core/sampling/sample-design";
import { keyOfRun, selectSampled } from "../../store/sample-selectors";
import { findSample, type SamplesState, type SceneSample, withoutSample, withSample } from "../../store/samples";
import { selectScene } from "../../store/selectors";
import { update } from "../../store/studio-store";
import { checkMasks } from "../results/check-masks";
import { whenCorrected } from "../results/corrected-masks";
import { errorFacts, isCancelled, type Studio } from "../studio";
import { changeUndoably } from "../undo";

export function changeDesign(studio: Studio, change: Partial<SampleDesign>): void {
  changeSamples(studio, { design: { ...studio.store.getState().samples.design, ...change } });
}

export function chooseSampledMap(studio: Studio, mapKey: string): void {
  changeSamples(studio, { mapKey, fault: null });
}

function changeSamples(studio: Studio, change: Partial<SamplesState>): void {
  update(studio.store, "samples", (state) => ({ ...state, ...change }));
}

type Found = Pick<SceneSample, "points" | "squareMetres">;

/** Of the map that is looked at, as the design says; points that were there give way, which can be undone. */
export function drawSample(studio: Studio): Promise<void> {
  const { design } = studio.store.getState().samples;
  return find(studio, design, (of, classPixels) => studio.rasters.call("drawSample", { ...of, classPixels, design }));
}

/** Points that were saved, here or by `nadir sample`, with their answers; those of another map are refused. */
export function openPoints(studio: Studio, file: File): Promise<void> {
  return find(studio, null, (of) => studio.rasters.call("readSample", { ...of, file }));
}

async function find(
  studio: Studio,
  design: SampleDesign | null,
  ask: (of: { readonly maskId: string; readonly opticalId: string }, classPixels: readonly number[]) => Promise<Found>,
): Promise<void> {
  const state = studio.store.getState();
  const run = selectSampled(state)?.run ?? null;
  const record = selectScene(state);
  if (run === null || record === null || state.samples.drawingKey !== null) return;
  const { optical, id: sceneId } = record.scene;
  const key = keyOfRun(run);
  changeSamples(studio, { drawingKey: key, fault: null });
  try {
    await checkMasks(studio, run, run.state.result.result, optical.facts);
    const { maskId, corrected } = await whenCorrected(studio, run.id);
    const classPixels = corrected?.classPixels ?? run.state.result.result.classPixels;
    const found = await ask({ maskId, opticalId: optical.rasterId }, classPixels);
    const { modelName: mapName, classes } = run;
    const squareMetres = found.squareMetres?.slice(0, classPixels.length) ?? null;
    const map = { mapKey: key, mapName, classes, classPixels, squareMetres };
    putUndoably(studio, sceneId, key, { sceneId, ...map, design, points: found.points });
  } catch (error) {
    if (!isCancelled(error)) changeSamples(studio, { fault: errorFacts(error) });
  } finally {
    changeSamples(studio, { drawingKey: null });
  }
}

/** With its answers; it can be undone. */
export function removeSample(studio: Studio, sceneId: string, mapKey: string): void {
  putUndoably(studio, sceneId, mapKey, null);
}

function putUndoably(studio: Studio, sceneId: string, mapKey: string, after: SceneSample | null): void {
  const before = findSample(studio.store.getState().samples, sceneId, mapKey);
  changeUndoably(studio, before, after, (sample) =>
    update(studio.store, "samples", (state) =>
      sample === null ? withoutSample(state, sceneId, mapKey) : withSample({ ...state, review: null }, sample),
    ),
  );
}

/** Points of a project's scene, unless there are some of the same map. */
export function giveSamplesBack(
  studio: Studio,
  sceneId: string,
  samples: readonly Omit<SceneSample, "sceneId">[],
): void {
  update(studio.store, "samples", (state) =>
    samples.reduce(
      (all, sample) =>
        findSample(all, sceneId, sample.mapKey) === null ? withSample(all, { ...sample, sceneId }) : all,
      state,
    ),
  );
}
