/** The truth of a scene as a mask in the store: what `place-labels.ts` reads, under a name. */
import type { ClassScheme } from "../core/labels/class-scheme";
import type { RasterFacts, RasterSource } from "../core/raster/raster";
import type { Masks } from "../io/open-masks";
import type { LabelTable } from "./label-meaning";
import { type DecodedLabels, placeLabels } from "./place-labels";

export interface DecodedTruthFacts extends DecodedLabels {
  readonly maskId: string;
}

/** A prediction made elsewhere the same way. @throws {NadirError} As `placeLabels` and its `decode` do. */
export async function decodePrediction(
  masks: Masks,
  optical: RasterFacts,
  prediction: RasterSource,
  maskId: string,
  table: LabelTable,
  signal: AbortSignal,
): Promise<DecodedLabels> {
  const placed = await placeLabels(optical, prediction, table);
  return masks.derive([maskId], optical, ([sink]) => placed.decode(sink!, signal));
}

/** @throws {NadirError} As `placeLabels` and its `decode` do; nothing is left in the store then. */
export async function decodeTruth(
  masks: Masks,
  optical: RasterFacts,
  truth: RasterSource,
  maskId: string,
  scheme: ClassScheme | null,
  signal: AbortSignal,
): Promise<DecodedTruthFacts> {
  const placed = await placeLabels(optical, truth, { role: "truth", scheme });
  const decoded = await masks.derive([maskId], optical, ([sink]) => placed.decode(sink!, signal));
  return { maskId, ...decoded };
}
