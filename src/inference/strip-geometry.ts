/** What one column strip needs from both rasters: control grids per row of windows, and the rings that hold the rows. */
import type { RasterSource } from "../core/raster/raster";
import type { InputPlan } from "../core/run/input-plan";
import {
  auxiliaryColsOf,
  auxiliaryRowsOf,
  type ControlGrid,
  controlGrid,
  type PixelMapping,
} from "../core/windows/control-grid";
import type { WindowPlan } from "../core/windows/plan-windows";
import type { RingShape } from "../core/windows/row-ring";
import type { ColumnStrip, RowStrip } from "../core/windows/strips";
import { RowFeed } from "./row-feed";

export interface AuxiliaryInput {
  readonly source: RasterSource;
  readonly mapping: PixelMapping;
}

export interface StripGeometry {
  readonly opticalRing: RingShape;
  readonly auxiliaryRing: RingShape | null;
  /** Points of the largest control grid. */
  readonly mostControlPoints: number;
  /** Control grid and auxiliary rows of one row of windows; null without an auxiliary raster. */
  auxiliaryOf(strip: RowStrip): { grid: ControlGrid; firstRow: number; endRow: number } | null;
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
  const opticalRing: RingShape = {
    firstCol: column.readFirstCol,
    widthPx,
    capacityRows: RowFeed.capacityFor(optical, plan.windowPx),
    dtypes: inputs.opticalBands.map((band) => optical.facts.bands[band]!.dtype),
  };
  if (auxiliary === null || inputs.auxiliaryBands.length === 0) {
    return { opticalRing, auxiliaryRing: null, mostControlPoints: 0, auxiliaryOf: () => null };
  }
  const { source, mapping } = auxiliary;
  const auxiliaryOf = (strip: RowStrip) => {
    const firstRow = strip.window.startPx;
    const heightPx = Math.min(plan.windowPx, plan.heightPx - firstRow);
    const grid = controlGrid({ firstCol: column.readFirstCol, firstRow, widthPx, heightPx }, mapping);
    return { grid, ...auxiliaryRowsOf(grid, source.facts.heightPx) };
  };
  let spanRows = 1;
  let firstCol = Number.POSITIVE_INFINITY;
  let endCol = 0;
  let mostControlPoints = 0;
  for (const strip of rows) {
    const { grid, firstRow, endRow } = auxiliaryOf(strip);
    const cols = auxiliaryColsOf(grid, source.facts.widthPx);
    mostControlPoints = Math.max(mostControlPoints, grid.columns * grid.rows);
    spanRows = Math.max(spanRows, endRow - firstRow);
    firstCol = Math.min(firstCol, cols.firstCol);
    endCol = Math.max(endCol, cols.endCol);
  }
  return {
    opticalRing,
    auxiliaryRing: {
      firstCol,
      widthPx: endCol - firstCol,
      capacityRows: RowFeed.capacityFor(source, spanRows),
      dtypes: inputs.auxiliaryBands.map((band) => source.facts.bands[band]!.dtype),
    },
    mostControlPoints,
    auxiliaryOf,
  };
}
