/**
 * The order of work that keeps memory flat: column strips of bounded width, each walked from top to bottom one row of
 * windows at a time. When a row of windows is done, the raster rows above the next one are finished and leave.
 */
import type { WindowPlan, WindowPosition } from "./plan-windows";

/** A range of raster columns with its own accumulator; one, unless the raster is very wide. */
export interface ColumnStrip {
  /** Columns predicted by this strip. */
  readonly firstCol: number;
  readonly endCol: number;
  /** Windows that touch them. Windows on the border between two strips are run in both. */
  readonly columns: readonly WindowPosition[];
  /** Columns read from the optical raster: those the windows cover, cut at the raster's edges. */
  readonly readFirstCol: number;
  readonly readEndCol: number;
}

/** One row of windows and the raster rows that are finished once it is done. */
export interface RowStrip {
  readonly window: WindowPosition;
  readonly finishedFirstRow: number;
  readonly finishedEndRow: number;
}

/** Splits the plan's area into column strips of at most `maxWidthPx` columns (never narrower than a window). */
export function columnStrips(plan: WindowPlan, maxWidthPx: number): readonly ColumnStrip[] {
  const { area, windowPx, widthPx } = plan;
  const count = Math.ceil(area.widthPx / Math.max(maxWidthPx, windowPx));
  const strips: ColumnStrip[] = [];
  for (let index = 0; index < count; index++) {
    const firstCol = area.col + Math.floor((area.widthPx * index) / count);
    const endCol = area.col + Math.floor((area.widthPx * (index + 1)) / count);
    const columns = plan.columns.filter(
      ({ startPx, keepFromPx, keepToPx }) => startPx + keepFromPx < endCol && startPx + keepToPx > firstCol,
    );
    strips.push({
      firstCol,
      endCol,
      columns,
      readFirstCol: columns[0]!.startPx,
      readEndCol: Math.min(widthPx, columns.at(-1)!.startPx + windowPx),
    });
  }
  return strips;
}

/**
 * Rows of windows still needed when every raster row above `resumeRow` is finished, top to bottom.
 *
 * Resuming runs again the windows that reach below `resumeRow`, because their part of the accumulator is gone.
 */
export function rowStrips(plan: WindowPlan, resumeRow: number = plan.area.row): readonly RowStrip[] {
  const endRow = plan.area.row + plan.area.heightPx;
  const rows = plan.rows.filter(({ startPx, keepToPx }) => startPx + keepToPx > resumeRow);
  const strips: RowStrip[] = [];
  let finished = Math.max(resumeRow, plan.area.row);
  for (const [index, window] of rows.entries()) {
    const next = rows[index + 1];
    const finishedEndRow = next === undefined ? endRow : Math.min(endRow, Math.max(finished, next.startPx));
    strips.push({ window, finishedFirstRow: finished, finishedEndRow });
    finished = finishedEndRow;
  }
  return strips;
}
