/**
 * Display tiles of a height raster on the optical grid: hillshade, or a colour ramp shaded by it.
 *
 * Heights are sampled bilinearly at texel centres from the valid neighbours only, so holes stay holes. Slope after
 * Horn 1981 (Proc. IEEE 69(1), "Hill shading and the reflectance map"), sun in the north-west at 45°.
 */

import { rampColour } from "../core/raster/colour-ramp";
import type { RasterSource } from "../core/raster/raster";
import { type GridSize, placeTile, TILE_PX, type TileAddress } from "../core/raster/tile-grid";
import { auxiliaryPositionOf, controlGrid, type PixelMapping } from "../core/windows/control-grid";
import type { HeightRange } from "./raster-protocol";

export interface ReliefScene {
  readonly optical: GridSize;
  readonly heights: RasterSource;
  /** Optical pixels → height raster's pixels. */
  readonly mapping: PixelMapping;
  /** Ground distance of one optical pixel, in the unit of the heights. */
  readonly pixelSize: number;
  /** Heights shown as the two ends of the ramp. */
  readonly range: HeightRange;
}

/** Height samples with one texel of margin on every side, NaN where there are none. */
const SIDE = TILE_PX + 2;
/** Most source pixels decoded at a time. */
const CHUNK_PX = 4_000_000;

export async function reliefTile(
  scene: ReliefScene,
  address: TileAddress,
  style: "hillshade" | "ramp",
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const heights = await sampleHeights(scene, address, signal);
  const out = new Uint8Array(TILE_PX * TILE_PX * 4);
  const cell = 8 * scene.pixelSize * 2 ** address.level;
  const { low, high } = scene.range;
  for (let row = 0; row < TILE_PX; row++) {
    for (let col = 0; col < TILE_PX; col++) {
      const at = (row + 1) * SIDE + col + 1;
      const height = heights[at]!;
      if (Number.isNaN(height)) {
        continue;
      }
      const shade = hillshade(heights, at, height, cell);
      const texel = (row * TILE_PX + col) * 4;
      if (style === "hillshade") {
        out.fill(shade * 255, texel, texel + 3);
      } else {
        const colour = rampColour((height - low) / (high - low));
        for (let channel = 0; channel < 3; channel++) {
          out[texel + channel] = colour[channel]! * (0.35 + 0.65 * shade);
        }
      }
      out[texel + 3] = 255;
    }
  }
  return out;
}

/** 0 (in shadow) … 1 (facing the sun). Missing neighbours count as level with the pixel. */
function hillshade(heights: Float32Array, at: number, height: number, cell: number): number {
  const near = (offset: number) => {
    const value = heights[at + offset]!;
    return Number.isNaN(value) ? height : value;
  };
  const [nw, n, ne] = [near(-SIDE - 1), near(-SIDE), near(-SIDE + 1)];
  const [w, e] = [near(-1), near(1)];
  const [sw, s, se] = [near(SIDE - 1), near(SIDE), near(SIDE + 1)];
  const slopeX = (ne + 2 * e + se - (nw + 2 * w + sw)) / cell;
  const slopeY = (sw + 2 * s + se - (nw + 2 * n + ne)) / cell;
  // Surface normal (−slopeX, −slopeY, 1) against the sun (−½, −½, √½) in image axes.
  const lit = (0.5 * slopeX + 0.5 * slopeY + Math.SQRT1_2) / Math.sqrt(1 + slopeX * slopeX + slopeY * slopeY);
  return Math.min(1, Math.max(0, lit)) ** 0.8;
}

async function sampleHeights(scene: ReliefScene, address: TileAddress, signal?: AbortSignal): Promise<Float32Array> {
  const heights = new Float32Array(SIDE * SIDE).fill(Number.NaN);
  const scale = 2 ** address.level;
  const { left, top } = placeTile(scene.optical, address);
  // Texel (0, 0) of the margin is one texel up and left of the tile.
  const texelMapping: PixelMapping = ([col, row]) => scene.mapping([left + (col - 1) * scale, top + (row - 1) * scale]);
  const grid = controlGrid({ firstCol: 0, firstRow: 0, widthPx: SIDE, heightPx: SIDE }, texelMapping);
  const { widthPx, heightPx, bands } = scene.heights.facts;
  const band = bands.find(({ role }) => role === "height") ?? bands[0]!;

  const positions = (row: number) =>
    Array.from({ length: SIDE }, (_, col) => {
      const [x, y] = auxiliaryPositionOf(grid, col, row);
      return [x - 0.5, y - 0.5] as const;
    });
  let rows = SIDE;
  for (let first = 0; first < SIDE; first += rows) {
    rows = Math.min(rows, SIDE - first);
    let places = Array.from({ length: rows }, (_, index) => positions(first + index));
    let box = boundingBox(places.flat(), widthPx, heightPx);
    while (box !== null && box.widthPx * box.heightPx > CHUNK_PX && rows > 1) {
      rows = Math.ceil(rows / 2);
      places = places.slice(0, rows);
      box = boundingBox(places.flat(), widthPx, heightPx);
    }
    if (box === null) {
      continue;
    }
    const { bands: values, valid } = await scene.heights.read({
      rect: box,
      bands: [band.index],
      ...(signal && { signal }),
    });
    const stored = values[0]!;
    for (const [index, line] of places.entries()) {
      for (const [col, [x, y]] of line.entries()) {
        const sample = bilinear(stored, valid, box, x - box.col, y - box.row);
        heights[(first + index) * SIDE + col] = sample * band.scale + band.offset;
      }
    }
  }
  return heights;
}

function boundingBox(places: readonly (readonly [number, number])[], widthPx: number, heightPx: number) {
  let [left, top, right, bottom] = [widthPx, heightPx, -1, -1];
  for (const [x, y] of places) {
    if (x >= -0.5 && y >= -0.5 && x <= widthPx - 0.5 && y <= heightPx - 0.5) {
      left = Math.min(left, Math.max(0, Math.floor(x)));
      top = Math.min(top, Math.max(0, Math.floor(y)));
      right = Math.max(right, Math.min(widthPx - 1, Math.ceil(x)));
      bottom = Math.max(bottom, Math.min(heightPx - 1, Math.ceil(y)));
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
