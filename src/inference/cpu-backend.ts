/**
 * The strip pipeline in plain TypeScript around any session that takes values in memory: the wasm backend, the Node
 * backend, and the oracle the GPU pipeline is held against.
 *
 * Windows are gathered and blended while the session still runs others, if it can have several runs open. Logits are
 * added up in the order of the windows whichever run ends first, so the sums do not depend on the machine.
 */
import type { ReadResult } from "../core/raster/raster";
import type { TensorPlan } from "../core/run/input-plan";
import type { BackendFacts } from "../core/run/run-settings";
import { accumulateWindow, createLogitRing, type LogitRing } from "../core/windows/accumulate-window";
import { countUnsure, isConstant, summariseLogits } from "../core/windows/check-logits";
import type { ControlGrid } from "../core/windows/control-grid";
import { type FinalisedRows, finaliseRows, finaliseScaledRows } from "../core/windows/finalise-rows";
import { type AuxiliaryRows, gatherWindow } from "../core/windows/gather-window";
import { RowRing } from "../core/windows/row-ring";
import { type RowStrip, sumRowsOf } from "../core/windows/strips";
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

type Inputs = Readonly<Record<string, NetworkTensor>>;

class CpuStripRun implements StripRun {
  readonly warnings: string[] = [];
  private readonly optical: RowRing;
  private readonly auxiliary: RowRing | null;
  private readonly logits: LogitRing;
  private readonly mostOpen: number;
  /** One set for every run that may be open. */
  private readonly inputSets: readonly Inputs[];
  private readonly busy = new BusyTime();
  /** Batches whose logits are not added yet, oldest first. */
  private readonly open: Promise<void>[] = [];
  private started = 0;
  /** Everything begun so far: batches are added and rows finished one after another. */
  private done: Promise<unknown> = Promise.resolve();
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
        capacityRows: sumRowsOf(plan),
        classCount: manifest.classes.length,
      },
      job.confidence || plan.grid.scale !== 1,
    );
    this.mostOpen = session.mostOpen ?? 1;
    this.inputSets = Array.from({ length: this.mostOpen }, () =>
      Object.fromEntries(job.inputs.tensors.map((tensor) => [tensor.name, this.allocate(tensor)])),
    );
  }

  get modelMs(): number {
    return this.busy.totalMs;
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
    const inputs = this.inputSets[this.started++ % this.mostOpen]!;
    for (const [slot, item] of items.entries()) {
      for (const tensor of this.job.inputs.tensors) this.gather(inputs, tensor, slot, item);
    }
    const strip = this.strip!;
    const output = this.busy.during(() => this.session.run(inputs));
    this.open.push(this.inTurn(async () => this.accumulate(items, inputs, strip, await output)));
    output.catch(ignore);
    while (this.open.length >= this.mostOpen) await this.open.shift();
  }

  finishRows({ image: { firstRow, endRow }, release }: Pick<RowStrip, "image" | "release">): Promise<FinalisedRows> {
    const { plan, strip, manifest, response, confidence } = this.job;
    if (plan.grid.scale !== 1) {
      const { firstCol, endCol } = strip.image;
      const rows = { firstCol, endCol, firstRow, endRow, release };
      return this.inTurn(async () =>
        finaliseScaledRows(this.logits, plan.grid, rows, manifest.output.kind, confidence, response),
      );
    }
    // The ring's rows are replaced by the next strip's before these are finished.
    const valid = this.optical.validRows(firstRow, endRow - firstRow);
    const { firstCol, widthPx } = this.optical.shape;
    return this.inTurn(async () =>
      finaliseRows(
        this.logits,
        firstRow,
        endRow - firstRow,
        (col, row) => valid === null || valid[(row - firstRow) * widthPx + col - firstCol] === 1,
        manifest.output.kind,
        response,
      ),
    );
  }

  async close(): Promise<void> {
    await this.done.catch(ignore);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.done.then(work);
    // Whoever awaits the result hears of its failure; until then nobody may see it as unhandled.
    result.catch(ignore);
    this.done = result;
    return result;
  }

  private accumulate(
    items: readonly WindowItem[],
    inputs: Inputs,
    strip: RowStrip,
    { dims, data }: NetworkTensor,
  ): void {
    const { plan, blend, manifest } = this.job;
    const sidePx = dims[3]!;
    const itemLength = dims[1]! * sidePx * sidePx;
    for (const [slot, item] of items.entries()) {
      this.check(data, inputs, slot, itemLength, item);
      this.show(item, data, slot * itemLength, dims);
      accumulateWindow(
        this.logits,
        { data, offset: slot * itemLength, sidePx },
        {
          windowPx: manifest.window.sizePx,
          paddedPx: this.paddedPx,
          firstRow: strip.finishedFirstRow,
          endRow: plan.area.row + plan.area.heightPx,
        },
        blend,
        item.column,
        item.row,
        item.symmetry,
      );
    }
  }

  private show(item: WindowItem, data: Float32Array, offset: number, [, classes, side]: readonly number[]): void {
    const { witness, manifest, plan } = this.job;
    if (witness === null || item.symmetry !== 0) return;
    if (witness.wants(item)) witness.take(item, data.slice(offset, offset + classes! * side! ** 2));
    const geometry = { sidePx: side!, windowPx: plan.windowPx, paddedPx: this.paddedPx };
    witness.ran(item, countUnsure(data, offset, classes!, geometry, manifest.output.kind));
  }

  private allocate(tensor: TensorPlan): NetworkTensor {
    const dims = [this.session.batch, tensor.channels.length, this.paddedPx, this.paddedPx];
    return { dims, data: new Float32Array(dims.reduce((product, dim) => product * dim)) };
  }

  private gather(inputs: Inputs, tensor: TensorPlan, slot: number, item: WindowItem): void {
    const { plan, auxiliary } = this.job;
    const aux: AuxiliaryRows | null =
      this.auxiliary === null || this.grid === null || auxiliary === null
        ? null
        : { ring: this.auxiliary, grid: this.grid, widthPx: auxiliary.widthPx, heightPx: auxiliary.heightPx };
    gatherWindow(
      inputs[tensor.name]!.data,
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

  private check(data: Float32Array, inputs: Inputs, slot: number, itemLength: number, item: WindowItem): void {
    const summary = summariseLogits(data, slot * itemLength, itemLength);
    if (summary.notFinite) throw notFiniteOutput(item, this.job.manifest.name);
    if (!isConstant(summary)) return;
    const planePx = this.paddedPx ** 2;
    const flat = this.job.inputs.tensors.every((tensor) => {
      const planes = tensor.channels.length;
      return isFlatInput(inputs[tensor.name]!.data, slot * planes * planePx, planes, planePx);
    });
    if (!flat) throw constantOutput(item, this.job.manifest.name);
    this.warnings.push(constantInputWarning(item));
  }
}

/** Wall time during which at least one of several overlapping pieces of work was going on. */
class BusyTime {
  totalMs = 0;
  private going = 0;
  private sinceMs = 0;

  async during<T>(work: () => Promise<T>): Promise<T> {
    if (this.going++ === 0) this.sinceMs = performance.now();
    try {
      return await work();
    } finally {
      if (--this.going === 0) this.totalMs += performance.now() - this.sinceMs;
    }
  }
}

function ignore(): void {}
