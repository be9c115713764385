/**
 * A small picture of a raster, quickly, whatever its size: from an overview when there is one, else from a few of its
 * blocks spread over the raster. Coarse pictures sample; they never interpolate labels.
 */
import type { CancelSignal } from "../core/cancel";
import { type BandArray, createBandArray } from "../core/raster/dtype";
import type { PixelRect, RasterFacts, RasterSource } from "../core/raster/raster";

export interface Preview {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly bands: readonly BandArray[];
  /** 0 where missing; null when nothing is. */
  readonly valid: Uint8Array | null;
  /** How it was made, for the note beside the picture. */
  readonly from: "full-resolution" | "overview" | "sampled-blocks";
}

export interface PreviewRequest {
  /** The longer side has at most this many pixels. */
  readonly maxSidePx: number;
  /** 0-based. */
  readonly bands: readonly number[];
  readonly signal?: CancelSignal;
}

export interface SampledRequest {
  /** Part of the raster, in full-resolution pixels. */
  readonly region: PixelRect;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly bands: readonly number[];
  readonly signal?: CancelSignal;
}

/** Samples decoded for a picture of a whole raster; about two seconds of DEFLATE. */
const SAMPLE_BUDGET = 100_000_000;
/** Read in one go of blocks that are larger than the budget by themselves. */
const MOST_UNIT_SAMPLES = 1 << 20;

/** The whole raster, at most `maxSidePx` on its longer side. */
export function readPreview(source: RasterSource, request: PreviewRequest): Promise<Preview> {
  const { widthPx, heightPx } = source.facts;
  const scale = Math.max(1, Math.max(widthPx, heightPx) / request.maxSidePx);
  return readSampled(source, {
    region: { col: 0, row: 0, widthPx, heightPx },
    widthPx: Math.max(1, Math.round(widthPx / scale)),
    heightPx: Math.max(1, Math.round(heightPx / scale)),
    bands: request.bands,
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
}

/**
 * A region at a coarser size, by the nearest sample of what is read. Of rasters without overviews only so many blocks
 * are decoded that a picture of the whole stays within the budget.
 */
export async function readSampled(source: RasterSource, request: SampledRequest): Promise<Preview> {
  const { facts } = source;
  const { region, widthPx, heightPx, bands, signal } = request;
  const level = bestLevel(facts, region.widthPx / widthPx);
  const { widthPx: levelWidth, heightPx: levelHeight } = facts.levels[level]!;
  const plan = planBlocks(facts, level, region);
  const out = bands.map((band) => createBandArray(facts.bands[band]!.dtype, widthPx * heightPx));
  const valid = new Uint8Array(widthPx * heightPx).fill(1);
  const [scaleX, scaleY] = [levelWidth / facts.widthPx, levelHeight / facts.heightPx];
  const across = { start: region.col * scaleX, length: region.widthPx * scaleX, size: levelWidth };
  const down = { start: region.row * scaleY, length: region.heightPx * scaleY, size: levelHeight };
  const cols = samplePositions(widthPx, across, plan.across);
  const rows = samplePositions(heightPx, down, plan.down);
  for (const outRows of groupBy(rows, (sample) => sample.block)) {
    for (const outCols of groupBy(cols, (sample) => sample.block)) {
      signal?.throwIfAborted();
      const rect = spanningRect(outCols, outRows);
      const read = await source.read({ rect, bands, level, ...(signal === undefined ? {} : { signal }) });
      for (const { out: outRow, at: row } of outRows) {
        for (const { out: outCol, at: col } of outCols) {
          const from = (row - rect.row) * rect.widthPx + (col - rect.col);
          const to = outRow * widthPx + outCol;
          for (const [index, band] of read.bands.entries()) out[index]![to] = band[from]!;
          if (read.valid !== null) valid[to] = read.valid[from]!;
        }
      }
    }
  }
  return {
    widthPx,
    heightPx,
    bands: out,
    valid: valid.includes(0) ? valid : null,
    from: plan.skips ? "sampled-blocks" : level > 0 ? "overview" : "full-resolution",
  };
}

/** Reading unit along one axis: spans of `sizePx`, of which every `step`-th is read. */
interface AxisPlan {
  readonly sizePx: number;
  readonly step: number;
}

interface BlockPlan {
  readonly across: AxisPlan;
  readonly down: AxisPlan;
  readonly skips: boolean;
}

/** The coarsest level that is still as fine as what is wanted. */
function bestLevel(facts: RasterFacts, wantedReduction: number): number {
  let best = 0;
  for (const [index, { widthPx }] of facts.levels.entries()) {
    if (facts.widthPx / widthPx <= wantedReduction * 1.01) best = index;
  }
  return best;
}

/** All blocks when they fit the budget, otherwise every n-th in both directions. */
function planBlocks(facts: RasterFacts, level: number, region: PixelRect): BlockPlan {
  const { widthPx, heightPx } = facts.levels[level]!;
  const bandCount = facts.bands.length;
  const blockWidth = Math.min(facts.blockWidthPx, widthPx);
  const blockHeight = Math.min(facts.blockHeightPx, heightPx);
  const isStriped = blockWidth >= widthPx;
  // Strips are decoded whole, however narrow the region.
  const regionSamples = (isStriped ? facts.widthPx : region.widthPx) * region.heightPx * bandCount;
  const reduction = Math.sqrt((widthPx * heightPx * bandCount) / SAMPLE_BUDGET);
  if (reduction <= 1 || regionSamples <= SAMPLE_BUDGET / 8) {
    // Several thin strips per read: fewer calls, same blocks.
    const sizePx = blockHeight * Math.max(1, Math.floor(256 / blockHeight));
    return { across: { sizePx: blockWidth, step: 1 }, down: { sizePx, step: 1 }, skips: false };
  }
  const step = Math.ceil(isStriped ? reduction * reduction : reduction);
  // One strip as large as the raster: it is read in pieces, of which some must be left out too.
  const mostRows = isStriped ? Math.max(1, Math.floor(MOST_UNIT_SAMPLES / (widthPx * bandCount))) : blockHeight;
  return {
    across: { sizePx: blockWidth, step: isStriped ? 1 : step },
    down: { sizePx: blockWidth * blockHeight * bandCount > SAMPLE_BUDGET ? mostRows : blockHeight, step },
    skips: true,
  };
}

interface Sample {
  readonly out: number;
  /** Position in the level. */
  readonly at: number;
  readonly block: number;
}

interface Axis {
  /** Of the region, in pixels of the level. */
  readonly start: number;
  readonly length: number;
  /** Of the whole level. */
  readonly size: number;
}

/** Where each output pixel takes its sample: the pixel under its centre, moved into the nearest block that is read. */
function samplePositions(outCount: number, { start, length, size }: Axis, { sizePx, step }: AxisPlan): Sample[] {
  const lastBlock = Math.floor((size - 1) / sizePx);
  return Array.from({ length: outCount }, (_, out) => {
    const at = Math.min(size - 1, Math.floor(start + ((out + 0.5) * length) / outCount));
    const own = Math.floor(at / sizePx);
    const below = own - (own % step);
    const above = below + step;
    const isAboveNearer = above <= lastBlock && above * sizePx - at < at - ((below + 1) * sizePx - 1);
    const block = isAboveNearer ? above : below;
    const first = block * sizePx;
    return { out, at: Math.min(Math.max(at, first), Math.min(first + sizePx, size) - 1), block };
  });
}

function groupBy<T>(items: readonly T[], key: (item: T) => number): T[][] {
  const groups = new Map<number, T[]>();
  for (const item of items) {
    const list = groups.get(key(item));
    if (list === undefined) groups.set(key(item), [item]);
    else list.push(item);
  }
  return [...groups.values()];
}

/** The rectangle from the first to the last sample; it lies in one reading unit. */
function spanningRect(cols: readonly Sample[], rows: readonly Sample[]): PixelRect {
  const [left, right] = [Math.min(...cols.map(({ at }) => at)), Math.max(...cols.map(({ at }) => at))];
  const [top, bottom] = [Math.min(...rows.map(({ at }) => at)), Math.max(...rows.map(({ at }) => at))];
  return { col: left, row: top, widthPx: right - left + 1, heightPx: bottom - top + 1 };
}
