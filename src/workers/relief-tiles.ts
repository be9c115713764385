/**
 * Display tiles of a height raster on the optical grid: hillshade, a colour ramp shaded by it, or its holes.
 *
 * Heights are sampled bilinearly at texel centres from the valid neighbours only, so holes stay holes. Slope after
 * Horn 1981 (Proc. IEEE 69(1), "Hill shading and the reflectance map"), sun in the north-west at 45°.
 */

import { rampColour } from "../core/raster/colour-ramp";
import type { RasterSource } from "../core/raster/raster";
import { type GridSize, placeTile, TILE_PX, type TileAddress } from "../core/raster/tile-grid";
import type { PixelMapping } from "../core/windows/control-grid";
import { sampleHeights } from "../io/sample-heights";
import type { HeightRange } from "./raster-protocol";

export interface ReliefScene {
  readonly optical: GridSize;
  readonly heights: RasterSource;
  /** Optical pixels → height raster's pixels. */
  readonly mapping: PixelMapping;
  /** Ground distance of one optical pixel, in the unit of the heights. */
  readonly pixelSize: number;
  /** Heights shown as the two ends of the ramp. */
  readonly range: Pick<HeightRange, "low" | "high">;
}

/** Height samples with one texel of margin on every side, NaN where there are none. */
const SIDE = TILE_PX + 2;

/** Ends of the ramp for heights above the ground: storeys and trees use most of it, and scenes can be compared. */
export const ABOVE_GROUND_RANGE = { low: 0, high: 20 } as const;

export async function reliefTile(
  scene: ReliefScene,
  address: TileAddress,
  style: "hillshade" | "ramp",
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const heights = await sampleTexels(scene, address, signal);
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

/** Texels from one stripe to the next. */
const STRIPES_TEXELS = 8;

/** Stripes, white beside black, over what the height raster covers without a height; clear elsewhere. */
export async function holesTile(scene: ReliefScene, address: TileAddress, signal?: AbortSignal): Promise<Uint8Array> {
  const heights = await sampleTexels(scene, address, signal);
  const { left, top, right, bottom } = placeTile(scene.optical, address);
  const { widthPx, heightPx } = scene.heights.facts;
  const scale = 2 ** address.level;
  const out = new Uint8Array(TILE_PX * TILE_PX * 4);
  for (let row = 0; top + row * scale < bottom && row < TILE_PX; row++) {
    for (let col = 0; left + col * scale < right && col < TILE_PX; col++) {
      const stripe = (row + col) % STRIPES_TEXELS;
      if (stripe > 2 || !Number.isNaN(heights[(row + 1) * SIDE + col + 1]!)) {
        continue;
      }
      const [x, y] = scene.mapping([left + (col + 0.5) * scale, top + (row + 0.5) * scale]);
      if (x >= 0 && y >= 0 && x < widthPx && y < heightPx) {
        const texel = (row * TILE_PX + col) * 4;
        out.fill(stripe < 2 ? 255 : 0, texel, texel + 3);
        out[texel + 3] = 255;
      }
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

async function sampleTexels(scene: ReliefScene, address: TileAddress, signal?: AbortSignal): Promise<Float32Array> {
  const scale = 2 ** address.level;
  const { left, top } = placeTile(scene.optical, address);
  // Texel (0, 0) of the margin is one texel up and left of the tile.
  const texelMapping: PixelMapping = ([col, row]) => scene.mapping([left + (col - 1) * scale, top + (row - 1) * scale]);
  return sampleHeights(
    scene.heights,
    { firstCol: 0, firstRow: 0, widthPx: SIDE, heightPx: SIDE },
    texelMapping,
    signal,
  );
}
