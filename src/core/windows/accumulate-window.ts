/**
 * Weighted logits of one window added to the rows in flight. CPU twin of `gpu/kernels/accumulate.wgsl`.
 *
 * Sums are of logits, as in the papers; argmax needs no division by the summed weights, so none are kept unless the
 * confidence is wanted.
 */

import type { Symmetry } from "../vocabulary/augmentations";
import type { BlendWeights } from "../vocabulary/blends";
import { weightAt } from "./blend-weights";
import type { WindowPosition } from "./plan-windows";
import { networkPixelAt } from "./symmetry";

/** Accumulated logits of the rows in flight: raster row r lives in slot r mod capacity. */
export interface LogitRing {
  readonly firstCol: number;
  readonly widthPx: number;
  readonly capacityRows: number;
  readonly classCount: number;
  /** `[classCount, capacityRows, widthPx]`, double precision: the oracle for the single-precision kernel. */
  readonly sums: Float64Array;
  /** `[capacityRows, widthPx]` summed weights; null when no confidence is wanted. */
  readonly weights: Float64Array | null;
}

export function createLogitRing(shape: Omit<LogitRing, "sums" | "weights">, keepWeights: boolean): LogitRing {
  const planePx = shape.widthPx * shape.capacityRows;
  return {
    ...shape,
    sums: new Float64Array(planePx * shape.classCount),
    weights: keepWeights ? new Float64Array(planePx) : null,
  };
}

/** A square of logits as the network gave it, `[classCount, sidePx, sidePx]` at `offset`. */
export interface WindowLogits {
  readonly data: Float32Array;
  readonly offset: number;
  readonly sidePx: number;
}

export interface AccumulateGeometry {
  readonly windowPx: number;
  readonly paddedPx: number;
  /** Raster rows that take part; others are finished already or outside the area. */
  readonly firstRow: number;
  readonly endRow: number;
}

export function accumulateWindow(
  ring: LogitRing,
  logits: WindowLogits,
  geometry: AccumulateGeometry,
  weights: BlendWeights,
  column: WindowPosition,
  row: WindowPosition,
  symmetry: Symmetry,
): void {
  const { windowPx, paddedPx } = geometry;
  const { data, sidePx } = logits;
  const planePx = sidePx * sidePx;
  const ringPlanePx = ring.widthPx * ring.capacityRows;
  const scale = sidePx / paddedPx;
  const visits = column.visits * row.visits;
  const fromX = Math.max(column.keepFromPx, ring.firstCol - column.startPx);
  const toX = Math.min(column.keepToPx, ring.firstCol + ring.widthPx - column.startPx);
  const fromY = Math.max(row.keepFromPx, geometry.firstRow - row.startPx);
  const toY = Math.min(row.keepToPx, geometry.endRow - row.startPx);
  const rowWeights = new Float64Array(Math.max(0, toX - fromX));
  for (let y = fromY; y < toY; y++) {
    const at = ((row.startPx + y) % ring.capacityRows) * ring.widthPx + column.startPx + fromX - ring.firstCol;
    for (let index = 0; index < rowWeights.length; index++) {
      rowWeights[index] = weightAt(weights, fromX + index, y) * visits;
      if (ring.weights !== null) ring.weights[at + index]! += rowWeights[index]!;
    }
    // A row of the window is a row or a column of what the network saw, forwards or backwards.
    const [nx, ny] = networkPixelAt(symmetry, fromX, y, windowPx);
    const [nextX, nextY] = networkPixelAt(symmetry, fromX + 1, y, windowPx);
    const [stepX, stepY] = [nextX - nx, nextY - ny];
    if (scale === 1) {
      for (let c = 0; c < ring.classCount; c++) {
        const from = logits.offset + c * planePx + ny * sidePx + nx;
        addRow(ring.sums, c * ringPlanePx + at, rowWeights, data, from, stepY * sidePx + stepX);
      }
      continue;
    }
    for (let index = 0; index < rowWeights.length; index++) {
      const taps = bilinearTaps(nx + index * stepX, ny + index * stepY, scale, sidePx);
      for (let c = 0; c < ring.classCount; c++) {
        ring.sums[c * ringPlanePx + at + index]! +=
          rowWeights[index]! * sampleTaps(data, logits.offset + c * planePx, taps);
      }
    }
  }
}

/** `sums[at + i] += weights[i] · data[from + i · step]`. */
function addRow(
  sums: Float64Array,
  at: number,
  weights: Float64Array,
  data: Float32Array,
  from: number,
  step: number,
): void {
  for (let index = 0; index < weights.length; index++) {
    sums[at + index]! += weights[index]! * data[from + index * step]!;
  }
}

interface Taps {
  readonly at: readonly [number, number, number, number];
  readonly fx: number;
  readonly fy: number;
}

/** Half-pixel centres with clamped borders: PyTorch `interpolate(mode="bilinear", align_corners=False)`. */
function bilinearTaps(x: number, y: number, scale: number, sidePx: number): Taps {
  const sx = Math.max(0, (x + 0.5) * scale - 0.5);
  const sy = Math.max(0, (y + 0.5) * scale - 0.5);
  const x0 = Math.min(Math.floor(sx), sidePx - 1);
  const y0 = Math.min(Math.floor(sy), sidePx - 1);
  const x1 = Math.min(x0 + 1, sidePx - 1);
  const y1 = Math.min(y0 + 1, sidePx - 1);
  return {
    at: [y0 * sidePx + x0, y0 * sidePx + x1, y1 * sidePx + x0, y1 * sidePx + x1],
    fx: sx - x0,
    fy: sy - y0,
  };
}

function sampleTaps(data: Float32Array, offset: number, { at, fx, fy }: Taps): number {
  const top = data[offset + at[0]]! * (1 - fx) + data[offset + at[1]]! * fx;
  const bottom = data[offset + at[2]]! * (1 - fx) + data[offset + at[3]]! * fx;
  return top * (1 - fy) + bottom * fy;
}
