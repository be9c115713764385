/** Finished rows on their way to the sink: the full raster, with 255 outside the area and its polygons, counted by class. */
import { forGaps } from "../core/run/area-of-interest";
import type { RunCheckpoint } from "../core/run/run-checkpoint";
import { NODATA_CLASS_ID } from "../core/run/run-settings";
import { type WrittenPixels, withWrittenRows } from "../core/run/written-pixels";
import type { FinalisedRows } from "../core/windows/finalise-rows";
import type { WindowPlan } from "../core/windows/plan-windows";
import type { ColumnStrip } from "../core/windows/strips";
import type { FinishedRows, RowSink } from "./backend";

const BLANK_ROWS_PER_WRITE = 256;

export class MaskWriter {
  /** Index = class id, of everything written so far. */
  readonly classPixels: number[];
  /** Pixels of the area without a prediction. */
  nodataPixels: number;
  /** Of everything in the sink. */
  written: readonly WrittenPixels[];

  constructor(
    private readonly plan: WindowPlan,
    private readonly sink: RowSink,
    private readonly confidence: boolean,
    before: Pick<RunCheckpoint, "classPixels" | "nodataPixels" | "written"> = { classPixels: [], nodataPixels: 0 },
  ) {
    this.classPixels = [...before.classPixels];
    this.nodataPixels = before.nodataPixels;
    this.written = before.written ?? [];
  }

  /** Writes the rows above the area of interest, all 255. */
  above(): Promise<void> {
    return this.blank(0, this.plan.imageArea.row);
  }

  below(): Promise<void> {
    const { imageArea, grid } = this.plan;
    return this.blank(imageArea.row + imageArea.heightPx, grid.image.heightPx);
  }

  async write({ image: strip }: ColumnStrip, row: number, rowCount: number, rows: FinalisedRows): Promise<void> {
    const { imageArea: area, spans, grid } = this.plan;
    const rect = { col: strip.firstCol, row, widthPx: strip.endCol - strip.firstCol, heightPx: rowCount };
    let outside = 0;
    if (spans !== null) {
      forGaps(spans, rect, (line, from, to) => {
        const [first, end] = [line * rect.widthPx + from, line * rect.widthPx + to];
        rows.classIds.fill(NODATA_CLASS_ID, first, end);
        rows.confidence?.fill(0, first, end);
        outside += to - from;
      });
    }
    this.count(rows.classIds, outside);
    const { widthPx } = grid.image;
    const col = strip.firstCol === area.col ? 0 : strip.firstCol;
    const endCol = strip.endCol === area.col + area.widthPx ? widthPx : strip.endCol;
    const widen = (values: Uint8Array, blank: number) =>
      endCol - col === rect.widthPx
        ? values
        : widened(values, rect.widthPx, rowCount, strip.firstCol - col, endCol - col, blank);
    await this.put({
      col,
      row,
      widthPx: endCol - col,
      heightPx: rowCount,
      classIds: widen(rows.classIds, NODATA_CLASS_ID),
      confidence: rows.confidence === null ? null : widen(rows.confidence, 0),
    });
  }

  private async blank(row: number, endRow: number): Promise<void> {
    const { widthPx } = this.plan.grid.image;
    for (let from = row; from < endRow; from += BLANK_ROWS_PER_WRITE) {
      const heightPx = Math.min(BLANK_ROWS_PER_WRITE, endRow - from);
      await this.put({
        col: 0,
        row: from,
        widthPx,
        heightPx,
        classIds: new Uint8Array(widthPx * heightPx).fill(NODATA_CLASS_ID),
        confidence: this.confidence ? new Uint8Array(widthPx * heightPx) : null,
      });
    }
  }

  private async put(rows: FinishedRows): Promise<void> {
    await this.sink.writeRows(rows);
    this.written = withWrittenRows(this.written, rows);
  }

  /** @param outside Pixels that do not belong to the area. */
  private count(classIds: Uint8Array, outside: number): void {
    const counts = new Array<number>(256).fill(0);
    for (const id of classIds) counts[id]!++;
    this.nodataPixels += counts[NODATA_CLASS_ID]! - outside;
    // No holes: a class that comes after one not met yet would be written into files as null.
    const highest = counts.findLastIndex((pixels, id) => pixels > 0 && id < NODATA_CLASS_ID);
    const classCount = Math.max(this.classPixels.length, highest + 1);
    for (let id = 0; id < classCount; id++) {
      this.classPixels[id] = (this.classPixels[id] ?? 0) + counts[id]!;
    }
  }
}

function widened(
  values: Uint8Array,
  fromWidth: number,
  rowCount: number,
  left: number,
  toWidth: number,
  blank: number,
): Uint8Array {
  const out = new Uint8Array(toWidth * rowCount).fill(blank);
  for (let row = 0; row < rowCount; row++) {
    out.set(values.subarray(row * fromWidth, (row + 1) * fromWidth), row * toWidth + left);
  }
  return out;
}
