/**
 * The studio without a page: the real store, actions and words of the page, the real handlers of both workers behind
 * an rpc in this process, networks on onnxruntime-node, and what actions ask of a browser in memory.
 *
 * For everything that can be proven without pixels on a screen.
 */
import { openAsBlob } from "node:fs";
import { basename } from "node:path";
import type { Patience } from "../actions/runs/ask-patiently";
import { openFiles } from "../actions/scenes/open-files";
import { reopenRasters } from "../actions/scenes/reopen-rasters";
import { startStudio } from "../actions/start-studio";
import { createStudio, type Studio } from "../actions/studio";
import { findMaskPlace } from "../io/mask-store";
import { createMasks } from "../io/open-masks";
import type { StudioState } from "../store/studio-store";
import { messages } from "../ui/messages";
import { createEngineHandlers } from "../workers/engine-handlers";
import type { EngineHandlers } from "../workers/engine-protocol";
import { createMaskHandlers, type MaskHandlers } from "../workers/mask-line";
import { createRasterHandlers } from "../workers/raster-handlers";
import type { RasterHandlers } from "../workers/raster-protocol";
import {
  createClient,
  createRestartableClient,
  createWatchedClient,
  type MessageEndpoint,
  serve,
  type WatchPatience,
  type WorkerClient,
} from "../workers/rpc";
import { createMemoryBrowser, type MemoryBrowser } from "./memory-browser";
import { type MachineHooks, nodeMachine } from "./node-machine";
import { connectInProcess, type Wire } from "./wire";
import { tinyZooModel, type ZooModel, zooFiles } from "./zoo-in-node";

export interface StudioInNodeOptions extends MachineHooks {
  /** Opened at once, as if they were dropped. */
  readonly files?: readonly File[];
  /** Models beside the page; one that needs image and DSM, with the classes of the ISPRS benchmarks, unless given. */
  readonly models?: readonly ZooModel[];
  /** A browser that an earlier studio was in, with its models; a new one otherwise. */
  readonly browser?: MemoryBrowser;
  /** Whether a new browser has a private file system; it has one unless told otherwise. */
  readonly keepsFiles?: boolean;
  /** How soon a silent raster worker counts as dead. */
  readonly watch?: WatchPatience;
  /** How soon a silent engine does. */
  readonly patience?: Patience;
}

/** With an uncaught error, or without a word. */
export type WorkerEnd = "error" | "silence";

export interface StudioInNode {
  readonly studio: Studio;
  readonly browser: MemoryBrowser;
  /** Has the raster worker die. */
  endRasters(how: WorkerEnd): void;
  endEngine(how: WorkerEnd): void;
  /** Ends the workers. Nothing is written any more: what was stored stays for the next studio in this browser. */
  dispose(): void;
}

/** Started as `main.tsx` starts the page, and waited for until the models are known. */
export async function openStudioInNode(options: StudioInNodeOptions = {}): Promise<StudioInNode> {
  const { models = [tinyZooModel("placed")], keepsFiles = true } = options;
  const { browser = createMemoryBrowser({ site: zooFiles(models), keepsFiles }) } = options;
  browser.enter();
  let keeper: ReturnType<typeof startRasters>;
  const startKeeper = () => {
    keeper = startRasters();
    return keeper.rasters;
  };
  const rasters = createWatchedClient(startKeeper, (reason) => engine.restart(reason), options.watch);
  let engineWire: Wire;
  const engine = createRestartableClient(() => {
    engineWire = connectInProcess();
    return startEngine(engineWire, keeper.layLine(), options);
  });
  const studio = createStudio(rasters, engine, messages.actions, options.patience);
  rasters.revive = (fresh) => reopenRasters(studio, fresh);
  await startStudio(studio, new URL(document.baseURI));
  if (options.files !== undefined) {
    await openFiles(studio, options.files);
  }
  return {
    studio,
    browser,
    endRasters: (how) => keeper.end(how),
    endEngine: (how) => endWorker(engineWire, how),
    dispose() {
      // A tab that is closed never hears that its calls came to nothing, nor does its clock go on.
      studio.store.setState = () => undefined;
      clearTimeout(studio.working.sessionTimer);
      studio.working.savedSession = null;
      rasters.dispose();
      engine.dispose();
      browser.closeTab(studio.registry.sessions);
    },
  };
}

/** As `raster.worker.ts` does. */
function startRasters() {
  const wire = connectInProcess();
  const masks = createMasks(findMaskPlace());
  serve(createRasterHandlers(masks), wire.worker);
  const layLine = (): MessageEndpoint => {
    const line = connectInProcess(wire.life);
    serve(createMaskHandlers(masks), line.worker);
    return line.page;
  };
  return {
    rasters: createClient<RasterHandlers>(wire.page),
    layLine,
    end: (how: WorkerEnd) => endWorker(wire, how),
  };
}

function endWorker({ life, crash }: Wire, how: WorkerEnd): void {
  life.end();
  if (how === "error") crash("out of memory");
}

/** As `engine.worker.ts` does. */
function startEngine(wire: Wire, line: MessageEndpoint, hooks: MachineHooks): WorkerClient<EngineHandlers> {
  const masks = Promise.resolve(createClient<MaskHandlers>(line));
  serve(createEngineHandlers(nodeMachine(hooks), masks), wire.worker);
  return createClient<EngineHandlers>(wire.page);
}

/** A file on disk as the page would get it. */
export async function fileAt(path: string, name = basename(path)): Promise<File> {
  return new File([await openAsBlob(path)], name);
}

/** Bounds a wait for what never comes; long past what any step takes, so that no test hangs on a clock. */
const LONGEST_WAIT_MS = 150_000;

/** For `describe` and `test`: a journey may take longer than that wait on a busy machine. */
export const JOURNEY = { timeout: 180_000 } as const;

/**
 * The first value other than null, undefined or false that `select` finds in the state, now or after a change.
 *
 * @throws When it does not come, with what the studio says instead.
 */
export function until<T>(
  { store }: Pick<Studio, "store">,
  select: (state: StudioState) => T | null | undefined | false,
  what: string,
  longestWaitMs = LONGEST_WAIT_MS,
): Promise<T> {
  return new Promise((found, failed) => {
    const end = () => {
      clearTimeout(timer);
      unsubscribe();
    };
    const look = () => {
      const value = select(store.getState());
      if (value !== null && value !== undefined && value !== false) {
        end();
        found(value);
      }
    };
    const unsubscribe = store.subscribe(look);
    const timer = setTimeout(() => {
      end();
      failed(new Error(`waited in vain for ${what}; ${situation(store.getState())}`));
    }, longestWaitMs);
    look();
  });
}

function situation({ scenes, runs, workspace }: StudioState): string {
  return JSON.stringify({
    truths: scenes.records.map(({ truth }) => truth.status),
    runs: runs.records.map(({ state }) => state),
    notices: workspace.notices.map(({ text }) => text),
  });
}
