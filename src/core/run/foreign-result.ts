/** A prediction made elsewhere as the result of a run: only what can be counted of its mask is known of it. */

import type { RasterFacts } from "../raster/raster";
import type { GridSize } from "../raster/tile-grid";
import type { Remark } from "../remarks/remark";
import { spellInEnglish } from "../remarks/spell";
import type { RunResult } from "./run-result";
import type { RunSettings } from "./run-settings";

/** Of every run that nobody made here. */
export const FOREIGN_MODEL_ID = "prediction";

export const FOREIGN_SETTINGS: RunSettings = {
  modelId: FOREIGN_MODEL_ID,
  backend: "auto",
  stridePx: 1,
  blend: "flat",
  testTimeAugmentation: "none",
  batch: "auto",
  areaOfInterest: null,
  heights: "as-is",
  confidence: false,
};

/**
 * @param grid         The orthophoto's, on which the mask lies.
 * @param classPixels  Pixels per class id.
 * @param notes        How the file's values became classes.
 */
export function foreignResult(
  { fileName, fileBytes }: Pick<RasterFacts, "fileName" | "fileBytes">,
  { widthPx, heightPx }: GridSize,
  classPixels: Readonly<Record<number, number>>,
  notes: readonly Remark[],
): RunResult {
  const last = Math.max(-1, ...Object.keys(classPixels).map(Number));
  const counts = Array.from({ length: last + 1 }, (_, id) => classPixels[id] ?? 0);
  return {
    modelId: FOREIGN_MODEL_ID,
    modelVersion: "",
    graphSha256: "",
    settings: FOREIGN_SETTINGS,
    backend: { kind: "elsewhere", adapter: "", reason: "", precision: "fp32" },
    widthPx,
    heightPx,
    area: { col: 0, row: 0, widthPx, heightPx },
    windowsRun: 0,
    windowsSkipped: 0,
    augmentations: 1,
    batch: 1,
    classPixels: counts,
    nodataPixels: widthPx * heightPx - counts.reduce((sum, count) => sum + count, 0),
    timings: { statisticsMs: 0, runMs: 0, readMs: 0, modelMs: 0 },
    recoveries: 0,
    inputs: [{ fileName, fileBytes }],
    heightRange: null,
    warnings: [],
    madeElsewhere: { fileName, notes: notes.map(spellInEnglish) },
  };
}
