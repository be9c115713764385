/** Heights of a raster at places that need not be its own pixels. */
import type { CancelSignal } from "../core/cancel";
import type { BandFacts, RasterFacts, RasterSource } from "../core/raster/raster";
import type { GridSize } from "../core/raster/tile-grid";
import { auxiliaryPositionOf, controlGrid, type PixelMapping, type StripExtent } from "../core/windows/control-grid";

/** Most source pixels decoded at a time. */
const CHUNK_PX = 4_000_000;

/** The band that holds heights. */
export function heightBandOf({ bands }: Pick<RasterFacts, "bands">): BandFacts {
  return bands.find(({ role }) => role === "height") ?? bands[0]!;
}

/**
 * Bilinear samples at the pixel centres of `extent`, row-major, scaled as the file says; NaN outside the raster and
 * where most of a sample's weight is missing. Holes stay holes: what is valid of a sample is scaled up.
 *
 * @param mapping From pixels of the extent's grid to pixels of the raster, both corner-based.
 */
export async function sampleHeights(
  source: RasterSource,
  extent: StripExtent,
  mapping: PixelMapping,
  signal?: CancelSignal,
): Promise<Float32Array> {
  const { widthPx: cols, heightPx: rows, firstCol, firstRow } = extent;
  const heights = new Float32Array(cols * rows).fill(Number.NaN);
  const grid = controlGrid(extent, mapping);
  const { widthPx, heightPx } = source.facts;
  const band = heightBandOf(source.facts);

  const positions = (row: number) =>
    Array.from({ length: cols }, (_, col) => {
      const [x, y] = auxiliaryPositionOf(grid, firstCol + col, firstRow + row);
      return [x - 0.5, y - 0.5] as const;
    });
  let chunkRows = rows;
  for (let first = 0; first < rows; first += chunkRows) {
    chunkRows = Math.min(chunkRows, rows - first);
    let places = Array.from({ length: chunkRows }, (_, index) => positions(first + index));
    let box = boundingBox(places, widthPx, heightPx);
    while (box !== null && box.widthPx * box.heightPx > CHUNK_PX && chunkRows > 1) {
      chunkRows = Math.ceil(chunkRows / 2);
      places = places.slice(0, chunkRows);
      box = boundingBox(places, widthPx, heightPx);
    }
    if (box === null) continue;
    const { bands: values, valid } = await source.read({
      rect: box,
      bands: [band.index],
      ...(signal && { signal }),
    });
    const stored = values[0]!;
    for (const [index, line] of places.entries()) {
      for (const [col, [x, y]] of line.entries()) {
        const sample = bilinear(stored, valid, box, x - box.col, y - box.row);
        heights[(first + index) * cols + col] = sample * band.scale + band.offset;
      }
    }
  }
  return heights;
}

function boundingBox(lines: readonly (readonly (readonly [number, number])[])[], widthPx: number, heightPx: number) {
  let [left, top, right, bottom] = [widthPx, heightPx, -1, -1];
  for (const places of lines) {
    for (const [x, y] of places) {
      if (x >= -0.5 && y >= -0.5 && x <= widthPx - 0.5 && y <= heightPx - 0.5) {
        left = Math.min(left, Math.max(0, Math.floor(x)));
        top = Math.min(top, Math.max(0, Math.floor(y)));
        right = Math.max(right, Math.min(widthPx - 1, Math.ceil(x)));
        bottom = Math.max(bottom, Math.min(heightPx - 1, Math.ceil(y)));
      }
    }
  }
  return right < 0 ? null : { col: left, row: top, widthPx: right - left + 1, heightPx: bottom - top + 1 };
}

/** Mean of the valid ones of the four neighbours, weighted by closeness; NaN outside and where none is valid. */
function bilinear(
  stored: ArrayLike<number>,
  valid: Uint8Array | null,
  { widthPx, heightPx }: GridSize,
  x: number,
  y: number,
): number {
  if (x < -0.5 || y < -0.5 || x > widthPx - 0.5 || y > heightPx - 0.5) {
    return Number.NaN;
  }
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  let sum = 0;
  let total = 0;
  for (let corner = 0; corner < 4; corner++) {
    const col = Math.min(widthPx - 1, Math.max(0, x0 + (corner & 1)));
    const row = Math.min(heightPx - 1, Math.max(0, y0 + (corner >> 1)));
    const weight = ((corner & 1) === 1 ? x - x0 : 1 - (x - x0)) * (corner > 1 ? y - y0 : 1 - (y - y0));
    const pixel = row * widthPx + col;
    if (weight > 0 && (valid === null || valid[pixel] === 1)) {
      sum += stored[pixel]! * weight;
      total += weight;
    }
  }
  // A sample belongs to a hole when most of its weight does.
  return total > 0.5 ? sum / total : Number.NaN;
}
