/** The truth of a scene as a mask in the store: what `place-labels.ts` reads, under a name. */
import type { ClassScheme } from "../core/labels/class-scheme";
import type { RasterFacts, RasterSource } from "../core/raster/raster";
import { truthIdOf } from "../core/run/mask-names";
import { deleteMask, writeMask } from "../io/open-masks";
import { type DecodedLabels, placeLabels } from "./place-labels";

export interface DecodedTruthFacts extends DecodedLabels {
  readonly maskId: string;
}

/** @throws {NadirError} As `placeLabels` and its `decode` do; nothing is left in the store then. */
export async function decodeTruth(
  optical: RasterFacts,
  truth: RasterSource,
  truthId: string,
  scheme: ClassScheme | null,
  signal: AbortSignal,
): Promise<DecodedTruthFacts> {
  const placed = await placeLabels(optical, truth, { role: "truth", scheme });
  const maskId = truthIdOf(truthId);
  const mask = await writeMask(maskId, optical);
  try {
    const decoded = await placed.decode(mask.sink, signal);
    await mask.close();
    return { maskId, ...decoded };
  } catch (error) {
    await deleteMask(maskId, optical);
    throw error;
  }
}
