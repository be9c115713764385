/** Heights whose file declares no nodata although its edges are full of it. */

import { integerRange } from "../../core/raster/dtype";
import type { BandFacts } from "../../core/raster/raster";
import { suspectFill, suspectNodata } from "../../core/raster/statistics";
import { kindOfBand } from "../../core/vocabulary/auxiliary-kinds";
import type { TiffImage } from "./tiff-image";

/**
 * Heights without a declared nodata: when corners or edges hold one of the values writers use for "nothing", and
 * nothing else is anywhere near it, that value is taken as nodata, and said. So is a margin of 0 or of the type's
 * largest value.
 */
export async function assumeNodata(
  image: TiffImage,
  bands: BandFacts[],
  fileName: string,
  notes: string[],
): Promise<BandFacts[]> {
  const [band] = bands;
  if (bands.length !== 1 || band === undefined || band.nodata !== null || band.role !== "height") return bands;
  const samples = await sampleEdges(image);
  // Heights above the ground are 0 where the ground is.
  const isSurface = kindOfBand("height", fileName) !== "ndsm";
  const fill = isSurface ? suspectFill(samples, integerRange(band.dtype)?.[1] ?? null) : null;
  const value = suspectNodata(samples) ?? fill;
  if (value === null) return bands;
  const share = samples.filter((sample) => sample === value).length / samples.length;
  notes.push(
    `No nodata value is declared; ${value}, in ${Math.round(100 * share)} % of the edge, is taken as missing. Under “Bands and nodata” it can be taken back.`,
  );
  return [{ ...band, nodata: value, nodataIsAssumed: true }];
}

/** Short rows at the corners, the middles of the edges and the centre. */
async function sampleEdges(image: TiffImage): Promise<number[]> {
  const { widthPx, heightPx } = image.layout;
  const span = Math.min(64, widthPx);
  const samples: number[] = [];
  for (const row of new Set([0, Math.floor(heightPx / 2), heightPx - 1])) {
    for (const col of new Set([0, Math.floor((widthPx - span) / 2), widthPx - span])) {
      const [part] = await image.readRect({ col, row, widthPx: span, heightPx: 1 }, [0]);
      samples.push(...part!);
    }
  }
  return samples;
}
