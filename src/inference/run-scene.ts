/**
 * One model over one scene: strips → backend → sink.
 *
 * Knows neither workers nor files nor pages: rasters, backend, sink and recovery come from outside, so the same code
 * runs in a worker, under Node and in tests. Memory does not grow with the raster's height.
 */
import { NadirError } from "../core/errors";
import type { HeightsMade } from "../core/run/heights-made";
import { type BandRange, type InputPlan, planInputs } from "../core/run/input-plan";
import type { RunCheckpoint } from "../core/run/run-checkpoint";
import type { RunResult } from "../core/run/run-result";
import { scaleWarnings } from "../core/run/run-scale";
import type { WindowCheckFacts } from "../core/run/window-check";
import { AUGMENTATIONS } from "../core/vocabulary/augmentations";
import { blendWeights } from "../core/windows/blend-weights";
import { planWindows, type WindowPlan } from "../core/windows/plan-windows";
import { type ColumnStrip, columnStrips } from "../core/windows/strips";
import type { WindowWitness } from "./backend";
import { requireResumable } from "./check-resume";
import { checkWindows, WindowSample } from "./check-windows";
import { MaskWriter } from "./mask-writer";
import { readyHeights } from "./ready-heights";
import { RunClock } from "./run-clock";
import type { RunRequest, RunTotals } from "./run-request";
import { type StripProgress, walkStrip } from "./walk-strip";

/** Recoveries without a single finished row in between before a run is given up. */
const MOST_FRUITLESS_RECOVERIES = 3;
const RECOVERABLE: ReadonlySet<string> = new Set(["device-lost", "out-of-memory", "failed-read-back", "bad-output"]);

/** @throws {NadirError} When the scene does not fit the model or the run cannot go on. @throws AbortError on cancel. */
export async function runScene(request: RunRequest): Promise<RunResult> {
  const { manifest, settings, optical, auxiliary, signal } = request;
  const plan = planOf(request);
  let heightRange: BandRange | null = null as BandRange | null;
  const startedMs = performance.now();
  const inputs = await planInputs(
    manifest,
    optical.facts,
    auxiliary?.source.facts ?? null,
    settings.heights,
    async (raster, band) => {
      const source = raster === "optical" ? optical : auxiliary!.source;
      const range = await request.measureBand(source, band, signal);
      if (raster === "auxiliary") heightRange = range;
      return range;
    },
  );
  const heights = auxiliary && (await readyHeights(auxiliary.source, inputs, heightRange, settings.heights, signal));
  signal?.throwIfAborted();
  const statisticsMs = performance.now() - startedMs;
  const seen = heights === null ? request : { ...request, auxiliary: { ...auxiliary!, source: heights.source } };
  const sample = request.check === undefined ? null : new WindowSample(plan, request.check.seed);
  const run = await walkAll(seen, plan, inputs, sample);
  const { facts, gpuPeakBytes } = run.backend;
  const windowCheck = sample && (await checked(seen, plan, inputs, run, sample));
  return {
    modelId: manifest.id,
    modelVersion: manifest.version,
    graphSha256: manifest.graph.sha256,
    settings,
    backend: facts,
    widthPx: plan.grid.image.widthPx,
    heightPx: plan.grid.image.heightPx,
    area: plan.imageArea,
    windowsRun: run.windows.run,
    windowsSkipped: run.windows.skipped,
    augmentations: AUGMENTATIONS[settings.testTimeAugmentation].length,
    batch: run.backend.batch,
    classPixels: [...run.writer.classPixels],
    nodataPixels: run.writer.nodataPixels,
    written: run.writer.written,
    timings: { statisticsMs, runMs: run.runMs, readMs: run.readMs, modelMs: run.modelMs },
    recoveries: run.recoveries,
    ...(gpuPeakBytes !== undefined && { gpuPeakBytes }),
    inputs: [optical, ...(auxiliary === null ? [] : [auxiliary.source])].map(({ facts: { fileName, fileBytes } }) => ({
      fileName,
      fileBytes,
    })),
    heightRange: heightRange && { min: heightRange.min, max: heightRange.max },
    ...(windowCheck !== null && { windowCheck }),
    ...(request.heights != null && { heightsMade: withClosed(request.heights.made, heights?.closedShare ?? null) }),
    warnings: [
      ...new Set([...scaleWarnings(settings), ...(request.heights?.notes ?? []), ...inputs.notes, ...run.warnings]),
    ],
  };
}

function planOf({ manifest, settings, optical: { facts } }: RunRequest): WindowPlan {
  return planWindows({
    widthPx: facts.widthPx,
    heightPx: facts.heightPx,
    windowPx: manifest.window.sizePx,
    stridePx: settings.stridePx,
    blend: settings.blend,
    areaOfInterest: settings.areaOfInterest,
    ...(settings.scale !== undefined && { scale: settings.scale }),
  });
}

function withClosed(made: HeightsMade, closedShare: number | null): HeightsMade {
  return closedShare === null ? made : { ...made, closedShare };
}

/** A run whose check cannot be made keeps its result, and says so. */
async function checked(
  request: RunRequest,
  plan: WindowPlan,
  inputs: InputPlan,
  totals: RunTotals,
  sample: WindowSample,
): Promise<WindowCheckFacts | null> {
  totals.clock.tell("checking");
  const windows = totals.windows.run - (request.resume?.windows.run ?? 0);
  try {
    return await checkWindows({ request, plan, inputs, backend: totals.backend, windows }, sample);
  } catch (error) {
    request.signal?.throwIfAborted();
    const reason = error instanceof NadirError ? error.facts.found : (error as Error).message;
    totals.warnings.push(`Its windows could not be computed again on the CPU for comparison: ${reason}`);
    return null;
  }
}

async function walkAll(
  request: RunRequest,
  plan: WindowPlan,
  inputs: InputPlan,
  witness: WindowWitness | null,
): Promise<RunTotals> {
  const { resume } = request;
  const strips = columnStrips(plan, request.maxStripWidthPx ?? request.backend.maxStripWidthPx);
  if (resume !== undefined) requireResumable(resume, plan, strips);
  const windowsTotal = plan.rows.length * strips.reduce((sum, strip) => sum + strip.columns.length, 0);
  const totals: RunTotals = {
    backend: request.backend,
    writer: new MaskWriter(plan, request.sink, request.settings.confidence, resume),
    clock: new RunClock(windowsTotal, request.onProgress),
    warnings: [],
    windows: { run: 0, skipped: 0, ...resume?.windows },
    readMs: 0,
    modelMs: 0,
    runMs: 0,
    recoveries: 0,
  };
  const startedMs = performance.now();
  totals.clock.backTo(totals.windows.run + totals.windows.skipped);
  totals.clock.tell("running");
  if (resume === undefined) await totals.writer.above();
  for (const [index, strip] of strips.entries()) {
    const nextRow = firstRowOf(index, resume, plan);
    if (nextRow < plan.imageArea.row + plan.imageArea.heightPx) {
      await walkWithRecovery(request, plan, inputs, { strip, index, count: strips.length, nextRow }, witness, totals);
    }
  }
  totals.clock.tell("finishing");
  await totals.writer.below();
  totals.runMs = performance.now() - startedMs;
  return totals;
}

/** Where a column strip begins: at its top, or where the interrupted run left it. */
function firstRowOf(strip: number, resume: RunCheckpoint | undefined, { imageArea: area }: WindowPlan): number {
  if (resume === undefined || strip > resume.strip) return area.row;
  return strip === resume.strip ? resume.nextRow : area.row + area.heightPx;
}

async function walkWithRecovery(
  request: RunRequest,
  plan: WindowPlan,
  inputs: InputPlan,
  {
    strip,
    index: stripIndex,
    count: stripCount,
    nextRow,
  }: {
    strip: ColumnStrip;
    index: number;
    count: number;
    nextRow: number;
  },
  witness: WindowWitness | null,
  totals: RunTotals,
): Promise<void> {
  const { settings } = request;
  const blend = blendWeights(settings.blend, plan.windowPx, settings.stridePx);
  const progress: StripProgress = { nextRow, windows: { ...totals.windows } };
  let fruitless = 0;
  let suspected = false;
  for (;;) {
    const rowBefore = progress.nextRow;
    try {
      await walkStrip({ request, plan, inputs, strip, stripIndex, stripCount, blend, witness }, totals, progress);
      return;
    } catch (error) {
      if (!(error instanceof NadirError) || !RECOVERABLE.has(error.code)) throw error;
      // Seen twice at the same place, a bad output is the network's own.
      if (error.code === "bad-output" && suspected && progress.nextRow === rowBefore) throw error;
      fruitless = progress.nextRow > rowBefore ? 1 : fruitless + 1;
      const backend = fruitless > MOST_FRUITLESS_RECOVERIES ? null : await request.recover?.(error, totals.backend);
      if (backend === null || backend === undefined) throw error;
      suspected = error.code === "bad-output";
      totals.backend = backend;
      totals.recoveries++;
      totals.windows = { ...progress.windows };
      totals.clock.backTo(progress.windows.run + progress.windows.skipped);
      totals.warnings.push(`${error.facts.found} The run went on from row ${progress.nextRow}.`);
    }
  }
}
