/** What a run, a response map or the trial of a dropped model takes along to the engine. */
import { correctionKey } from "../../core/raster/band-corrections";
import type { RunRecord } from "../../store/runs";
import type { ModelFiles, RasterInput } from "../../workers/engine-protocol";
import type { Studio } from "../studio";

export interface EngineInputs {
  readonly files: ModelFiles;
  readonly optical: RasterInput;
  readonly auxiliary: RasterInput | null;
}

/** The model's files and the scene's rasters of a run. @throws AbortError when one of them was removed. */
export async function engineInputs(studio: Studio, run: RunRecord, signal: AbortSignal): Promise<EngineInputs> {
  const scene = studio.store.getState().scenes.records.find((known) => known.scene.id === run.sceneId)?.scene;
  const model = studio.registry.models.get(run.modelId);
  const optical = scene && rasterInput(studio, scene.optical.rasterId);
  if (scene === undefined || model === undefined || optical === undefined) {
    throw new DOMException("the scene or the model was removed", "AbortError");
  }
  const leftOut = scene.auxiliary === null || run.settings.heights === "left-out";
  const auxiliary = leftOut ? null : rasterInput(studio, scene.auxiliary.rasterId);
  return { files: await model.files(signal), optical, auxiliary: auxiliary ?? null };
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
