/** Host side of the three strip kernels: compiled once per device, and the layouts of their parameter blocks. */
import type { TensorPlan } from "../../core/run/input-plan";
import type { Symmetry } from "../../core/vocabulary/augmentations";
import type { AccumulateGeometry } from "../../core/windows/accumulate-window";
import type { ControlGrid } from "../../core/windows/control-grid";
import type { GatherGeometry } from "../../core/windows/gather-window";
import type { WindowPosition } from "../../core/windows/plan-windows";
import type { GpuRowRing } from "../gpu-row-ring";
import { compileKernel, type Kernel } from "../kernel";
import accumulateCode from "./accumulate.wgsl?raw";
import finaliseCode from "./finalise.wgsl?raw";
import gatherCode from "./gather.wgsl?raw";

export interface StripKernels {
  readonly gather: Kernel;
  readonly accumulate: Kernel;
  readonly finalise: Kernel;
}

const compiled = new WeakMap<GPUDevice, Map<boolean, Promise<StripKernels>>>();

export function stripKernels(device: GPUDevice, logitsAreF16: boolean): Promise<StripKernels> {
  const perDevice = compiled.get(device) ?? new Map<boolean, Promise<StripKernels>>();
  compiled.set(device, perDevice);
  const kernels = perDevice.get(logitsAreF16) ?? compileAll(device, logitsAreF16);
  perDevice.set(logitsAreF16, kernels);
  return kernels;
}

async function compileAll(device: GPUDevice, logitsAreF16: boolean): Promise<StripKernels> {
  const [gather, accumulate, finalise] = await Promise.all([
    compileKernel(device, "gather", gatherCode),
    compileKernel(device, "accumulate", accumulateCode, { LOGITS_ARE_F16: logitsAreF16 ? 1 : 0 }),
    compileKernel(device, "finalise", finaliseCode),
  ]);
  return { gather, accumulate, finalise };
}

/** Most channels of one input tensor, as in `gather.wgsl`. */
export const MAX_CHANNELS = 8;
export const GATHER_PARAMS_BYTES = 4 * 16 + 32 * MAX_CHANNELS;
export const STRIP_PARAMS_BYTES = 48;
export const ACCUMULATE_PARAMS_BYTES = 48;
export const FINALISE_PARAMS_BYTES = 64;
export const ITEM_HEADER_WORDS = 4;
export const ITEM_WORDS = 8;
/** A dispatch has at most this many workgroups along one axis. */
const MAX_WORKGROUPS = 65535;

export function gatherParams(
  tensor: TensorPlan,
  geometry: GatherGeometry,
  optical: GpuRowRing,
  auxiliary: { readonly ring: GpuRowRing; readonly widthPx: number; readonly heightPx: number } | null,
): ArrayBuffer {
  const block = new ArrayBuffer(GATHER_PARAMS_BYTES);
  const words = new Uint32Array(block);
  const floats = new Float32Array(block);
  words.set([
    geometry.windowPx,
    geometry.paddedPx,
    tensor.channels.length,
    0,
    geometry.rasterWidthPx,
    geometry.rasterHeightPx,
    optical.shape.firstCol,
    optical.shape.capacityRows,
    optical.missingRowWords,
  ]);
  floats[3] = tensor.nodataFill;
  if (auxiliary !== null) {
    const { ring, widthPx, heightPx } = auxiliary;
    words.set([ring.shape.firstCol, ring.shape.capacityRows, ring.missingRowWords, widthPx, heightPx], 9);
  }
  for (const [index, channel] of tensor.channels.entries()) {
    const at = 16 + 8 * index;
    const ring = channel.source === "optical" ? optical : auxiliary?.ring;
    const plane = ring?.planes[channel.bandSlot];
    floats.set([channel.subtract, channel.multiply, channel.add], at);
    words.set(
      [channel.source === "optical" ? 0 : 1, plane?.firstWord ?? 0, plane?.dtypeCode ?? 0, plane?.rowWords ?? 0],
      at + 4,
    );
  }
  return block;
}

export function stripParams(
  grid: ControlGrid | null,
  opticalHasMissing: boolean,
  auxiliaryHasMissing: boolean,
  rows: { readonly firstRow: number; readonly endRow: number },
): Uint32Array<ArrayBuffer> {
  return Uint32Array.of(
    grid?.firstCol ?? 0,
    grid?.firstRow ?? 0,
    grid?.spacingPx ?? 1,
    grid?.columns ?? 0,
    grid?.rows ?? 0,
    opticalHasMissing ? 1 : 0,
    auxiliaryHasMissing ? 1 : 0,
    rows.firstRow,
    rows.endRow,
    0,
    0,
    0,
  );
}

/** (whole col, fraction, whole row, fraction) per control point. A point without a place lies far outside. */
export function controlPoints({ points }: ControlGrid): Float32Array<ArrayBuffer> {
  const words = new Float32Array(2 * points.length);
  for (let at = 0; at < points.length; at++) {
    const value = Number.isNaN(points[at]) ? -1e6 : points[at]!;
    words[2 * at] = Math.floor(value);
    words[2 * at + 1] = value - Math.floor(value);
  }
  return words;
}

/** Words of a batch's item list; `firstFlag` is where its flags begin in the strip. */
export function itemList(
  items: readonly { readonly column: WindowPosition; readonly row: WindowPosition; readonly symmetry: Symmetry }[],
  firstFlag: number,
): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(ITEM_HEADER_WORDS + ITEM_WORDS * items.length);
  words.set([items.length, items[0]!.column.startPx, firstFlag]);
  for (const [index, { column, row, symmetry }] of items.entries()) {
    words.set(
      [
        column.startPx,
        row.startPx,
        symmetry,
        column.visits * row.visits,
        column.keepFromPx,
        column.keepToPx,
        row.keepFromPx,
        row.keepToPx,
      ],
      ITEM_HEADER_WORDS + ITEM_WORDS * index,
    );
  }
  return words;
}

export interface SumsShape {
  readonly firstCol: number;
  readonly widthPx: number;
  readonly capacityRows: number;
  readonly classCount: number;
  readonly keepWeights: boolean;
}

export function accumulateParams(
  { windowPx, paddedPx }: Pick<AccumulateGeometry, "windowPx" | "paddedPx">,
  sidePx: number,
  sums: SumsShape,
  weightFloor: number,
  areProbabilities = false,
): ArrayBuffer {
  const block = new ArrayBuffer(ACCUMULATE_PARAMS_BYTES);
  const words = new Uint32Array(block);
  words.set([
    windowPx,
    paddedPx,
    sidePx,
    sums.classCount,
    sums.firstCol,
    sums.widthPx,
    sums.capacityRows,
    sums.keepWeights ? 1 : 0,
  ]);
  new Float32Array(block)[8] = weightFloor;
  words[9] = areProbabilities ? 1 : 0;
  return block;
}

export interface FinaliseCall {
  readonly firstRow: number;
  readonly rowCount: number;
  readonly areProbabilities: boolean;
  /** Class whose probability the confidence is to be; null for that of the class found. */
  readonly response: number | null;
}

/** No class has this id. */
export const NO_RESPONSE = 0xffffffff;

/** Words of class ids (and as many of confidence, when kept) of `rowCount` rows. */
export function idWords({ widthPx }: Pick<SumsShape, "widthPx">, rowCount: number): number {
  return Math.ceil((widthPx * rowCount) / 4);
}

/** Workgroups for `words` packed ids, spread over two axes where one does not suffice. */
export function finaliseGroups(words: number): readonly [number, number, number] {
  const groups = Math.ceil(words / 64);
  return [Math.min(groups, MAX_WORKGROUPS), Math.ceil(groups / MAX_WORKGROUPS), 1];
}

/** The uniforms of `finalise`, in the order of its struct. */
export function finaliseParams(
  { firstRow, rowCount, areProbabilities, response }: FinaliseCall,
  sums: SumsShape,
  optical: GpuRowRing,
): Uint32Array<ArrayBuffer> {
  const words = idWords(sums, rowCount);
  return Uint32Array.of(
    firstRow,
    sums.widthPx * rowCount,
    sums.firstCol,
    sums.widthPx,
    sums.capacityRows,
    sums.classCount,
    sums.keepWeights ? 1 : 0,
    areProbabilities ? 1 : 0,
    optical.hasMissing ? 1 : 0,
    optical.shape.firstCol,
    optical.shape.capacityRows,
    optical.missingRowWords,
    words,
    finaliseGroups(words)[0],
    response ?? NO_RESPONSE,
    0,
  );
}
