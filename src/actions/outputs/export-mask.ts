/** Saves a run: mask as GeoTIFF, PNG with world file or GeoJSON, and its confidence. Everything is made in the worker, nothing is sent. */
import type { PixelRect } from "../../core/raster/raster";
import type { ExportedFile } from "../../outputs/export-mask";
import { type DoneRun, isDone } from "../../store/runs";
import { selectRun } from "../../store/selectors";
import { notify, notifyError, type Studio } from "../studio";

export type ExportKind = "geotiff" | "png" | "geojson" | "confidence";

const CALLS = {
  geotiff: "exportGeoTiff",
  png: "exportPng",
  geojson: "exportGeoJson",
  confidence: "exportConfidence",
} as const;

export async function exportMask(studio: Studio, runId: string, kind: ExportKind): Promise<void> {
  const state = studio.store.getState();
  const run = selectRun(state, runId);
  const record = state.scenes.records.find(({ scene }) => scene.id === run?.sceneId);
  if (run === null || !isDone(run) || record === undefined) {
    return;
  }
  try {
    const files = await studio.rasters.call(CALLS[kind], {
      maskId: run.state.result.maskId,
      confidenceId: run.state.result.confidenceId,
      opticalId: record.scene.optical.rasterId,
      classes: run.classes,
      name: exportName(record.scene.name, run.modelName),
      metadata: exportMetadata(run),
    });
    for (const file of files) {
      save(file);
    }
    notify(studio, "good", studio.messages.saved(files.map(({ fileName }) => fileName)));
  } catch (error) {
    notifyError(studio, error);
  }
}

/** A map is always labelled with what made it. */
function exportMetadata(run: DoneRun): Record<string, string> {
  const { result } = run.state.result;
  const { settings, backend } = result;
  return {
    MODEL: `${run.modelId} ${result.modelVersion}`,
    MODEL_SHA256: result.graphSha256,
    SETTINGS: `window ${run.windowPx} px, stride ${settings.stridePx} px, ${settings.blend}, augmentation ${settings.testTimeAugmentation}, heights ${settings.heights}${areaText(settings.areaOfInterest)}`,
    BACKEND: `${backend.kind}, ${backend.adapter}, ${backend.precision}`,
    INPUTS: result.inputs.map(({ fileName, fileBytes }) => `${fileName} (${fileBytes} bytes)`).join(", "),
  };
}

function areaText(area: PixelRect | null): string {
  return area === null ? "" : `, area ${area.widthPx} x ${area.heightPx} px at ${area.col}, ${area.row}`;
}

/** "top nadir 1_1" and "EMSNet, flat DSM" → "top-nadir-1_1.emsnet-flat-dsm". */
export function exportName(sceneName: string, modelName: string): string {
  const slug = (text: string) => text.replaceAll(/[^\p{L}\p{N}_.]+/gu, "-").replaceAll(/^-+|-+$/g, "");
  return `${slug(sceneName)}.${slug(modelName).toLowerCase()}`;
}

export function save({ fileName, blob }: ExportedFile): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  link.click();
  // The browser reads the blob after the click has been handled.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
