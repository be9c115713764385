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
  const valid = new Uint8Array(pixelCount);
  if (canBeNodata) {
    markMissing(samples[0]!, nodata[0]!, valid);
    const missingToo = new Uint8Array(samples.length > 1 ? pixelCount : 0);
    for (let index = 1; index < samples.length; index++) {
      markMissing(samples[index]!, nodata[index]!, missingToo);
      for (let pixel = 0; pixel < pixelCount; pixel++) valid[pixel]! &= missingToo[pixel]!;
    }
    for (let pixel = 0; pixel < pixelCount; pixel++) valid[pixel]! ^= 1;
  } else valid.fill(1);
  for (const band of floats) {
    for (let pixel = 0; pixel < pixelCount; pixel++) if (!Number.isFinite(band[pixel]!)) valid[pixel] = 0;
  }
  if (mask !== null) {
    for (let pixel = 0; pixel < pixelCount; pixel++) if (mask[pixel] === 0) valid[pixel] = 0;
  }
  return valid.includes(0) ? valid : null;
}
