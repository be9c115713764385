/** Starts the page's two workers. */
import type { EngineHandlers } from "./engine-protocol";
import { connectMaskLine } from "./mask-line";
import type { RasterHandlers } from "./raster-protocol";
import {
  createClient,
  createRestartableClient,
  createWatchedClient,
  type RestartableClient,
  type WatchedClient,
} from "./rpc";

export interface StudioWorkers {
  readonly rasters: WatchedClient<RasterHandlers>;
  readonly engine: RestartableClient<EngineHandlers>;
}

/** An engine that is started anew gets a line of its own to the masks; with the masks' keeper it is started anew. */
export function startWorkers(): StudioWorkers {
  let keeper: Worker;
  const startRasters = () => {
    keeper = new Worker(new URL("./raster.worker.ts", import.meta.url), { type: "module", name: "rasters" });
    return createClient<RasterHandlers>(keeper);
  };
  const startEngine = () => {
    const engine = new Worker(new URL("./engine.worker.ts", import.meta.url), { type: "module", name: "engine" });
    connectMaskLine(keeper, engine);
    return createClient<EngineHandlers>(engine);
  };
  const rasters = createWatchedClient(startRasters, (reason) => engine.restart(reason));
  const engine = createRestartableClient(startEngine);
  return { rasters, engine };
}
