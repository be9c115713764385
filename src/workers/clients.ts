/** Starts the page's two workers. */
import type { EngineHandlers } from "./engine-protocol";
import type { RasterHandlers } from "./raster-protocol";
import {
  createClient,
  createRestartableClient,
  type MessageEndpoint,
  type RestartableClient,
  type WorkerClient,
} from "./rpc";

export function startRasterWorker(): WorkerClient<RasterHandlers> {
  return createClient<RasterHandlers>(
    new Worker(new URL("./raster.worker.ts", import.meta.url), { type: "module", name: "rasters" }) as MessageEndpoint,
  );
}

export function startEngineWorker(): RestartableClient<EngineHandlers> {
  return createRestartableClient(() =>
    createClient<EngineHandlers>(
      new Worker(new URL("./engine.worker.ts", import.meta.url), { type: "module", name: "engine" }) as MessageEndpoint,
    ),
  );
}
