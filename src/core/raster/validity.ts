/** Which pixels of a block are missing, from nodata, impossible numbers and a mask; the rule of `ReadResult.valid`. */
import type { BandArray } from "./dtype";
import { markMissing, nodataInType } from "./nodata";
import type { BandFacts } from "./raster";

/**
 * @param samples One array per band, all of one length.
 * @param bands Facts of those bands.
 * @param mask 0 where the pixel is missing (mask or alpha samples), or null.
 * @returns 1 per valid pixel, or null when all are.
 */
export function validPixels(
  samples: readonly BandArray[],
  bands: readonly Pick<BandFacts, "nodata" | "dtype">[],
  mask: ArrayLike<number> | null,
): Uint8Array | null {
  const pixelCount = samples[0]?.length ?? 0;
  const nodata = bands.map((band) => nodataInType(band.nodata, band.dtype));
  const floats = samples.filter((band) => band instanceof Float32Array || band instanceof Float64Array);
  // A pixel is nodata only when all bands say so; one band that never says so settles it.
  const canBeNodata = nodata.length > 0 && nodata.every((value) => value !== null);
  if (!canBeNodata && floats.length === 0 && mask === null) return null;
  const valid = new Uint8Array(pixelCount).fill(1);
  if (canBeNodata) {
    const missing = new Uint8Array(pixelCount);
    const isMissingSoFar = new Uint8Array(pixelCount).fill(1);
    for (const [index, band] of samples.entries()) {
      markMissing(band, nodata[index]!, missing);
      for (let pixel = 0; pixel < pixelCount; pixel++) isMissingSoFar[pixel]! &= missing[pixel]!;
    }
    for (let pixel = 0; pixel < pixelCount; pixel++) valid[pixel] = isMissingSoFar[pixel]! ^ 1;
  }
  for (const band of floats) {
    for (let pixel = 0; pixel < pixelCount; pixel++) if (!Number.isFinite(band[pixel]!)) valid[pixel] = 0;
  }
  if (mask !== null) {
    for (let pixel = 0; pixel < pixelCount; pixel++) if (mask[pixel] === 0) valid[pixel] = 0;
  }
  return valid.includes(0) ? valid : null;
}
