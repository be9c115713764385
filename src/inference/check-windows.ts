/**
 * After a run on a GPU, some of its own windows once more on the CPU, from the rasters to the logits.
 *
 * Windows drawn by chance are held as they were added to the mask; those the network was least certain of are known
 * only at the end, and are run on the GPU a second time.
 */
import type { InputPlan } from "../core/run/input-plan";
import {
  compareWindow,
  drawOf,
  escapedShare,
  toleranceOf,
  UNSURE_WINDOWS,
  WINDOWS_CHECKED,
  type WindowCheckFacts,
  type WindowDifference,
} from "../core/run/window-check";
import { blendWeights } from "../core/windows/blend-weights";
import type { WindowPlan, WindowPosition } from "../core/windows/plan-windows";
import { columnStrips } from "../core/windows/strips";
import { workingRect } from "../core/windows/working-grid";
import type { StripBackend, WindowItem, WindowWitness } from "./backend";
import { MaskWriter } from "./mask-writer";
import { RunClock } from "./run-clock";
import type { RunRequest } from "./run-request";
import { walkStrip } from "./walk-strip";

interface SeenWindow {
  readonly key: string;
  readonly item: WindowItem;
  /** Kept are those with the lowest. */
  readonly rank: number;
}

/** Draws windows of a run as they go by; holds a dozen of them, however many there are. */
export class WindowSample implements WindowWitness {
  private random: readonly SeenWindow[] = [];
  private unsure: readonly SeenWindow[] = [];
  private readonly logits = new Map<string, Float32Array>();
  private readonly mostRandom: number;
  /** Draws up to this one are sure to be wanted. */
  private readonly wantedUpTo: number;

  constructor(
    { columns, rows }: Pick<WindowPlan, "columns" | "rows">,
    private readonly seed: string,
  ) {
    const isSmall = columns.length * rows.length <= WINDOWS_CHECKED;
    this.mostRandom = isSmall ? WINDOWS_CHECKED : WINDOWS_CHECKED - UNSURE_WINDOWS;
    let lowest: number[] = [];
    for (const row of rows) {
      const draws = columns.map((column) => drawOf(seed, { col: column.startPx, row: row.startPx }));
      lowest = [...lowest, ...draws].sort((a, b) => a - b).slice(0, this.mostRandom);
    }
    this.wantedUpTo = lowest.at(-1) ?? 0;
  }

  wants(item: WindowItem): boolean {
    return this.drawOf(item) <= this.wantedUpTo;
  }

  take(item: WindowItem, logits: Float32Array): void {
    this.logits.set(keyOf(item), logits);
  }

  ran(item: WindowItem, unsure: number): void {
    const key = keyOf(item);
    this.random = kept(this.random, { key, item, rank: this.drawOf(item) }, this.mostRandom);
    this.unsure = kept(this.unsure, { key, item, rank: -unsure }, WINDOWS_CHECKED);
  }

  /** Drawn windows, with the logits they had in the run where these were held. */
  drawn(): { readonly random: readonly WindowItem[]; readonly unsure: readonly WindowItem[] } {
    const keys = new Set(this.random.map(({ key }) => key));
    const unsure = this.unsure.filter(({ key, rank }) => rank < 0 && !keys.has(key));
    const itemsOf = (seen: readonly SeenWindow[]) => seen.map(({ item }) => item);
    return {
      random: itemsOf(this.random),
      unsure: itemsOf(unsure.slice(0, WINDOWS_CHECKED - this.random.length)),
    };
  }

  logitsOf(item: WindowItem): Float32Array | undefined {
    return this.logits.get(keyOf(item));
  }

  private drawOf({ column, row }: WindowItem): number {
    return drawOf(this.seed, { col: column.startPx, row: row.startPx });
  }
}

function keyOf({ column, row }: WindowItem): string {
  return `${column.startPx} ${row.startPx}`;
}

function kept(list: readonly SeenWindow[], seen: SeenWindow, most: number): readonly SeenWindow[] {
  const last = list.at(-1);
  if (last !== undefined && list.length >= most && last.rank <= seen.rank) return list;
  const others = list.filter(({ key }) => key !== seen.key);
  return [...others, seen].sort((a, b) => a.rank - b.rank).slice(0, most);
}

/** The scene as the run saw it, and what ran. */
export interface CheckedRun {
  /** With the second raster as the network sees it. */
  readonly request: RunRequest;
  readonly plan: WindowPlan;
  readonly inputs: InputPlan;
  readonly backend: StripBackend;
  /** Windows that the sample could have drawn. */
  readonly windows: number;
}

/** Null where there is nothing to check, or nothing to check it with. @throws AbortError on cancel. */
export async function checkWindows(run: CheckedRun, sample: WindowSample): Promise<WindowCheckFacts | null> {
  const { request, windows } = run;
  const { random, unsure } = sample.drawn();
  const reference = random.length === 0 ? null : await request.check!.openReference();
  if (reference === null) return null;
  const startedMs = performance.now();
  const differences: WindowDifference[] = [];
  try {
    for (const item of [...random, ...unsure]) {
      const wanted = await logitsOn(reference.backend, run, item);
      const found = sample.logitsOf(item) ?? (await logitsOn(run.backend, run, item));
      differences.push(compareWindow(found, wanted, request.manifest.classes.length));
    }
  } finally {
    await reference.close();
  }
  const magnitude = differences.reduce((most, difference) => Math.max(most, difference.magnitude), 0);
  const tolerance = toleranceOf(request.manifest.golden?.tolerance ?? null, magnitude);
  // A NaN difference compares false, and so is wrong.
  const wrongWindows = differences.filter(({ largest }) => !(largest <= tolerance)).length;
  const largest = Math.max(...differences.map((difference) => difference.largest));
  const sum = (of: (difference: WindowDifference) => number) =>
    differences.reduce((total, difference) => total + of(difference), 0);
  return {
    verdict: wrongWindows === 0 ? "agree" : "differ",
    windows,
    randomWindows: random.length,
    unsureWindows: unsure.length,
    wrongWindows,
    largestDifference: Number.isNaN(largest) ? null : largest,
    tolerance,
    equalShare: sum(({ equalPixels }) => equalPixels) / sum(({ pixels }) => pixels),
    escapedShare: wrongWindows === 0 ? escapedShare(windows, random.length) : null,
    reference: reference.backend.facts.adapter,
    seconds: (performance.now() - startedMs) / 1000,
  };
}

/** Logits of one window as a backend makes them of the rasters: a run of that window alone. */
async function logitsOn(
  backend: StripBackend,
  { request, plan, inputs }: CheckedRun,
  { column, row }: WindowItem,
): Promise<Float32Array> {
  const { grid } = plan;
  const imagePx = ({ startPx, keepFromPx, keepToPx }: WindowPosition, lengthPx: number) =>
    Math.min(lengthPx - 1, Math.floor((startPx + (keepFromPx + keepToPx) / 2) * grid.scale));
  // One pixel is given out: what is looked at are the logits before.
  const imageArea = {
    col: imagePx(column, grid.image.widthPx),
    row: imagePx(row, grid.image.heightPx),
    widthPx: 1,
    heightPx: 1,
  };
  const out = { imageArea, spans: null, area: workingRect(imageArea, grid) };
  const single: WindowPlan = { ...plan, ...out, columns: [column], rows: [row] };
  const { onCheckpoint: _, onProgress: __, response: ___, ...rest } = request;
  const sink = { writeRows: async () => undefined };
  const settings = { ...request.settings, testTimeAugmentation: "none", confidence: false } as const;
  let logits: Float32Array | null = null as Float32Array | null;
  const witness: WindowWitness = {
    wants: () => true,
    take: (_item, taken) => {
      logits = taken;
    },
    ran: () => undefined,
  };
  await walkStrip(
    {
      request: { ...rest, settings, sink },
      plan: single,
      inputs,
      strip: columnStrips(single, plan.widthPx)[0]!,
      stripIndex: 0,
      stripCount: 1,
      blend: blendWeights(settings.blend, plan.windowPx, settings.stridePx),
      witness,
    },
    {
      backend,
      writer: new MaskWriter(single, sink, false),
      clock: new RunClock(1, undefined),
      warnings: [],
      windows: { run: 0, skipped: 0 },
      readMs: 0,
      modelMs: 0,
      runMs: 0,
      recoveries: 0,
    },
    { nextRow: imageArea.row, windows: { run: 0, skipped: 0 } },
  );
  if (logits === null) throw new Error("the window's logits did not arrive");
  return logits;
}
