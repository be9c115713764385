/**
 * One window of raw rows → the network's normalised input planes. CPU twin of `gpu/kernels/gather.wgsl`.
 */
import type { TensorPlan } from "../run/input-plan";
import type { Symmetry } from "../vocabulary/augmentations";
import { auxiliaryPositionOf, type ControlGrid } from "./control-grid";
import type { RowRing } from "./row-ring";
import { windowPixelAt } from "./symmetry";

/** The auxiliary rows in flight and where the optical pixels of this strip lie on them. */
export interface AuxiliaryRows {
  readonly ring: RowRing;
  readonly grid: ControlGrid;
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface GatherGeometry {
  /** Window side. */
  readonly windowPx: number;
  /** Side of the tensor: window plus the zeros right and below. */
  readonly paddedPx: number;
  /** Size of the optical raster; window pixels outside it count as missing. */
  readonly rasterWidthPx: number;
  readonly rasterHeightPx: number;
}

/** How far outside the auxiliary raster, in its pixels, its border still counts: tiles of a pair can differ by a pixel. */
const AUXILIARY_EDGE_PX = 1;

/** A neighbour that weighs less than rounding dust is no neighbour: equal grids stay equal, holes stay holes. */
const LEAST_TAP_WEIGHT = 1e-5;

/**
 * Fills `target[offset …]` with `[channels, paddedPx, paddedPx]` values.
 *
 * Missing optical pixels and heights become `nodataFill`, padding becomes 0. A symmetry turns the window, not the padding.
 */
export function gatherWindow(
  target: Float32Array,
  offset: number,
  tensor: TensorPlan,
  geometry: GatherGeometry,
  window: { readonly col: number; readonly row: number; readonly symmetry: Symmetry },
  optical: RowRing,
  auxiliary: AuxiliaryRows | null,
): void {
  const { windowPx, paddedPx, rasterWidthPx, rasterHeightPx } = geometry;
  const planePx = paddedPx * paddedPx;
  target.fill(0, offset, offset + tensor.channels.length * planePx);
  for (const [index, channel] of tensor.channels.entries()) {
    for (let y = 0; y < windowPx; y++) {
      // A row of the tensor is a row or a column of the raster, forwards or backwards.
      const [firstX, firstY] = windowPixelAt(window.symmetry, 0, y, windowPx);
      const [nextX, nextY] = windowPixelAt(window.symmetry, 1, y, windowPx);
      const [stepX, stepY] = [nextX - firstX, nextY - firstY];
      const at = offset + index * planePx + y * paddedPx;
      for (let x = 0; x < windowPx; x++) {
        const col = window.col + firstX + x * stepX;
        const row = window.row + firstY + x * stepY;
        let value = tensor.nodataFill;
        if (col >= rasterWidthPx || row >= rasterHeightPx) {
          // Beyond the raster's edge.
        } else if (channel.source === "optical") {
          const pixel = optical.indexOf(col, row);
          if (optical.valid === null || optical.valid[pixel] === 1) {
            value = scaled(optical.bands[channel.bandSlot]![pixel]!, channel);
          }
        } else if (auxiliary !== null) {
          const raw = sampleAuxiliary(auxiliary, channel.bandSlot, col, row);
          if (raw !== null) value = scaled(raw, channel);
        }
        target[at + x] = value;
      }
    }
  }
}

function scaled(raw: number, { subtract, multiply, add }: { subtract: number; multiply: number; add: number }): number {
  return (raw - subtract) * multiply + add;
}

/**
 * Bilinear height at the centre of optical pixel (col, row); null where there is none.
 *
 * Missing neighbours drop out and the other weights are scaled up, as GDAL's warper does; outside the raster its border
 * pixels go on for `AUXILIARY_EDGE_PX`.
 */
export function sampleAuxiliary(auxiliary: AuxiliaryRows, bandSlot: number, col: number, row: number): number | null {
  const { ring, grid, widthPx, heightPx } = auxiliary;
  const [auxCol, auxRow] = auxiliaryPositionOf(grid, col, row);
  if (
    !(auxCol >= -AUXILIARY_EDGE_PX && auxCol <= widthPx + AUXILIARY_EDGE_PX) ||
    !(auxRow >= -AUXILIARY_EDGE_PX && auxRow <= heightPx + AUXILIARY_EDGE_PX)
  ) {
    return null;
  }
  const left = Math.floor(auxCol - 0.5);
  const top = Math.floor(auxRow - 0.5);
  const fx = auxCol - 0.5 - left;
  const fy = auxRow - 0.5 - top;
  const values = ring.bands[bandSlot]!;
  let sum = 0;
  let weights = 0;
  for (let dy = 0; dy < 2; dy++) {
    const rowAt = ring.indexOf(0, clamp(top + dy, heightPx - 1));
    for (let dx = 0; dx < 2; dx++) {
      const weight = (dx === 1 ? fx : 1 - fx) * (dy === 1 ? fy : 1 - fy);
      if (weight < LEAST_TAP_WEIGHT) continue;
      const at = rowAt + clamp(left + dx, widthPx - 1);
      if (ring.valid !== null && ring.valid[at] !== 1) continue;
      sum += weight * values[at]!;
      weights += weight;
    }
  }
  return weights > 0 ? sum / weights : null;
}

function clamp(value: number, largest: number): number {
  return Math.max(0, Math.min(value, largest));
}
