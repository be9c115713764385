/** What the engine worker does with a call: thin glue between opened files, the mask store and `runScene`. */
import { closingAll } from "../core/closing";
import type { NadirError } from "../core/errors";
import type { RasterFacts } from "../core/raster/raster";
import type { RunResult, SelfCheckFacts } from "../core/run/run-result";
import type { RunProgress } from "../core/run/run-settings";
import type { ModelFiles } from "../inference/backend";
import type { OpenModel, OpenModelOptions } from "../inference/open-model";
import { RunGate } from "../inference/run-gate";
import type { RunRequest } from "../inference/run-request";
import { runScene } from "../inference/run-scene";
import { bandStatistics } from "../io/raster-statistics";
import type { BackendReport, EngineHandlers, LoadRequest, SceneRequest } from "./engine-protocol";
import type { MaskHandlers } from "./mask-line";
import { openScene } from "./open-scene";
import type { CallContext, WorkerClient } from "./rpc";
import { openMasks, openResponse, type RunTarget } from "./run-target";
import { type TeachingMachine, TeachingRoom, teachingFault } from "./teaching-room";

/** A model as the handlers use it, whatever runs it. */
type EngineModel = Pick<OpenModel, "backend" | "selfCheck" | "loadMs" | "openReference" | "close">;

/** What models run on. In the browser: `browser-machine.ts`. */
export interface EngineMachine extends TeachingMachine {
  describe(): Promise<BackendReport>;
  /** @throws {NadirError} When the files are wrong, the backend is not there, or the self-check fails. */
  open(files: ModelFiles, options: OpenModelOptions): Promise<EngineModel>;
}

interface Loaded {
  readonly key: string;
  model: EngineModel;
}

/** What a run is told beside the scene. */
interface RunExtras extends Pick<RunRequest, "response" | "resume" | "onProgress" | "onCheckpoint"> {
  /** Of the windows that are computed again on another backend; none are without it. */
  readonly seed?: string;
}

/** @param line To whoever keeps the masks. */
export function createEngineHandlers(
  machine: EngineMachine,
  line: Promise<WorkerClient<MaskHandlers>>,
): EngineHandlers {
  const engine = new Engine(machine);
  const teaching = new TeachingRoom(machine);
  return {
    describeBackends: () => machine.describe(),

    async loadModel(request, context) {
      const { model } = await engine.load(request, context);
      const { backend, selfCheck, loadMs } = model;
      return { backend: backend.facts, selfCheck, batch: backend.batch, loadMs };
    },

    async setPaused({ paused }) {
      if (paused) engine.gate.close();
      else engine.gate.open();
    },

    async run(request, context) {
      const { maskId, confidenceId, resume } = request;
      let latest = progressAt("running");
      const { result, selfCheck } = await engine.runInto(
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
      const { result } = await engine.runInto(
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

    teach: (request, context) => teaching.teach(request, context),
    disagreement: (question, { signal }) => teaching.disagreement(question, signal),
    goldenAgain: (request) => teaching.goldenAgain(request),
    teachingFault: ({ files }) => teachingFault(files),
  };
}

/** The model that is loaded, and runs with it, one at a time. */
class Engine {
  readonly gate = new RunGate();
  readonly #machine: EngineMachine;
  #loaded: Loaded | null = null;

  constructor(machine: EngineMachine) {
    this.#machine = machine;
  }

  async load(request: LoadRequest, context: CallContext): Promise<Loaded> {
    const { graph, inputs, output } = request.files.manifest;
    const shapes = [...inputs.map(({ shape }) => shape), output.shape].join(" ");
    const key = [graph.sha256, shapes, request.backend, request.batch].join(" ");
    if (this.#loaded?.key === key) return this.#loaded;
    const previous = this.#loaded;
    this.#loaded = null;
    await previous?.model.close();
    const options = { ...request, onStage: stageReporter(context) };
    this.#loaded = { key, model: await this.#machine.open(request.files, options) };
    return this.#loaded;
  }

  /** Runs a model over a scene into a target, which decides what stays of it when the run does not come to its end. */
  async runInto(
    request: SceneRequest,
    context: CallContext,
    openTarget: (optical: RasterFacts) => Promise<RunTarget>,
    { seed, ...rest }: RunExtras,
  ): Promise<{ result: RunResult; selfCheck: SelfCheckFacts }> {
    this.gate.open();
    // A paused run that is cancelled must come to the point where it notices.
    context.signal.addEventListener("abort", () => this.gate.open());
    const current = await this.load(request, context);
    context.signal.throwIfAborted();
    return closingAll(async (keep) => {
      const scene = await openScene(request, keep);
      const target = await openTarget(scene.optical.facts);
      try {
        const result = await runScene({
          manifest: request.files.manifest,
          settings: request.settings,
          ...scene,
          heights: request.heights ?? null,
          backend: current.model.backend,
          sink: target.sink,
          measureBand: bandStatistics,
          signal: context.signal,
          gate: this.gate,
          recover: (error, { batch }) =>
            this.#recover(current, request, context, recoveryOptions(error, request, batch)),
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
        if (this.#loaded === null) await current.model.close().catch(() => undefined);
      }
    });
  }

  /** The backend to go on with, of a model that was opened anew. */
  async #recover(current: Loaded, request: LoadRequest, context: CallContext, options: OpenModelOptions | null) {
    if (options === null) return null;
    // Neither what is closed here nor a model opened for a recovery is what the next run asks for.
    this.#loaded = null;
    await current.model.close().catch(() => undefined);
    current.model = await reopen(this.#machine, request, options, stageReporter(context));
    return current.model.backend;
  }
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

function stageReporter(context: CallContext) {
  return (stage: RunProgress["stage"]) => context.progress(progressAt(stage));
}

function progressAt(stage: RunProgress["stage"]): RunProgress {
  return { windowsDone: 0, windowsTotal: 0, windowsPerSecond: 0, secondsLeft: null, stage };
}
