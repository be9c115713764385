/**
 * The strip pipeline on the GPU: raw rows go up once, windows are gathered, run and accumulated there, and one byte per
 * pixel comes back.
 *
 * Nothing is created per batch: buffers and bind groups belong to the strip, and command order on the one queue does
 * the synchronising.
 */
import { NadirError } from "../core/errors";
import type { ReadResult } from "../core/raster/raster";
import type { TensorPlan } from "../core/run/input-plan";
import type { BackendFacts } from "../core/run/run-settings";
import type { ControlGrid } from "../core/windows/control-grid";
import type { FinalisedRows } from "../core/windows/finalise-rows";
import type { GatherGeometry } from "../core/windows/gather-window";
import { type RowStrip, sumRowsOf } from "../core/windows/strips";
import { gpuOutOfMemory } from "../gpu/device";
import { GpuRowRing } from "../gpu/gpu-row-ring";
import { dispatch, type Kernel, wordBytes } from "../gpu/kernel";
import {
  columnTaps,
  FINALISE_SCALED_PARAMS_BYTES,
  finaliseScaledKernel,
  finaliseScaledParams,
  rowTaps,
  TAP_WORDS,
} from "../gpu/kernels/finalise-scaled";
import {
  ACCUMULATE_PARAMS_BYTES,
  accumulateParams,
  controlPoints,
  FINALISE_PARAMS_BYTES,
  finaliseGroups,
  finaliseParams,
  GATHER_PARAMS_BYTES,
  gatherParams,
  ITEM_HEADER_WORDS,
  ITEM_WORDS,
  idWords,
  itemList,
  MAX_CHANNELS,
  STRIP_PARAMS_BYTES,
  type StripKernels,
  type SumsShape,
  stripKernels,
  stripParams,
} from "../gpu/kernels/strip-kernels";
import { ReadBackRing } from "../gpu/read-back-ring";
import type { RasterRole, StripBackend, StripJob, StripRun, WindowItem } from "./backend";
import { type GpuNetwork, readLogits } from "./gpu-network";
import { constantOutput, notFiniteOutput } from "./window-faults";

/** Batches submitted and not known to be done: enough to keep the GPU busy, few enough to stop soon. */
const MOST_BATCHES_IN_FLIGHT = 2;
const READ_BACK_BUFFERS = 4;
/** The sums of one column strip take no more than this, however much the device could bind. */
const MOST_SUMS_BYTES = 2 ** 28;
/** Bits of `accumulate.wgsl`. */
const FLAG_NOT_FINITE = 1;
const FLAG_VARIES = 2;
const FLAG_SEEN = 4;
/** Above the flags: pixels whose class is close. */
const UNSURE_SHIFT = 3;

export function createGpuBackend(network: GpuNetwork, facts: BackendFacts): StripBackend {
  const { device, memory } = network.machine;
  const { limits } = device;
  // What loading and tuning took for a moment is not what running takes.
  memory.forgetPeak();
  // A few rows more than a window where a run computes on a grid of its own.
  const sumsBytesPerColumn = 4 * (network.outputDims[1]! + 1) * (network.windowPx + 4);
  return {
    facts,
    batch: network.batch,
    get gpuPeakBytes() {
      return memory.peakBytes;
    },
    maxStripWidthPx: Math.floor(
      Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize, MOST_SUMS_BYTES) / sumsBytesPerColumn,
    ),
    async open(job) {
      const kernels = await stripKernels(device, network.outputIsF16);
      const scaled = job.plan.grid.scale === 1 ? null : await finaliseScaledKernel(device);
      // A refused buffer is invalid, and so is everything bound to it: those errors follow from the first.
      device.pushErrorScope("validation");
      device.pushErrorScope("out-of-memory");
      const run = new GpuStripRun(network, kernels, scaled, job);
      const [refused, invalid] = await Promise.all([device.popErrorScope(), device.popErrorScope()]);
      if (refused === null && invalid === null) return run;
      await run.close();
      if (refused !== null) throw gpuOutOfMemory(refused.message);
      throw new Error(invalid!.message);
    },
  };
}

/** Buffers of a strip, beside the rings of its rows. */
interface StripMemory {
  readonly sums: GPUBuffer;
  readonly weights: GPUBuffer;
  readonly stripUniform: GPUBuffer;
  readonly finaliseUniform: GPUBuffer;
  readonly control: GPUBuffer;
  readonly items: GPUBuffer;
  readonly flags: GPUBuffer;
  readonly checksum: GPUBuffer;
  /** Neighbours of image columns and rows, where the sums lie on another grid. */
  readonly taps: GPUBuffer;
  readonly output: GPUBuffer;
}

class GpuStripRun implements StripRun {
  modelMs = 0;
  readonly warnings: string[] = [];
  private readonly device: GPUDevice;
  private readonly buffers: GPUBuffer[] = [];
  private readonly optical: GpuRowRing;
  private readonly auxiliary: GpuRowRing | null;
  private readonly sumsShape: SumsShape;
  private readonly readBacks: ReadBackRing;
  private readonly paddedPx: number;
  private readonly mostFlags: number;
  private readonly memory: StripMemory;
  private readonly gatherBindings: readonly GPUBindGroup[];
  private readonly accumulateBindings: GPUBindGroup;
  private readonly finaliseBindings: GPUBindGroup;
  private readonly inFlight: Promise<unknown>[] = [];
  /** Items since the last read-back, in the order of their flags. */
  private flagged: WindowItem[] = [];
  /** Logits on their way to the witness. */
  private readonly shown: Promise<void>[] = [];
  private strip: RowStrip | null = null;
  private grid: ControlGrid | null = null;

  constructor(
    private readonly network: GpuNetwork,
    private readonly kernels: StripKernels,
    /** Gives rows of the image out where the run computes on another grid. */
    private readonly scaled: Kernel | null,
    private readonly job: StripJob,
  ) {
    const { manifest, plan, strip, inputs, confidence } = job;
    const { device } = network.machine;
    this.device = device;
    this.paddedPx = manifest.window.sizePx + manifest.window.padPx;
    this.optical = new GpuRowRing(device, job.opticalRing, "optical");
    this.auxiliary = job.auxiliary === null ? null : new GpuRowRing(device, job.auxiliary.ring, "auxiliary");
    this.sumsShape = {
      firstCol: strip.firstCol,
      widthPx: strip.endCol - strip.firstCol,
      capacityRows: sumRowsOf(plan),
      classCount: manifest.classes.length,
      keepWeights: confidence || scaled !== null,
    };
    this.mostFlags = job.mostItems;
    const imageCols = strip.image.endCol - strip.image.firstCol;
    const mostIdWords = idWords({ widthPx: imageCols }, job.mostImageRows) * (confidence ? 2 : 1);
    this.memory = this.allocate(imageCols, mostIdWords);
    this.readBacks = new ReadBackRing(device, wordBytes(mostIdWords + 1 + this.mostFlags), READ_BACK_BUFFERS);
    const geometry = {
      windowPx: plan.windowPx,
      paddedPx: this.paddedPx,
      rasterWidthPx: plan.widthPx,
      rasterHeightPx: plan.heightPx,
    };
    this.gatherBindings = inputs.tensors.map((tensor) => this.bindGather(tensor, geometry));
    this.accumulateBindings = this.bindAccumulate(geometry);
    const { finaliseUniform, taps, sums, output, checksum } = this.memory;
    this.finaliseBindings =
      scaled === null
        ? kernels.finalise.bind([finaliseUniform, this.optical.missing, sums, output, checksum])
        : scaled.bind([finaliseUniform, taps, sums, output, checksum]);
  }

  putRows(raster: RasterRole, firstRow: number, rowCount: number, rows: ReadResult): void {
    const ring = raster === "optical" ? this.optical : this.auxiliary;
    ring?.put(firstRow, rowCount, rows);
  }

  beginStrip(strip: RowStrip, grid: ControlGrid | null): void {
    this.strip = strip;
    this.grid = grid;
    const { area } = this.job.plan;
    const { queue } = this.device;
    if (grid !== null) queue.writeBuffer(this.memory.control, 0, controlPoints(grid));
    queue.writeBuffer(
      this.memory.stripUniform,
      0,
      stripParams(this.grid, this.optical.hasMissing, this.auxiliary?.hasMissing ?? false, {
        firstRow: this.strip.finishedFirstRow,
        endRow: area.row + area.heightPx,
      }),
    );
  }

  async runWindows(items: readonly WindowItem[]): Promise<void> {
    const { device, network, kernels } = this;
    network.machine.health.check();
    if (this.inFlight.length >= MOST_BATCHES_IN_FLIGHT) await this.inFlight.shift();
    device.queue.writeBuffer(this.memory.items, 0, itemList(items, this.flagged.length));
    this.flagged.push(...items);
    const before = device.createCommandEncoder();
    const tiles = Math.ceil(this.paddedPx / 8);
    for (const bindings of this.gatherBindings)
      dispatch(before, kernels.gather, bindings, [tiles, tiles, items.length]);
    device.queue.submit([before.finish()]);
    const startedMs = performance.now();
    await network.run();
    this.modelMs += performance.now() - startedMs;
    this.show(items);
    const after = device.createCommandEncoder();
    const { windowPx } = this.job.plan;
    const columns = items.at(-1)!.column.startPx + windowPx - items[0]!.column.startPx;
    dispatch(after, kernels.accumulate, this.accumulateBindings, [Math.ceil(columns / 8), Math.ceil(windowPx / 8), 1]);
    device.queue.submit([after.finish()]);
    const done = network.machine.health.guard(device.queue.onSubmittedWorkDone());
    done.catch(() => undefined);
    this.inFlight.push(done);
  }

  async finishRows({ image, release }: Pick<RowStrip, "image" | "release">): Promise<FinalisedRows> {
    const { device, kernels, scaled, job } = this;
    const { health } = this.network.machine;
    const flagged = this.flagged;
    this.flagged = [];
    health.check();
    const { firstRow } = image;
    const rowCount = image.endRow - firstRow;
    const imageCols = job.strip.image.endCol - job.strip.image.firstCol;
    const words = idWords({ widthPx: imageCols }, rowCount);
    const resultWords = words * (job.confidence ? 2 : 1);
    const bytes = 4 * (resultWords + 1 + flagged.length);
    const areProbabilities = job.manifest.output.kind === "probabilities";
    // From here to the submit nothing may wait: the rows that follow reuse these buffers.
    const staging = this.readBacks.take();
    const call = { firstRow, rowCount, areProbabilities, response: job.response };
    const params =
      scaled === null
        ? finaliseParams(call, this.sumsShape, this.optical)
        : finaliseScaledParams(call, imageCols, this.sumsShape, job.confidence);
    device.queue.writeBuffer(this.memory.finaliseUniform, 0, params);
    if (scaled !== null) {
      const rows = rowTaps(firstRow, image.endRow, job.plan.grid, this.sumsShape.capacityRows);
      device.queue.writeBuffer(this.memory.taps, 4 * TAP_WORDS * imageCols, rows);
    }
    const encoder = device.createCommandEncoder();
    encoder.clearBuffer(this.memory.checksum);
    dispatch(encoder, scaled ?? kernels.finalise, this.finaliseBindings, finaliseGroups(words));
    if (scaled !== null) this.emptyRows(encoder, release);
    encoder.copyBufferToBuffer(this.memory.output, 0, staging, 0, 4 * resultWords);
    encoder.copyBufferToBuffer(this.memory.checksum, 0, staging, 4 * resultWords, 4);
    if (flagged.length > 0) {
      encoder.copyBufferToBuffer(this.memory.flags, 0, staging, 4 * (resultWords + 1), 4 * flagged.length);
      encoder.clearBuffer(this.memory.flags);
    }
    device.queue.submit([encoder.finish()]);
    const read = new Uint32Array(await this.readBack(staging, bytes));
    health.check();
    this.verify(read, resultWords, flagged);
    const ids = new Uint8Array(read.buffer, 0, imageCols * rowCount);
    const confidence = job.confidence ? new Uint8Array(read.buffer, 4 * words, ids.length) : null;
    return { classIds: ids, confidence };
  }

  async close(): Promise<void> {
    await Promise.all(this.shown);
    this.readBacks.destroy();
    this.optical.destroy();
    this.auxiliary?.destroy();
    for (const buffer of this.buffers) buffer.destroy();
  }

  /** Makes room for later rows, a layer and a stretch of slots at a time. */
  private emptyRows(encoder: GPUCommandEncoder, { firstRow, endRow }: RowStrip["release"]): void {
    const { widthPx, capacityRows } = this.sumsShape;
    for (let row = firstRow; row < endRow; ) {
      const slot = row % capacityRows;
      const count = Math.min(endRow - row, capacityRows - slot);
      for (let layer = 0; layer < layersOf(this.sumsShape); layer++) {
        encoder.clearBuffer(this.memory.sums, 4 * widthPx * (layer * capacityRows + slot), 4 * widthPx * count);
      }
      row += count;
    }
  }

  /** Copies are queued before the next batch overwrites the logits; they arrive when they arrive. */
  private show(items: readonly WindowItem[]): void {
    const { witness } = this.job;
    for (const [slot, item] of items.entries()) {
      if (witness === null || item.symmetry !== 0 || !witness.wants(item)) continue;
      const taken = readLogits(this.network, slot).then((logits) => witness.take(item, logits));
      // What ends the run is told by the run; a window that was not taken is run again.
      this.shown.push(taken.catch(() => undefined));
    }
  }

  private allocate(imageCols: number, mostIdWords: number): StripMemory {
    const { device, job, network, scaled, sumsShape } = this;
    const { plan, strip } = job;
    const storage = GPUBufferUsage.STORAGE;
    const written = storage | GPUBufferUsage.COPY_DST;
    const counted = written | GPUBufferUsage.COPY_SRC;
    const uniform = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    const tapWords = TAP_WORDS * (imageCols + job.mostImageRows);
    const finaliseBytes = Math.max(FINALISE_PARAMS_BYTES, FINALISE_SCALED_PARAMS_BYTES);
    const sumCount = layersOf(sumsShape) * sumsShape.widthPx * sumsShape.capacityRows;
    const memory: StripMemory = {
      sums: this.buffer("sums", 4 * sumCount, written),
      weights: this.buffer("weights", wordBytes(plan.windowPx), written),
      stripUniform: this.buffer("strip", STRIP_PARAMS_BYTES, uniform),
      finaliseUniform: this.buffer("finalise", finaliseBytes, uniform),
      control: this.buffer("control", 16 * job.mostControlPoints, written),
      items: this.buffer("items", wordBytes(ITEM_HEADER_WORDS + ITEM_WORDS * network.batch), written),
      flags: this.buffer("flags", wordBytes(this.mostFlags), counted),
      checksum: this.buffer("checksum", 4, counted),
      taps: this.buffer("taps", scaled === null ? 16 : 4 * tapWords, written),
      output: this.buffer("output", wordBytes(mostIdWords), storage | GPUBufferUsage.COPY_SRC),
    };
    device.queue.writeBuffer(memory.weights, 0, job.blend.axis as Float32Array<ArrayBuffer>);
    if (scaled !== null) {
      const { firstCol, endCol } = strip.image;
      device.queue.writeBuffer(memory.taps, 0, columnTaps(firstCol, endCol, plan.grid, strip.firstCol));
    }
    return memory;
  }

  private bindGather(tensor: TensorPlan, geometry: GatherGeometry): GPUBindGroup {
    const { memory, optical, job } = this;
    if (tensor.channels.length > MAX_CHANNELS) throw tooManyChannels(tensor.name, tensor.channels.length);
    const auxiliary = this.auxiliary === null ? null : { ...job.auxiliary!, ring: this.auxiliary };
    const auxiliaryRing = this.auxiliary ?? optical;
    const uniform = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    const params = this.buffer(`gather ${tensor.name}`, GATHER_PARAMS_BYTES, uniform);
    this.device.queue.writeBuffer(params, 0, gatherParams(tensor, geometry, optical, auxiliary));
    return this.kernels.gather.bind([
      params,
      memory.stripUniform,
      optical.samples,
      optical.missing,
      auxiliaryRing.samples,
      auxiliaryRing.missing,
      memory.control,
      memory.items,
      this.network.inputs[tensor.name]!,
    ]);
  }

  private bindAccumulate(geometry: GatherGeometry): GPUBindGroup {
    const { memory, network } = this;
    const { blend, manifest } = this.job;
    const uniform = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    const params = this.buffer("accumulate", ACCUMULATE_PARAMS_BYTES, uniform);
    const sidePx = network.outputDims[3]!;
    const areProbabilities = manifest.output.kind === "probabilities";
    this.device.queue.writeBuffer(
      params,
      0,
      accumulateParams(geometry, sidePx, this.sumsShape, blend.floor, areProbabilities),
    );
    return this.kernels.accumulate.bind([
      params,
      memory.stripUniform,
      memory.items,
      network.output,
      memory.weights,
      memory.sums,
      memory.flags,
    ]);
  }

  private buffer(label: string, size: number, usage: number): GPUBuffer {
    const buffer = this.device.createBuffer({ label, size: Math.max(16, size), usage });
    this.buffers.push(buffer);
    return buffer;
  }

  private async readBack(staging: GPUBuffer, bytes: number): Promise<ArrayBuffer> {
    const { health } = this.network.machine;
    try {
      return await health.guard(this.readBacks.read(staging, bytes));
    } catch (cause) {
      await health.explain();
      throw failedReadBack("The result could not be read back from the graphics device.", cause);
    }
  }

  /** The checksum says whether what arrived is what was computed, the flags whether that can be trusted. */
  private verify(read: Uint32Array, resultWords: number, flagged: readonly WindowItem[]): void {
    let sum = 0;
    for (let at = 0; at < resultWords; at++) sum = (sum + read[at]!) >>> 0;
    if (sum !== read[resultWords]) {
      throw failedReadBack("What was read back from the graphics device is not what it computed.");
    }
    for (const [index, item] of flagged.entries()) {
      const flag = read[resultWords + 1 + index]!;
      if ((flag & FLAG_SEEN) === 0) throw failedReadBack("A window's result never arrived.");
      if ((flag & FLAG_NOT_FINITE) !== 0) throw notFiniteOutput(item, this.job.manifest.name);
      if ((flag & FLAG_VARIES) === 0) throw constantOutput(item, this.job.manifest.name);
      if (item.symmetry === 0) this.job.witness?.ran(item, flag >>> UNSURE_SHIFT);
    }
  }
}

/** Classes, and the summed weights where they are kept. */
function layersOf({ classCount, keepWeights }: SumsShape): number {
  return classCount + (keepWeights ? 1 : 0);
}

function failedReadBack(found: string, cause?: unknown): NadirError {
  return new NadirError(
    {
      code: "failed-read-back",
      found,
      needed: "Every finished row must arrive unchanged.",
      next: "Run again; if it happens again, choose the CPU backend.",
    },
    { cause },
  );
}

function tooManyChannels(name: string, count: number): NadirError {
  return new NadirError({
    code: "bad-model",
    found: `Input "${name}" has ${count} channels.`,
    needed: `The WebGPU backend takes up to ${MAX_CHANNELS} per input.`,
    next: "Choose the CPU backend for this model.",
  });
}
