/** What the engine worker does with a call: thin glue between opened files, the mask store and `runScene`. */
import { closingAll, type Keep } from "../core/closing";
import { NadirError } from "../core/errors";
import { planPixelMapping } from "../core/georef/grid-relation";
import { mapPixel } from "../core/georef/pixel-mapping";
import type { RasterFacts, RasterSource } from "../core/raster/raster";
import type { RunResult, SelfCheckFacts } from "../core/run/run-result";
import { NODATA_CLASS_ID, type RunProgress } from "../core/run/run-settings";
import type { FinishedRows, ModelFiles, RowSink } from "../inference/backend";
import type { OpenModel, OpenModelOptions } from "../inference/open-model";
import { RunGate } from "../inference/run-gate";
import type { RunRequest } from "../inference/run-request";
import { runScene } from "../inference/run-scene";
import type { AuxiliaryInput } from "../inference/strip-geometry";
import { aboveGround } from "../io/above-ground";
import { openRaster } from "../io/open-raster";
import { bandStatistics } from "../io/raster-statistics";
import { createReprojection } from "../io/reproject";
import type {
  BackendReport,
  EngineHandlers,
  EngineRunRequest,
  LoadRequest,
  SceneRequest,
  SecondRaster,
} from "./engine-protocol";
import { type MaskHandlers, openRemoteMask, type WrittenMask } from "./mask-line";
import type { CallContext, WorkerClient } from "./rpc";

/** A model as the handlers use it, whatever runs it. */
type EngineModel = Pick<OpenModel, "backend" | "selfCheck" | "loadMs" | "openReference" | "close">;

/** What models run on. In the browser: `browser-machine.ts`. */
export interface EngineMachine {
  describe(): Promise<BackendReport>;
  /** @throws {NadirError} When the files are wrong, the backend is not there, or the self-check fails. */
  open(files: ModelFiles, options: OpenModelOptions): Promise<EngineModel>;
}

interface Loaded {
  readonly key: string;
  model: EngineModel;
}

/** @param line To whoever keeps the masks. */
export function createEngineHandlers(
  machine: EngineMachine,
  line: Promise<WorkerClient<MaskHandlers>>,
): EngineHandlers {
  let loaded: Loaded | null = null;
  const gate = new RunGate();

  const load = async (request: LoadRequest, context: CallContext): Promise<Loaded> => {
    const { graph, inputs, output } = request.files.manifest;
    const shapes = [...inputs.map(({ shape }) => shape), output.shape].join(" ");
    const key = [graph.sha256, shapes, request.backend, request.batch].join(" ");
    if (loaded?.key === key) return loaded;
    const previous = loaded;
    loaded = null;
    await previous?.model.close();
    loaded = { key, model: await machine.open(request.files, { ...request, onStage: stageReporter(context) }) };
    return loaded;
  };

  /** Runs a model over a scene into a target, which decides what stays of it when the run does not come to its end. */
  const runInto = async (
    request: SceneRequest,
    context: CallContext,
    openTarget: (optical: RasterFacts) => Promise<RunTarget>,
    {
      seed,
      ...rest
    }: Pick<RunRequest, "response" | "resume" | "onProgress" | "onCheckpoint"> & { readonly seed?: string },
  ): Promise<{ result: RunResult; selfCheck: SelfCheckFacts }> => {
    gate.open();
    // A paused run that is cancelled must come to the point where it notices.
    context.signal.addEventListener("abort", () => gate.open());
    const current = await load(request, context);
    context.signal.throwIfAborted();
    return closingAll(async (keep) => {
      const optical = keep(await openRaster(request.optical));
      const auxiliary = request.auxiliary === null ? null : await openSecond(request.auxiliary, keep);
      const target = await openTarget(optical.facts);
      try {
        const result = await runScene({
          manifest: request.files.manifest,
          settings: request.settings,
          optical,
          auxiliary: auxiliary === null ? null : onOpticalGrid(optical.facts, auxiliary),
          heights: request.heights ?? null,
          backend: current.model.backend,
          sink: target.sink,
          measureBand: bandStatistics,
          signal: context.signal,
          gate,
          recover: async (error, { batch }) => {
            const options = recoveryOptions(error, request, batch);
            if (options === null) return null;
            // Neither what is closed here nor a model opened for a recovery is what the next run asks for.
            loaded = null;
            await current.model.close().catch(() => undefined);
            current.model = await reopen(machine, request, options, stageReporter(context));
            return current.model.backend;
          },
          ...rest,
          ...(seed !== undefined && {
            check: { seed, openReference: async () => (await current.model.openReference?.()) ?? null },
          }),
        });
        await target.keep();
        return { result, selfCheck: current.model.selfCheck };
      } catch (error) {
        // What went wrong first is what is told.
        await target.abandon().catch(() => undefined);
        throw error;
      } finally {
        if (loaded === null) await current.model.close().catch(() => undefined);
      }
    });
  };

  return {
    describeBackends: () => machine.describe(),

    async loadModel(request, context) {
      const { model } = await load(request, context);
      const { backend, selfCheck, loadMs } = model;
      return { backend: backend.facts, selfCheck, batch: backend.batch, loadMs };
    },

    async setPaused({ paused }) {
      if (paused) gate.close();
      else gate.open();
    },

    async run(request, context) {
      const { maskId, confidenceId, resume } = request;
      let latest = progressAt("running");
      const { result, selfCheck } = await runInto(
        request,
        context,
        async (facts) => openMasks(await line, request, facts),
        {
          seed: maskId,
          ...(resume === undefined ? {} : { resume }),
          onProgress: (progress) => {
            latest = progress;
            context.progress(progress);
          },
          onCheckpoint: (checkpoint) => context.progress({ ...latest, checkpoint }),
        },
      );
      return { ...result, maskId, confidenceId, selfCheck };
    },

    async respond(request, context) {
      const { result } = await runInto(
        request,
        context,
        async (facts) => openResponse(await line, request.responseId, facts),
        {
          response: request.classId,
          onProgress: (progress) => context.progress(progress),
        },
      );
      return result.area;
    },
  };
}

/** When the choice was automatic, a GPU that does not come back is replaced by the CPU. */
async function reopen(
  machine: EngineMachine,
  { files, backend }: LoadRequest,
  options: OpenModelOptions,
  onStage: (stage: RunProgress["stage"]) => void,
): Promise<EngineModel> {
  try {
    return await machine.open(files, { ...options, onStage });
  } catch (error) {
    if (backend !== "auto") throw error;
    return machine.open(files, { backend: "wasm", batch: 1, onStage });
  }
}

/** How to go on: a smaller batch after too little memory, every window looked at after a bad output. */
function recoveryOptions(error: NadirError, request: LoadRequest, batch: number): OpenModelOptions | null {
  const { backend } = request;
  switch (error.code) {
    case "out-of-memory":
      return batch > 1 ? { backend, batch: Math.floor(batch / 2) } : null;
    case "bad-output":
      return { backend, batch, careful: true };
    default:
      return { backend, batch };
  }
}

async function openSecond({ terrain, base, ...raster }: SecondRaster, keep: Keep): Promise<RasterSource> {
  const source = keep(await openRaster(raster));
  return base === undefined
    ? source
    : aboveGround(source, terrain === undefined ? null : keep(await openRaster(terrain)), base);
}

/** @throws {NadirError} `no-overlap` when it cannot be said where one raster lies on the other. */
function onOpticalGrid(optical: RasterFacts, source: RasterSource): AuxiliaryInput {
  const mapping = planPixelMapping(optical, source.facts, createReprojection(optical.crs, source.facts.crs));
  if (mapping === null) {
    throw new NadirError({
      code: "no-overlap",
      subject: source.facts.fileName,
      found: `It cannot be placed on ${optical.fileName}: their coordinate systems differ and one is not understood.`,
      needed: "Both must be in known coordinate systems, or in the same one.",
      next: "Reproject one of them (gdalwarp -t_srs), or give both files their CRS.",
    });
  }
  return { source, mapping: ([col, row]) => mapPixel(mapping, col, row) };
}

function stageReporter(context: CallContext) {
  return (stage: RunProgress["stage"]) => context.progress(progressAt(stage));
}

function progressAt(stage: RunProgress["stage"]): RunProgress {
  return { windowsDone: 0, windowsTotal: 0, windowsPerSecond: 0, secondsLeft: null, stage };
}

/** Where a run writes to. */
interface RunTarget {
  readonly sink: RowSink;
  keep(): Promise<void>;
  /** The run ended before its end. */
  abandon(): Promise<void>;
}

async function openMasks(
  line: WorkerClient<MaskHandlers>,
  request: EngineRunRequest,
  size: RasterFacts,
): Promise<RunTarget> {
  const { maskId, confidenceId, settings } = request;
  if (settings.confidence && confidenceId === null) {
    throw new NadirError({
      code: "bad-settings",
      found: "The confidence was asked for without a place to keep it.",
      needed: "A mask for it is needed.",
      next: "Run again without the confidence.",
    });
  }
  const open = (id: string, which: WrittenMask["which"]) =>
    openRemoteMask(
      line,
      id,
      size,
      request.resume === undefined ? null : { which, written: request.resume.written ?? [] },
    );
  const classIds = await open(maskId, "classIds");
  const confidence =
    settings.confidence && confidenceId !== null
      ? await open(confidenceId, "confidence").catch(async (error: unknown) => {
          await classIds.close();
          throw error;
        })
      : null;
  const both = confidence === null ? [classIds] : [classIds, confidence];
  const sink: RowSink = {
    async writeRows(rows: FinishedRows) {
      const { classIds: values, confidence: confidences, ...rect } = rows;
      await classIds.sink.writeRows({ ...rect, values });
      if (confidence !== null && confidences !== null) {
        await confidence.sink.writeRows({ ...rect, values: confidences });
      }
    },
  };
  // Rows above the last checkpoint stay, so that the run can go on; whoever asked for it deletes what is not wanted.
  const close = async () => void (await Promise.all(both.map((mask) => mask.close())));
  return { sink, keep: close, abandon: close };
}

/** Probability × 254 of one class; 255 stays where nothing was predicted. */
async function openResponse(
  line: WorkerClient<MaskHandlers>,
  responseId: string,
  size: RasterFacts,
): Promise<RunTarget> {
  const mask = await openRemoteMask(line, responseId, size);
  return {
    sink: {
      async writeRows({ classIds, confidence, ...rect }) {
        const values = classIds.map((id, at) =>
          id === NODATA_CLASS_ID ? NODATA_CLASS_ID : Math.round((confidence![at]! * 254) / 255),
        );
        await mask.sink.writeRows({ ...rect, values });
      },
    },
    keep: () => mask.close(),
    abandon: () => mask.delete(),
  };
}
