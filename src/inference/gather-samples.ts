/**
 * Samples under strokes: the windows that strokes touch are run once, exactly as a run would give them to the network,
 * and of each only the pixels that are learnt from are kept.
 *
 * It is a run (`run-scene.ts`) whose rows nobody wants: windows without strokes are passed over, and a witness takes what
 * the others give.
 */
import type { ModelManifest } from "../core/manifest/manifest";
import type { RunSettings } from "../core/run/run-settings";
import type { Stroke } from "../core/vector/stroke";
import { planWindows, type WindowPlan } from "../core/windows/plan-windows";
import { samplesManifest } from "../teaching/compose";
import { type SampleShape, sampleLength } from "../teaching/head";
import { planSamples, type WindowSites } from "../teaching/plan-samples";
import { strokePixels } from "../teaching/stroke-pixels";
import type { NetworkSession, StripBackend, StripRun, WindowItem, WindowWitness } from "./backend";
import { createCpuBackend } from "./cpu-backend";
import type { RunRequest } from "./run-request";
import { runScene } from "./run-scene";
import type { WindowCache } from "./window-cache";

export interface GatherRequest
  extends Pick<RunRequest, "optical" | "auxiliary" | "heights" | "measureBand" | "signal"> {
  /** Of the base model. */
  readonly manifest: ModelManifest;
  /** Told as windows are taken. */
  readonly onWindows?: (done: number, total: number) => void;
  /** Windows of an earlier round; `key` says what they are of: model, rasters, settings. */
  readonly known?: { readonly cache: WindowCache; readonly key: string };
  readonly shape: SampleShape;
  /** Gives the samples of a window (`samplesManifest`). */
  readonly session: NetworkSession;
  /** Those of the run that is to be mended: scale, stride, heights. */
  readonly settings: RunSettings;
  readonly strokes: readonly Stroke[];
  /** Map coordinates to fractional pixels of the image. */
  readonly toPixel: (point: readonly [x: number, y: number]) => readonly [col: number, row: number];
  /** Of the image; 1 where it is not known, and the widths of strokes are pixels. */
  readonly pixelSizeMetres: number;
}

export interface GatheredSamples {
  /** `[samples, features + bank + old logits]`. */
  readonly samples: Float32Array;
  /** Of each sample: position in the strokes, or `NO_STROKE`. */
  readonly strokeOf: Int32Array;
  readonly windowsRun: number;
  /** What the run of these windows would say: assumed range, missing values. */
  readonly notes: readonly string[];
}

/** @throws {NadirError} As a run would. */
export function gatherSamples(request: GatherRequest): Promise<GatheredSamples> {
  const plan = gatherPlan(request);
  return gatherSites(request, plan, planSamples(pixelsUnder(request, plan), plan));
}

/** Where the windows of the run lie. */
export function gatherPlan({
  manifest,
  settings,
  optical,
}: Pick<GatherRequest, "manifest" | "settings" | "optical">): WindowPlan {
  return planWindows({
    widthPx: optical.facts.widthPx,
    heightPx: optical.facts.heightPx,
    windowPx: manifest.window.sizePx,
    stridePx: settings.stridePx,
    blend: settings.blend,
    areaOfInterest: null,
    ...(settings.scale !== undefined && { scale: settings.scale }),
  });
}

/** Samples of chosen pixels. */
export async function gatherSites(
  request: Omit<GatherRequest, "strokes" | "toPixel" | "pixelSizeMetres">,
  plan: WindowPlan,
  windows: readonly WindowSites[],
): Promise<GatheredSamples> {
  const { manifest, settings, shape } = request;
  if (windows.length === 0) {
    return { samples: new Float32Array(0), strokeOf: new Int32Array(0), windowsRun: 0, notes: [] };
  }
  const collector = new Collector(windows, request);
  const unknown = collector.takeKnown(windows);
  if (unknown.length === 0) return { ...collector.gathered(), windowsRun: 0, notes: [] };
  const samples = samplesManifest(manifest, shape);
  const { windowsRun, warnings } = await runScene({
    ...request,
    // Of the sums only one channel is kept: nobody looks at them.
    manifest: { ...samples, classes: samples.classes.slice(0, 1) },
    settings: {
      ...settings,
      confidence: false,
      testTimeAugmentation: "none",
      areaOfInterest: areaUnder(unknown, plan),
    },
    backend: lookingOn(createCpuBackend(request.session, NOWHERE), collector),
    sink: { writeRows: async () => undefined },
  });
  return { ...collector.gathered(), windowsRun, notes: warnings };
}

const NOWHERE = { kind: "wasm", adapter: "", reason: "", precision: "fp32" } as const;

function pixelsUnder({ strokes, toPixel, pixelSizeMetres }: GatherRequest, { grid }: WindowPlan): readonly number[][] {
  const { scale, widthPx, heightPx } = grid;
  return strokes.map((stroke) =>
    strokePixels(stroke, {
      widthPx,
      heightPx,
      pixelSizeMetres: pixelSizeMetres * scale,
      toPixel(point) {
        const [col, row] = toPixel(point);
        return [col / scale, row / scale];
      },
    }),
  );
}

/** In image pixels: so much that every window with sites touches it. */
function areaUnder(windows: readonly WindowSites[], { grid }: WindowPlan): RunSettings["areaOfInterest"] {
  const sites = windows.flatMap((window) => window.sites);
  const span = (of: (site: (typeof sites)[number]) => number, lengthPx: number) => {
    const least = sites.reduce((low, site) => Math.min(low, of(site)), Number.POSITIVE_INFINITY);
    const most = sites.reduce((high, site) => Math.max(high, of(site)), 0);
    const from = Math.min(lengthPx - 1, Math.floor(least * grid.scale));
    return { from, length: Math.max(1, Math.min(lengthPx, Math.ceil((most + 1) * grid.scale)) - from) };
  };
  const cols = span(({ col }) => col, grid.image.widthPx);
  const rows = span(({ row }) => row, grid.image.heightPx);
  return { col: cols.from, row: rows.from, widthPx: cols.length, heightPx: rows.length };
}

/** The same backend, which passes over windows that nobody wants. */
function lookingOn(backend: StripBackend, collector: Collector): StripBackend {
  return {
    facts: backend.facts,
    batch: backend.batch,
    maxStripWidthPx: backend.maxStripWidthPx,
    async open(job): Promise<StripRun> {
      const run = await backend.open({ ...job, witness: collector });
      return {
        putRows: (...rows) => run.putRows(...rows),
        beginStrip: (strip, grid) => run.beginStrip(strip, grid),
        async runWindows(items) {
          const wanted = items.filter((item) => collector.wants(item));
          if (wanted.length > 0) await run.runWindows(wanted);
        },
        finishRows: (rows) => run.finishRows(rows),
        get modelMs() {
          return run.modelMs;
        },
        get warnings() {
          return run.warnings;
        },
        close: () => run.close(),
      };
    },
  };
}

type WindowPlace = Pick<WindowItem, "column" | "row">;

function placeOf({ column, row }: WindowPlace): string {
  return `${column.startPx},${row.startPx}`;
}

type CollectorOptions = Pick<GatherRequest, "shape" | "known" | "onWindows">;

class Collector implements WindowWitness {
  /** Those without samples yet. */
  private readonly waiting: Map<string, { readonly first: number; readonly sites: WindowSites["sites"] }>;
  private readonly shape: SampleShape;
  private readonly total: number;
  private readonly samples: Float32Array;
  private readonly strokeOf: Int32Array;
  /** 1 for samples that were taken; windows without data never run. */
  private readonly taken: Uint8Array;

  constructor(
    windows: readonly WindowSites[],
    private readonly options: CollectorOptions,
  ) {
    let count = 0;
    this.shape = options.shape;
    this.total = windows.length;
    this.waiting = new Map();
    for (const { sites, ...window } of windows) {
      this.waiting.set(placeOf(window), { first: count, sites });
      count += sites.length;
    }
    this.samples = new Float32Array(count * sampleLength(this.shape));
    this.strokeOf = Int32Array.from(windows.flatMap(({ sites }) => sites.map(({ stroke }) => stroke)));
    this.taken = new Uint8Array(count);
  }

  /** @returns The windows whose samples are not kept from before. */
  takeKnown(windows: readonly WindowSites[]): readonly WindowSites[] {
    const { known } = this.options;
    return windows.filter((window) => {
      const values = known?.cache.get(`${known.key} ${placeOf(window)}`) ?? null;
      if (values !== null) this.keep(window, values);
      return values === null;
    });
  }

  wants(item: WindowItem): boolean {
    return this.waiting.has(placeOf(item));
  }

  take(item: WindowItem, values: Float32Array): void {
    const { known } = this.options;
    known?.cache.put(`${known.key} ${placeOf(item)}`, values);
    this.keep(item, values);
  }

  private keep({ column, row }: WindowPlace, values: Float32Array): void {
    const place = placeOf({ column, row });
    const { first, sites } = this.waiting.get(place)!;
    this.waiting.delete(place);
    this.options.onWindows?.(this.total - this.waiting.size, this.total);
    const length = sampleLength(this.shape);
    const planePx = values.length / length;
    const sidePx = Math.round(Math.sqrt(planePx));
    for (const [index, site] of sites.entries()) {
      const pixel = (site.row - row.startPx) * sidePx + site.col - column.startPx;
      const at = (first + index) * length;
      for (let value = 0; value < length; value++) this.samples[at + value] = values[value * planePx + pixel]!;
      this.taken[first + index] = 1;
    }
  }

  ran(): void {}

  gathered(): Pick<GatheredSamples, "samples" | "strokeOf"> {
    const length = sampleLength(this.shape);
    const kept = [...this.taken.keys()].filter((at) => this.taken[at] === 1);
    const samples = new Float32Array(kept.length * length);
    for (const [to, from] of kept.entries()) {
      samples.set(this.samples.subarray(from * length, (from + 1) * length), to * length);
    }
    return { samples, strokeOf: Int32Array.from(kept, (at) => this.strokeOf[at]!) };
  }
}
