/** What a run, a response map or the trial of a dropped model takes along to the engine. */
import { correctionKey } from "../../core/raster/band-corrections";
import type { HeightsMade } from "../../core/run/heights-made";
import { type HeightsPlan, madeOf, planHeights } from "../../core/run/plan-heights";
import { auxiliariesOf, type SceneAuxiliary } from "../../core/scene/scene";
import type { RunRecord } from "../../store/runs";
import { findScene } from "../../store/scenes";
import { sceneToRun } from "../../store/selectors";
import type { ModelFiles, RasterInput, SecondRaster } from "../../workers/engine-protocol";
import type { ModelBytes } from "../registry";
import { aboveGroundBase } from "../results/above-ground";
import type { Studio } from "../studio";

export interface EngineInputs {
  readonly files: ModelFiles;
  readonly optical: RasterInput;
  readonly auxiliary: SecondRaster | null;
  readonly heights: { readonly made: HeightsMade; readonly notes: readonly string[] } | null;
}

type AskedRun = Pick<RunRecord, "sceneId" | "modelId" | "settings">;

/**
 * The model's files and the scene's rasters of a run, with heights made where the model wants what the scene has not.
 *
 * @param onLoaded Told as the model's files arrive.
 * @throws AbortError when one of them was removed. @throws {NadirError} When the model cannot do without what is not there.
 */
export async function engineInputs(
  studio: Studio,
  run: AskedRun,
  signal: AbortSignal,
  onLoaded?: Parameters<ModelBytes["files"]>[1],
): Promise<EngineInputs> {
  const inputs = await sceneInputs(studio, run, signal);
  return { ...inputs, files: await modelOf(studio, run).files(signal, onLoaded) };
}

/** The same without the model's files. */
export async function sceneInputs(
  studio: Studio,
  run: AskedRun,
  signal: AbortSignal,
): Promise<Omit<EngineInputs, "files">> {
  const record = findScene(studio.store.getState().scenes, run.sceneId);
  const { manifest } = modelOf(studio, run);
  const optical = record && rasterInput(studio, record.scene.optical.rasterId);
  if (record === undefined || optical === undefined) throw wasRemoved();
  const { heights } = run.settings;
  const scene = sceneToRun(heights === "left-out" ? { ...record, auxiliaryChoice: "leave-out" } : record);
  const plan = planHeights(manifest, scene.optical.facts, auxiliariesOf(scene), heights);
  const made = madeOf(manifest, plan, heights);
  const auxiliary = plan && (await secondRaster(studio, run.sceneId, plan, signal));
  return {
    optical,
    auxiliary,
    heights: made && { made, notes: [...(plan?.notes ?? []), ...(auxiliary?.base?.notes ?? [])] },
  };
}

function modelOf({ registry }: Studio, { modelId }: AskedRun): ModelBytes {
  const model = registry.models.get(modelId);
  if (model === undefined) throw wasRemoved();
  return model;
}

async function secondRaster(
  studio: Studio,
  sceneId: string,
  { how, raster, terrain }: HeightsPlan<SceneAuxiliary>,
  signal: AbortSignal,
): Promise<SecondRaster> {
  const input = rasterInput(studio, raster.rasterId);
  if (input === undefined) throw wasRemoved();
  if (how === "as-given") return input;
  const terrainId = terrain?.rasterId ?? null;
  const of = { kind: "above-ground", surfaceId: raster.rasterId, terrainId } as const;
  const base = await aboveGroundBase(studio, of, sceneId, signal);
  const terrainInput = terrainId === null ? undefined : rasterInput(studio, terrainId);
  return { ...input, base, ...(terrainInput && { terrain: terrainInput }) };
}

function rasterInput(studio: Studio, rasterId: string): RasterInput | undefined {
  const raster = studio.registry.rasters.get(rasterId);
  return (
    raster && {
      file: raster.file,
      sideFiles: raster.sideFiles,
      corrections: studio.store.getState().corrections[correctionKey(raster.facts)] ?? {},
    }
  );
}

function wasRemoved(): DOMException {
  return new DOMException("the scene or the model was removed", "AbortError");
}
