/** What the next run is asked to do. Model-independent: the stride in pixels follows from each model's own window. */
import type { ModelManifest } from "../core/manifest/manifest";
import type { AskedSettings } from "../core/run/asked-settings";
import { chooseScale, scaleSetting, spellRatio } from "../core/run/run-scale";
import type { RunSettings } from "../core/run/run-settings";

export type { AskedSettings };

export const initialSettings: AskedSettings = {
  modelIds: [],
  backend: "auto",
  overlapFraction: 0.25,
  blend: "trapezoid",
  testTimeAugmentation: "none",
  confidence: true,
  papers: false,
};

/**
 * Settings of one run: the asked ones in terms of this model's window.
 *
 * @param imageMetres Ground sampling distance of the image; null where it is not known.
 */
export function settingsFor(
  asked: AskedSettings,
  manifest: ModelManifest,
  heights: RunSettings["heights"] = "as-is",
  areaOfInterest: RunSettings["areaOfInterest"] = null,
  imageMetres: number | null = null,
): RunSettings {
  const windowPx = manifest.window.sizePx;
  const papers = asked.papers && manifest.stitch.papersStridePx !== null;
  return {
    modelId: manifest.id,
    backend: asked.backend,
    stridePx: papers
      ? (manifest.stitch.papersStridePx ?? windowPx)
      : Math.max(1, Math.round(windowPx * (1 - asked.overlapFraction))),
    blend: papers ? "papers" : asked.blend,
    ...scaleSetting(papers ? 1 : chooseScale(asked.scale ?? "auto", manifest, imageMetres)),
    testTimeAugmentation: asked.testTimeAugmentation,
    batch: "auto",
    areaOfInterest,
    heights,
    confidence: asked.confidence,
  };
}

/** Settings that differ between two runs of one model, in words; empty when a re-run would give the same map. */
export function settingsDifferences(made: RunSettings, asked: RunSettings): string[] {
  const differences: string[] = [];
  if (made.stridePx !== asked.stridePx) {
    differences.push(`stride ${made.stridePx} → ${asked.stridePx} px`);
  }
  if (made.blend !== asked.blend) {
    differences.push(`blend ${made.blend} → ${asked.blend}`);
  }
  if ((made.scale ?? 1) !== (asked.scale ?? 1)) {
    differences.push(`scale ${spellRatio(made.scale ?? 1)} → ${spellRatio(asked.scale ?? 1)}`);
  }
  if (made.testTimeAugmentation !== asked.testTimeAugmentation) {
    differences.push(`augmentation ${made.testTimeAugmentation} → ${asked.testTimeAugmentation}`);
  }
  if (JSON.stringify(made.areaOfInterest) !== JSON.stringify(asked.areaOfInterest)) {
    differences.push("area of interest");
  }
  if (made.heights !== asked.heights) {
    differences.push(`heights ${made.heights} → ${asked.heights}`);
  }
  return differences;
}
