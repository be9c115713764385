/** Heights whose file declares no nodata although its edges are full of it. */
import type { BandFacts } from "../../core/raster/raster";
import { suspectNodata } from "../../core/raster/statistics";
import type { TiffImage } from "./tiff-image";

/**
 * Heights without a declared nodata: when corners or edges hold one of the values writers use for "nothing", and
 * nothing else is anywhere near it, that value is taken as nodata, and said.
 */
export async function assumeNodata(image: TiffImage, bands: BandFacts[], notes: string[]): Promise<BandFacts[]> {
  const [band] = bands;
  if (bands.length !== 1 || band === undefined || band.nodata !== null || band.role !== "height") return bands;
  const value = suspectNodata(await sampleEdges(image));
  if (value === null) return bands;
  notes.push(`No nodata value is declared; ${value} at the edge is taken as missing.`);
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
