/** Where heights lie under an orthophoto, and what their shading needs to know of them. */
import { NadirError } from "../../core/errors";
import { groundSamplingDistanceMetres } from "../../core/georef/ground-sampling-distance";
import type { RasterFacts, RasterSource } from "../../core/raster/raster";
import type { BandStatistics } from "../../core/raster/statistics";
import { mappingBetween } from "../../evaluation/grid-mapping";
import { heightBandOf } from "../../io/sample-heights";
import type { HeightRange } from "../raster-protocol";
import type { ReliefScene } from "../relief-tiles";

/** A relief whose ramp spans the heights' own range. */
export interface MeasuredRelief extends ReliefScene {
  readonly range: HeightRange;
}

/** @throws {NadirError} `no-overlap` when it cannot be said where the heights lie on the orthophoto. */
export function placeRelief(optical: RasterSource, heights: RasterSource): Omit<ReliefScene, "range"> {
  const mapping = mappingBetween(optical.facts, heights.facts);
  if (mapping === null) {
    throw new NadirError({
      code: "no-overlap",
      subject: heights.facts.fileName,
      found: "Where it lies on the orthophoto is not known.",
      needed: "Both rasters need coordinates in systems that can be converted.",
      next: "Give both a CRS (gdal_edit.py -a_srs), or reproject one onto the other with gdalwarp.",
    });
  }
  return { optical: optical.facts, heights, mapping, pixelSize: pixelSizeOf(optical.facts) };
}

/**
 * @param statistics Of the height band, as stored. The ramp spans two standard deviations about the mean, within what
 *   occurs.
 * @throws {NadirError} `no-overlap`, as `placeRelief`.
 */
export async function measureRelief(
  optical: RasterSource,
  heights: { readonly source: RasterSource; readonly heights: () => Promise<BandStatistics> },
): Promise<MeasuredRelief> {
  const placed = placeRelief(optical, heights.source);
  const band = heightBandOf(heights.source.facts);
  const statistics = await heights.heights();
  const inUnits = (stored: number) => stored * band.scale + band.offset;
  const [min, max] = [inUnits(statistics.min), inUnits(statistics.max)];
  const spread = 2 * statistics.standardDeviation * Math.abs(band.scale);
  const mean = inUnits(statistics.mean);
  return {
    ...placed,
    range: { statistics, low: Math.max(min, mean - spread), high: Math.max(min + 1e-6, Math.min(max, mean + spread)) },
  };
}

/** Ground distance of a pixel in metres as far as it is known; else in map units, or 1, which only changes the shading. */
function pixelSizeOf(facts: RasterFacts): number {
  const [, right, , , down] = facts.geotransform ?? [0, 1, 0, 0, 0];
  return groundSamplingDistanceMetres(facts) ?? Math.hypot(right, down);
}

/** Height of the nearest sample to an optical pixel's centre, in units; null outside and on nodata. */
export async function heightAt(
  { heights, mapping }: Pick<ReliefScene, "heights" | "mapping">,
  col: number,
  row: number,
): Promise<number | null> {
  const [x, y] = mapping([col + 0.5, row + 0.5]).map(Math.floor) as [number, number];
  const { widthPx, heightPx } = heights.facts;
  if (!(x >= 0 && y >= 0 && x < widthPx && y < heightPx)) {
    return null;
  }
  const band = heightBandOf(heights.facts);
  const read = await heights.read({ rect: { col: x, row: y, widthPx: 1, heightPx: 1 }, bands: [band.index] });
  const stored = read.bands[0]?.[0];
  return stored === undefined || read.valid?.[0] === 0 || Number.isNaN(stored)
    ? null
    : stored * band.scale + band.offset;
}
