/** The truth of a scene as a mask in the store: what `place-labels.ts` reads, under a name. */
import type { ClassScheme } from "../core/labels/class-scheme";
import type { RasterFacts, RasterSource } from "../core/raster/raster";
import type { Masks } from "../io/open-masks";
import { type DecodedLabels, placeLabels } from "./place-labels";

export interface DecodedTruthFacts extends DecodedLabels {
  readonly maskId: string;
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
