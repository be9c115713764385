import type { ModelManifest } from "../core/manifest/manifest";
import type { NodeSessionOptions } from "./node-session";

/** What a worker thread is started with. */
export interface SessionWork {
  readonly manifest: ModelManifest;
  readonly graph: Uint8Array;
  readonly options: NodeSessionOptions;
}
