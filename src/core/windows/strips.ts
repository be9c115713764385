/**
 * The order of work that keeps memory flat: column strips of bounded width, each walked from top to bottom one row of
 * windows at a time. When a row of windows is done, the raster rows above the next one are finished and leave.
 */
import type { WindowPlan, WindowPosition } from "./plan-windows";
import { imageRowsAbove, tapOf, workingSpan } from "./working-grid";

/** A range of columns with its own accumulator; one, unless the raster is very wide. */
export interface ColumnStrip {
  /** Image columns predicted by this strip. */
  readonly image: { readonly firstCol: number; readonly endCol: number };
  /** Working columns they are interpolated from; the same where both grids are one. */
  readonly firstCol: number;
  readonly endCol: number;
  /** Windows that touch them. Windows on the border between two strips are run in both. */
  readonly columns: readonly WindowPosition[];
  /** Working columns that are read: those the windows cover, cut at the grid's edges. */
  readonly readFirstCol: number;
  readonly readEndCol: number;
}

/** One row of windows and the rows that are finished once it is done. */
export interface RowStrip {
  readonly window: WindowPosition;
  /** Working rows that no later window adds to. */
  readonly finishedFirstRow: number;
  readonly finishedEndRow: number;
  /** Image rows that can be given out then. */
  readonly image: RowRange;
  /** Working rows that nobody needs once they are. */
  readonly release: RowRange;
}

interface RowRange {
  readonly firstRow: number;
  readonly endRow: number;
}

/** Rows of sums that one strip needs at once: those under a window, and those kept for the next pixels of the image. */
export function sumRowsOf({ windowPx, grid }: WindowPlan): number {
  return windowPx + (grid.scale === 1 ? 0 : 2 + Math.ceil(1 / grid.scale));
}

/** Splits the plan's area into column strips of at most `maxWidthPx` working columns (never narrower than a window). */
export function columnStrips(plan: WindowPlan, maxWidthPx: number): readonly ColumnStrip[] {
  const { grid, imageArea: area, windowPx, widthPx } = plan;
  const count = Math.ceil(plan.area.widthPx / Math.max(maxWidthPx, windowPx));
  const strips: ColumnStrip[] = [];
  for (let index = 0; index < count; index++) {
    const image = {
      firstCol: area.col + Math.floor((area.widthPx * index) / count),
      endCol: area.col + Math.floor((area.widthPx * (index + 1)) / count),
    };
    const { from: firstCol, to: endCol } = workingSpan(image.firstCol, image.endCol, grid.scale, grid.widthPx);
    const columns = plan.columns.filter(
      ({ startPx, keepFromPx, keepToPx }) => startPx + keepFromPx < endCol && startPx + keepToPx > firstCol,
    );
    strips.push({
      image,
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
 * Rows of windows still needed when every image row above `resumeRow` is given out, top to bottom.
 *
 * Resuming runs again the windows that reach below it, because their part of the accumulator is gone.
 */
export function rowStrips(plan: WindowPlan, resumeRow: number = plan.imageArea.row): readonly RowStrip[] {
  const { grid, imageArea } = plan;
  const endRow = plan.area.row + plan.area.heightPx;
  const imageEndRow = imageArea.row + imageArea.heightPx;
  let given = Math.max(resumeRow, imageArea.row);
  const neededBy = (imageRow: number) => tapOf(imageRow, grid.scale, grid.heightPx).first;
  let finished = neededBy(given);
  const rows = plan.rows.filter(({ startPx, keepToPx }) => startPx + keepToPx > finished);
  const strips: RowStrip[] = [];
  for (const [index, window] of rows.entries()) {
    const next = rows[index + 1];
    const finishedEndRow = next === undefined ? endRow : Math.min(endRow, Math.max(finished, next.startPx));
    const givenEnd =
      next === undefined ? imageEndRow : Math.max(given, Math.min(imageEndRow, imageRowsAbove(finishedEndRow, grid)));
    const releasedEnd = next === undefined ? endRow : neededBy(givenEnd);
    strips.push({
      window,
      finishedFirstRow: finished,
      finishedEndRow,
      image: { firstRow: given, endRow: givenEnd },
      release: { firstRow: neededBy(given), endRow: releasedEnd },
    });
    finished = finishedEndRow;
    given = givenEnd;
  }
  return strips;
}
