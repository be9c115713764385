/** The truth of a scene as a mask in the store: what `place-labels.ts` reads, under a name. */
import type { ClassScheme } from "../core/labels/class-scheme";
import type { RasterSource } from "../core/raster/raster";
import type { Masks } from "../io/open-masks";
import type { LabelTable } from "./label-meaning";
import { type DecodedLabels, placeLabels } from "./place-labels";

export interface DecodedTruthFacts extends DecodedLabels {
  readonly maskId: string;
}

/** A prediction made elsewhere the same way. @throws {NadirError} As `placeLabels` and its `decode` do. */
export async function decodePrediction(
  masks: Masks,
  optical: RasterSource,
  prediction: RasterSource,
  maskId: string,
  table: LabelTable,
  signal: AbortSignal,
): Promise<DecodedLabels> {
  const placed = await placeLabels(optical.facts, prediction, table);
  return masks.derive([maskId], optical.facts, ([sink]) => placed.decode(sink!, signal, null));
}

/** @throws {NadirError} As `placeLabels` and its `decode` do; nothing is left in the store then. */
export async function decodeTruth(
  masks: Masks,
  optical: RasterSource,
  truth: RasterSource,
  maskId: string,
  scheme: ClassScheme | null,
  signal: AbortSignal,
): Promise<DecodedTruthFacts> {
  const placed = await placeLabels(optical.facts, truth, { role: "truth", scheme });
  const decoded = await masks.derive([maskId], optical.facts, ([sink]) => placed.decode(sink!, signal, optical));
  return { maskId, ...decoded };
}
