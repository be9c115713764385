/**
 * The strip pipeline in plain TypeScript around any session that takes values in memory: the wasm backend, the Node
 * backend, and the oracle the GPU pipeline is held against.
 */
import type { ReadResult } from "../core/raster/raster";
import type { TensorPlan } from "../core/run/input-plan";
import type { BackendFacts } from "../core/run/run-settings";
import { accumulateWindow, createLogitRing, type LogitRing } from "../core/windows/accumulate-window";
import { isConstant, summariseLogits } from "../core/windows/check-logits";
import type { ControlGrid } from "../core/windows/control-grid";
import { type FinalisedRows, finaliseRows } from "../core/windows/finalise-rows";
import { type AuxiliaryRows, gatherWindow } from "../core/windows/gather-window";
import { RowRing } from "../core/windows/row-ring";
import type { RowStrip } from "../core/windows/strips";
import type {
  NetworkSession,
  NetworkTensor,
  RasterRole,
  StripBackend,
  StripJob,
  StripRun,
  WindowItem,
} from "./backend";
import { constantInputWarning, constantOutput, isFlatInput, notFiniteOutput } from "./window-faults";

/** Six classes and 256-pixel windows: 192 MiB of double precision sums. */
const MAX_STRIP_WIDTH_PX = 16384;

export function createCpuBackend(session: NetworkSession, facts: BackendFacts): StripBackend {
  return {
    facts,
    batch: session.batch,
    maxStripWidthPx: MAX_STRIP_WIDTH_PX,
    open: async (job) => new CpuStripRun(session, job),
  };
}

class CpuStripRun implements StripRun {
  modelMs = 0;
  readonly warnings: string[] = [];
  private readonly optical: RowRing;
  private readonly auxiliary: RowRing | null;
  private readonly logits: LogitRing;
  private readonly inputs: Readonly<Record<string, NetworkTensor>>;
  private readonly paddedPx: number;
  private strip: RowStrip | null = null;
  private grid: ControlGrid | null = null;

  constructor(
    private readonly session: NetworkSession,
    private readonly job: StripJob,
  ) {
    const { manifest, plan, strip } = job;
    this.paddedPx = manifest.window.sizePx + manifest.window.padPx;
    this.optical = new RowRing(job.opticalRing);
    this.auxiliary = job.auxiliary === null ? null : new RowRing(job.auxiliary.ring);
    this.logits = createLogitRing(
      {
        firstCol: strip.firstCol,
        widthPx: strip.endCol - strip.firstCol,
        capacityRows: plan.windowPx,
        classCount: manifest.classes.length,
      },
      job.confidence,
    );
    this.inputs = Object.fromEntries(job.inputs.tensors.map((tensor) => [tensor.name, this.allocate(tensor)]));
  }

  putRows(raster: RasterRole, firstRow: number, rowCount: number, rows: ReadResult): void {
    const ring = raster === "optical" ? this.optical : this.auxiliary;
    ring?.put(firstRow, rowCount, rows);
  }

  beginStrip(strip: RowStrip, grid: ControlGrid | null): void {
    this.strip = strip;
    this.grid = grid;
  }

  async runWindows(items: readonly WindowItem[]): Promise<void> {
    for (const [slot, item] of items.entries()) {
      for (const tensor of this.job.inputs.tensors) this.gather(tensor, slot, item);
    }
    const startedMs = performance.now();
    const output = await this.session.run(this.inputs);
    this.modelMs += performance.now() - startedMs;
    const { plan, blend, manifest } = this.job;
    const sidePx = output.dims[3]!;
    const itemLength = output.dims[1]! * sidePx * sidePx;
    for (const [slot, item] of items.entries()) {
      this.check(output.data, slot, itemLength, item);
      accumulateWindow(
        this.logits,
        { data: output.data, offset: slot * itemLength, sidePx },
        {
          windowPx: manifest.window.sizePx,
          paddedPx: this.paddedPx,
          firstRow: this.strip!.finishedFirstRow,
          endRow: plan.area.row + plan.area.heightPx,
        },
        blend,
        item.column,
        item.row,
        item.symmetry,
      );
    }
  }

  async finishRows(firstRow: number, rowCount: number): Promise<FinalisedRows> {
    const { valid } = this.optical;
    return finaliseRows(
      this.logits,
      firstRow,
      rowCount,
      (col, row) => valid === null || valid[this.optical.indexOf(col, row)] === 1,
      this.job.manifest.output.kind,
      this.job.response,
    );
  }

  async close(): Promise<void> {}

  private allocate(tensor: TensorPlan): NetworkTensor {
    const dims = [this.session.batch, tensor.channels.length, this.paddedPx, this.paddedPx];
    return { dims, data: new Float32Array(dims.reduce((product, dim) => product * dim)) };
  }

  private gather(tensor: TensorPlan, slot: number, item: WindowItem): void {
    const { plan, auxiliary } = this.job;
    const aux: AuxiliaryRows | null =
      this.auxiliary === null || this.grid === null || auxiliary === null
        ? null
        : { ring: this.auxiliary, grid: this.grid, widthPx: auxiliary.widthPx, heightPx: auxiliary.heightPx };
    gatherWindow(
      this.inputs[tensor.name]!.data,
      slot * tensor.channels.length * this.paddedPx ** 2,
      tensor,
      {
        windowPx: plan.windowPx,
        paddedPx: this.paddedPx,
        rasterWidthPx: plan.widthPx,
        rasterHeightPx: plan.heightPx,
      },
      { col: item.column.startPx, row: item.row.startPx, symmetry: item.symmetry },
      this.optical,
      aux,
    );
  }

  private check(data: Float32Array, slot: number, itemLength: number, item: WindowItem): void {
    const summary = summariseLogits(data, slot * itemLength, itemLength);
    if (summary.notFinite) throw notFiniteOutput(item, this.job.manifest.name);
    if (!isConstant(summary)) return;
    const planePx = this.paddedPx ** 2;
    const flat = this.job.inputs.tensors.every((tensor) => {
      const planes = tensor.channels.length;
      return isFlatInput(this.inputs[tensor.name]!.data, slot * planes * planePx, planes, planePx);
    });
    if (!flat) throw constantOutput(item, this.job.manifest.name);
    this.warnings.push(constantInputWarning(item));
  }
}
