/** Whether an interrupted run can be gone on with: its checkpoint must fit the plan and its own counts. */
import { NadirError } from "../core/errors";
import type { PixelRect } from "../core/raster/raster";
import { pixelsOfArea } from "../core/run/area-of-interest";
import type { RunCheckpoint } from "../core/run/run-checkpoint";
import type { WindowPlan } from "../core/windows/plan-windows";
import type { ColumnStrip } from "../core/windows/strips";

/**
 * @throws {NadirError} `bad-settings` when this backend cuts the raster at other columns, `damaged-result` when the
 *   checkpoint cannot be of this run.
 */
export function requireResumable(
  { strip, stripCount, nextRow, windows, classPixels, nodataPixels, written }: RunCheckpoint,
  { imageArea: area, spans, grid, rows }: WindowPlan,
  strips: readonly ColumnStrip[],
): void {
  if (stripCount !== strips.length) throw otherStrips(stripCount, strips.length);
  const rowsDone = nextRow - area.row;
  const rects = strips.slice(0, strip + 1).map(({ image: { firstCol, endCol } }, index) => {
    return {
      col: firstCol,
      row: area.row,
      widthPx: endCol - firstCol,
      heightPx: index < strip ? area.heightPx : rowsDone,
    };
  });
  const predicted = rects.reduce((sum, rect) => sum + pixelsOfArea(spans, rect), 0);
  const counted = classPixels.reduce((sum, pixels) => sum + pixels, nodataPixels);
  const mostWindows = rows.length * strips.reduce((sum, { columns }) => sum + columns.length, 0);
  const isInside = strip < strips.length && rowsDone >= 0 && rowsDone <= area.heightPx;
  const isWhole =
    written === undefined || coveredPixels(written) >= coveredPixels(rects) + area.row * grid.image.widthPx;
  if (!isInside || counted !== predicted || windows.run + windows.skipped > mostWindows || !isWhole) {
    throw new NadirError({
      code: "damaged-result",
      found: `What is known of the interrupted run does not fit together: row ${nextRow} of column strip ${strip}, with ${counted} pixels counted.`,
      needed: "Going on needs a run whose finished rows are all accounted for.",
      next: "Start the run again from the beginning.",
    });
  }
}

function coveredPixels(rects: readonly PixelRect[]): number {
  return rects.reduce((sum, { widthPx, heightPx }) => sum + widthPx * heightPx, 0);
}

/** Another backend, or one of another memory, cuts a wide raster at other columns. */
function otherStrips(before: number, now: number): NadirError {
  return new NadirError({
    code: "bad-settings",
    found: `The interrupted run cut the raster into ${before} column strips; this backend cuts it into ${now}.`,
    needed: "Going on needs the same cut.",
    next: "Choose the backend it ran on, or start the run again from the beginning.",
  });
}
