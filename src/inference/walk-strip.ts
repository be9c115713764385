/**
 * One column strip from top to bottom: bring rows, run the windows that hold data in batches, pass finished rows on.
 */

import { letMessagesIn } from "../core/let-messages-in";
import type { PixelRect } from "../core/raster/raster";
import { meetsArea } from "../core/run/area-of-interest";
import type { InputPlan } from "../core/run/input-plan";
import type { WindowCount } from "../core/run/run-checkpoint";
import { AUGMENTATIONS, type TestTimeAugmentation } from "../core/vocabulary/augmentations";
import type { BlendWeights } from "../core/vocabulary/blends";
import type { FinalisedRows } from "../core/windows/finalise-rows";
import type { WindowPlan, WindowPosition } from "../core/windows/plan-windows";
import { RowRing } from "../core/windows/row-ring";
import { type ColumnStrip, type RowStrip, rowStrips } from "../core/windows/strips";
import { imageRect } from "../core/windows/working-grid";
import type { StripRun, WindowItem, WindowWitness } from "./backend";
import { MissingPixels } from "./missing-pixels";
import type { RunRequest, RunTotals } from "./run-request";
import { stripGeometry } from "./strip-geometry";
import { WorkingFeed } from "./working-feed";

export interface StripWalk {
  readonly request: RunRequest;
  readonly plan: WindowPlan;
  readonly inputs: InputPlan;
  readonly strip: ColumnStrip;
  readonly stripIndex: number;
  readonly stripCount: number;
  readonly blend: BlendWeights;
  readonly witness: WindowWitness | null;
}

/** How far a strip has come; survives a recovery. */
export interface StripProgress {
  /** Every row above is in the sink. */
  nextRow: number;
  /** Windows run and skipped when that row was finished. */
  windows: WindowCount;
}

/** Strips whose rows may still be on their way from the device. */
const MOST_OPEN_READ_BACKS = 2;

export async function walkStrip(walk: StripWalk, totals: RunTotals, progress: StripProgress): Promise<void> {
  const { request, plan, inputs, strip, blend } = walk;
  const { optical, auxiliary, manifest, settings, signal } = request;
  const rows = rowStrips(plan, progress.nextRow);
  // After a stop the windows that reach below the last finished row are run again; they were counted before.
  const goesOn = progress.nextRow > plan.imageArea.row;
  const geometry = stripGeometry(plan, strip, rows, inputs, optical, auxiliary);
  const run = await totals.backend.open({
    manifest,
    plan,
    strip,
    inputs,
    blend,
    confidence: settings.confidence,
    response: request.response ?? null,
    opticalRing: geometry.optical.ring,
    auxiliary: geometry.auxiliary && { ring: geometry.auxiliary.feed.ring, ...geometry.auxiliary.size },
    mostControlPoints: geometry.mostControlPoints,
    mostItems: mostItemsOf(strip, rows, settings.testTimeAugmentation),
    witness: walk.witness,
    mostImageRows: rows.reduce((most, { image }) => Math.max(most, image.endRow - image.firstRow), 1),
  });
  const opticalFeed = new WorkingFeed(optical, geometry.optical, signal);
  const auxiliaryFeed =
    geometry.auxiliary === null || auxiliary === null
      ? null
      : new WorkingFeed(auxiliary.source, geometry.auxiliary.feed, signal);
  const validity = new RowRing({ ...geometry.optical.ring, dtypes: [] });
  const missing = plan.grid.scale === 1 ? null : new MissingPixels(optical, plan, geometry.optical);
  const open: Promise<void>[] = [];
  try {
    for (const row of rows) {
      signal?.throwIfAborted();
      const windowEndRow = Math.min(plan.heightPx, row.window.startPx + plan.windowPx);
      await opticalFeed.bring(
        row.window.startPx,
        windowEndRow,
        (firstRow, rowCount, read) => {
          validity.put(firstRow, rowCount, { bands: [], valid: read.valid });
          run.putRows("optical", firstRow, rowCount, read);
        },
        missing?.see,
      );
      const aux = geometry.auxiliaryOf(row);
      if (aux !== null) {
        await auxiliaryFeed!.bring(aux.firstRow, aux.endRow, (firstRow, rowCount, read) =>
          run.putRows("auxiliary", firstRow, rowCount, read),
        );
      }
      run.beginStrip(row, aux?.grid ?? null);
      const imageRows = row.image.endRow - row.image.firstRow;
      await runRow(walk, totals, run, row, validity, goesOn && imageRows === 0);
      if (imageRows > 0) {
        const takeOut = missing?.under(strip, row);
        const rowsRead = run.finishRows(row).then((rows) => takeOut?.(rows) ?? rows);
        const delivered = deliver(walk, totals, progress, row, rowsRead, open.at(-1));
        // Reported when awaited below; until then nobody may see it as unhandled.
        delivered.catch(() => undefined);
        open.push(delivered);
        if (open.length > MOST_OPEN_READ_BACKS) await open.shift();
      }
    }
    await Promise.all(open);
  } finally {
    // What is on its way is written, or known to be lost, before anybody looks at the progress.
    await Promise.allSettled(open);
    totals.readMs += opticalFeed.readMs + (auxiliaryFeed?.readMs ?? 0);
    totals.modelMs += run.modelMs;
    totals.warnings.push(...run.warnings);
    await run.close();
  }
}

/** Rows of windows that finish nothing (above an area, or done again after a stop) add to those of the next that does. */
function mostItemsOf(strip: ColumnStrip, rows: readonly RowStrip[], augmentation: TestTimeAugmentation): number {
  let most = 1;
  let together = 0;
  for (const { image } of rows) {
    together++;
    most = Math.max(most, together);
    if (image.endRow > image.firstRow) together = 0;
  }
  return most * strip.columns.length * AUGMENTATIONS[augmentation].length;
}

async function deliver(
  { strip, stripIndex, stripCount, request }: StripWalk,
  totals: RunTotals,
  progress: StripProgress,
  row: RowStrip,
  rows: Promise<FinalisedRows>,
  before: Promise<void> | undefined,
): Promise<void> {
  const windows = { ...totals.windows };
  const finished = await rows;
  await before;
  await totals.writer.write(strip, row.image.firstRow, row.image.endRow - row.image.firstRow, finished);
  progress.nextRow = row.image.endRow;
  progress.windows = windows;
  const { classPixels, nodataPixels, written } = totals.writer;
  const { nextRow } = progress;
  await request.onCheckpoint?.({
    strip: stripIndex,
    stripCount,
    nextRow,
    windows,
    classPixels: [...classPixels],
    nodataPixels,
    written,
  });
}

async function runRow(
  { request, plan, strip }: StripWalk,
  totals: RunTotals,
  run: StripRun,
  row: RowStrip,
  validity: RowRing,
  isAgain: boolean,
): Promise<void> {
  const columns = strip.columns.filter(
    (column) =>
      meetsArea(plan.spans, usedBy(plan, column, row.window)) && holdsData(plan, validity, column, row.window),
  );
  const skipped = isAgain ? 0 : strip.columns.length - columns.length;
  totals.windows.skipped += skipped;
  if (skipped > 0) totals.clock.add(skipped, null);
  const symmetries = AUGMENTATIONS[request.settings.testTimeAugmentation];
  const items: WindowItem[] = columns.flatMap((column) =>
    symmetries.map((symmetry) => ({ column, row: row.window, symmetry })),
  );
  const { batch } = totals.backend;
  let counted = 0;
  for (let from = 0; from < items.length; from += batch) {
    // On the CPU nothing leaves the task by itself, and a cancel or a pause could not be heard.
    await letMessagesIn();
    await request.gate?.pass();
    request.signal?.throwIfAborted();
    const startedMs = performance.now();
    const end = Math.min(items.length, from + batch);
    await run.runWindows(items.slice(from, end));
    const windows = isAgain ? 0 : Math.floor(end / symmetries.length) - counted;
    counted += windows;
    totals.windows.run += windows;
    totals.clock.add(windows, performance.now() - startedMs);
  }
}

/** The pixels of the image that a window has a say in. */
function usedBy({ grid }: WindowPlan, column: WindowPosition, row: WindowPosition): PixelRect {
  const span = ({ startPx, keepFromPx, keepToPx }: WindowPosition) =>
    [startPx + keepFromPx, keepToPx - keepFromPx] as const;
  const [[col, widthPx], [top, heightPx]] = [span(column), span(row)];
  return imageRect({ col, row: top, widthPx, heightPx }, grid);
}

function holdsData(plan: WindowPlan, validity: RowRing, column: WindowPosition, row: WindowPosition): boolean {
  const { valid } = validity;
  if (valid === null) return true;
  const widthPx = Math.min(plan.windowPx, plan.widthPx - column.startPx);
  const endRow = Math.min(plan.heightPx, row.startPx + plan.windowPx);
  for (let y = row.startPx; y < endRow; y++) {
    const from = validity.indexOf(column.startPx, y);
    if (valid.subarray(from, from + widthPx).includes(1)) return true;
  }
  return false;
}
