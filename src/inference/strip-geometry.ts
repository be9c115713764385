/** What one column strip needs from both rasters: control grids per row of windows, and the rings that hold the rows. */
import type { RasterSource } from "../core/raster/raster";
import type { GridSize } from "../core/raster/tile-grid";
import type { InputPlan } from "../core/run/input-plan";
import {
  auxiliaryColsOf,
  auxiliaryRowsOf,
  type ControlGrid,
  controlGrid,
  type PixelMapping,
} from "../core/windows/control-grid";
import type { WindowPlan } from "../core/windows/plan-windows";
import type { ColumnStrip, RowStrip } from "../core/windows/strips";
import { planWorkingGrid } from "../core/windows/working-grid";
import { type FeedShape, ringRowsFor } from "./working-feed";

export interface AuxiliaryInput {
  readonly source: RasterSource;
  readonly mapping: PixelMapping;
}

/** The auxiliary raster as a strip sees it: on its own grid, or on a coarser one where the run computes on one. */
interface AuxiliaryFeed {
  readonly feed: FeedShape;
  readonly size: GridSize;
}

export interface StripGeometry {
  readonly optical: FeedShape;
  readonly auxiliary: AuxiliaryFeed | null;
  /** Points of the largest control grid. */
  readonly mostControlPoints: number;
  /** Control grid and auxiliary rows of one row of windows; null without an auxiliary raster. */
  auxiliaryOf(strip: RowStrip): AuxiliaryPart | null;
}

interface AuxiliaryPart {
  readonly grid: ControlGrid;
  readonly firstRow: number;
  readonly endRow: number;
}

export function stripGeometry(
  plan: WindowPlan,
  column: ColumnStrip,
  rows: readonly RowStrip[],
  inputs: InputPlan,
  optical: RasterSource,
  auxiliary: AuxiliaryInput | null,
): StripGeometry {
  const widthPx = column.readEndCol - column.readFirstCol;
  const { scale } = plan.grid;
  const opticalFeed: FeedShape = {
    ring: {
      firstCol: column.readFirstCol,
      widthPx,
      capacityRows: ringRowsFor(optical, plan.windowPx, scale),
      dtypes: dtypesOf(optical, inputs.opticalBands, scale),
    },
    bands: inputs.opticalBands,
    scale,
  };
  if (auxiliary === null || inputs.auxiliaryBands.length === 0) {
    return { optical: opticalFeed, auxiliary: null, mostControlPoints: 0, auxiliaryOf: () => null };
  }
  const { source } = auxiliary;
  const auxiliaryScale = auxiliaryScaleOf(plan, auxiliary.mapping);
  const size = planWorkingGrid(source.facts, auxiliaryScale);
  const mapping = workingMapping(auxiliary.mapping, scale, auxiliaryScale);
  const auxiliaryOf = (strip: RowStrip): AuxiliaryPart => {
    const firstRow = strip.window.startPx;
    const heightPx = Math.min(plan.windowPx, plan.heightPx - firstRow);
    const grid = controlGrid({ firstCol: column.readFirstCol, firstRow, widthPx, heightPx }, mapping);
    return { grid, ...auxiliaryRowsOf(grid, size.heightPx) };
  };
  const { spanRows, firstCol, endCol, mostControlPoints } = spanOf(rows.map(auxiliaryOf), size.widthPx);
  return {
    optical: opticalFeed,
    auxiliary: {
      feed: {
        ring: {
          firstCol,
          widthPx: endCol - firstCol,
          capacityRows: ringRowsFor(source, spanRows, auxiliaryScale),
          dtypes: dtypesOf(source, inputs.auxiliaryBands, auxiliaryScale),
        },
        bands: inputs.auxiliaryBands,
        scale: auxiliaryScale,
      },
      size,
    },
    mostControlPoints,
    auxiliaryOf,
  };
}

/** What every row of windows finds room in. */
function spanOf(parts: readonly AuxiliaryPart[], auxiliaryWidthPx: number) {
  let spanRows = 1;
  let firstCol = Number.POSITIVE_INFINITY;
  let endCol = 0;
  let mostControlPoints = 0;
  for (const { grid, firstRow, endRow } of parts) {
    const cols = auxiliaryColsOf(grid, auxiliaryWidthPx);
    mostControlPoints = Math.max(mostControlPoints, grid.columns * grid.rows);
    spanRows = Math.max(spanRows, endRow - firstRow);
    firstCol = Math.min(firstCol, cols.firstCol);
    endCol = Math.max(endCol, cols.endCol);
  }
  return { spanRows, firstCol, endCol, mostControlPoints };
}

function dtypesOf(source: RasterSource, bands: readonly number[], scale: number): FeedShape["ring"]["dtypes"] {
  return bands.map((band) => (scale === 1 ? source.facts.bands[band]!.dtype : "float32"));
}

/** Below this a bilinear sample misses next to nothing of what lies between. */
const LEAST_AUXILIARY_SCALE = 1.25;

/**
 * How much coarser than its own grid the auxiliary raster is read: to the size of a working pixel, measured in the
 * middle of the area; never finer, and never where a run keeps to the image's grid.
 */
function auxiliaryScaleOf({ grid, imageArea }: WindowPlan, mapping: PixelMapping): number {
  if (grid.scale === 1) return 1;
  const col = imageArea.col + imageArea.widthPx / 2;
  const row = imageArea.row + imageArea.heightPx / 2;
  const [x, y] = mapping([col, row]);
  const [eastX, eastY] = mapping([col + grid.scale, row]);
  const [southX, southY] = mapping([col, row + grid.scale]);
  const side = Math.sqrt(Math.abs((eastX - x) * (southY - y) - (eastY - y) * (southX - x)));
  return side >= LEAST_AUXILIARY_SCALE ? side : 1;
}

function workingMapping(mapping: PixelMapping, scale: number, auxiliaryScale: number): PixelMapping {
  if (scale === 1) return mapping;
  return ([x, y]) => {
    const [col, row] = mapping([x * scale, y * scale]);
    return [col / auxiliaryScale, row / auxiliaryScale];
  };
}
