/** Starts the page's two workers. */
import type { EngineHandlers } from "./engine-protocol";
import { connectMaskLine } from "./mask-line";
import type { RasterHandlers } from "./raster-protocol";
import { createClient, createRestartableClient, type RestartableClient, type WorkerClient } from "./rpc";

export interface StudioWorkers {
  readonly rasters: WorkerClient<RasterHandlers>;
  readonly engine: RestartableClient<EngineHandlers>;
}

/** An engine that is started anew gets a line of its own to the masks. */
export function startWorkers(): StudioWorkers {
  const rasters = new Worker(new URL("./raster.worker.ts", import.meta.url), { type: "module", name: "rasters" });
  const startEngine = () => {
    const engine = new Worker(new URL("./engine.worker.ts", import.meta.url), { type: "module", name: "engine" });
    connectMaskLine(rasters, engine);
    return createClient<EngineHandlers>(engine);
  };
  return { rasters: createClient<RasterHandlers>(rasters), engine: createRestartableClient(startEngine) };
}
