/** What made a map, in words that go into its files: a map is always labelled. */
import { type CorrectionFacts, spellCorrection } from "../core/correction/mask-edit";
import type { ModelManifest } from "../core/manifest/manifest";
import type { RasterFacts } from "../core/raster/raster";
import type { Remark } from "../core/remarks/remark";
import { spellInEnglish } from "../core/remarks/spell";
import type { RunResult } from "../core/run/run-result";
import type { RunSettings } from "../core/run/run-settings";

/** Items of the GeoTIFF's metadata. @param corrected What was done to it by hand; null for nothing. */
export function runLabels(
  result: RunResult,
  windowPx: number,
  corrected: CorrectionFacts | null = null,
): Record<string, string> {
  return { ...madeLabels(result, windowPx), ...(corrected && { CORRECTED: spellCorrection(corrected) }) };
}

function madeLabels(result: RunResult, windowPx: number): Record<string, string> {
  const { backend, inputs, madeElsewhere, cleaned } = result;
  const tidied = cleaned && { CLEANING: cleaned.how };
  if (madeElsewhere !== undefined) {
    return { PREDICTION: madeElsewhere.fileName, READ: madeElsewhere.notes.join(" "), ...tidied };
  }
  return {
    MODEL: `${result.modelId} ${result.modelVersion}`,
    MODEL_SHA256: result.graphSha256,
    SETTINGS: spellInEnglish(settingsRemark(result, windowPx)),
    BACKEND: `${backend.kind}, ${backend.adapter}, ${backend.precision}`,
    INPUTS: inputs.map(({ fileName, fileBytes }) => `${fileName} (${fileBytes} bytes)`).join(", "),
    ...tidied,
  };
}

/** The same as columns of polygons: the photo or the maps, what made them, and how. @param labels As they stand in files. */
export function madeBy({ fileName }: Pick<RasterFacts, "fileName">, labels: Readonly<Record<string, string>>) {
  const { MODEL, PREDICTION, CLEANED, SETTINGS, CLEANING, CORRECTED, CHANGED_FROM, CHANGED_TO } = labels;
  const source = CHANGED_FROM === undefined ? fileName : `${CHANGED_FROM} → ${CHANGED_TO}`;
  const settings = [SETTINGS, CLEANING, CORRECTED && `corrected ${CORRECTED}`].filter((text) => text !== undefined);
  return { source, model: MODEL ?? PREDICTION ?? CLEANED ?? null, settings: settings.join("; ") || null };
}

/** What a run is called: its model, and the ablation when it is one. */
export function runName({ name }: Pick<ModelManifest, "name">, { heights }: Pick<RunSettings, "heights">): string {
  return heights === "flattened" ? `${name}, flat DSM` : name;
}

/** Of a run's mask that was tidied up. */
export function cleanedName(modelName: string): string {
  return `${modelName}, cleaned`;
}

/** "top nadir 1_1" and "EMSNet, flat DSM" → "top-nadir-1_1.emsnet-flat-dsm". */
export function exportName(sceneName: string, modelName: string): string {
  return `${slug(sceneName)}.${slug(modelName).toLowerCase()}`;
}

export function slug(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}_.]+/gu, "-").replaceAll(/^-+|-+$/g, "");
}

/** How a run was made. Maps of an earlier version say only which heights were asked for. */
export function settingsRemark({ settings, heightsMade }: RunResult, windowPx: number): Remark {
  return { say: "run-settings", windowPx, settings, heights: heightsMade ?? settings.heights };
}
