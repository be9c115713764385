/** The machine under the studio: which backend would run, why, and what leaves the computer (nothing). */
import type { SelfCheckFacts } from "../core/run/run-result";
import type { BackendFacts } from "../core/run/run-settings";

export interface EngineState {
  /** Null until the first look at the machine is done. */
  readonly backend: BackendFacts | null;
  /** The last model's golden pair on this adapter; null before the first run. */
  readonly selfCheck: { readonly modelName: string; readonly facts: SelfCheckFacts } | null;
  /** Bytes of textures held by the panes. */
  readonly textureBytes: number;
  /** Requests that went to another origin; the studio makes none and shows what the browser counted. */
  readonly foreignRequests: number;
  /** Hosts of addresses the user typed; rasters there are read by ranges. */
  readonly remoteHosts: readonly string[];
  /** Whether the studio would start without a network. */
  readonly offline: "unknown" | "impossible" | "possible" | "keeping" | "kept";
  /** Whether results outlive the page; false where the browser gives it no private storage. Null until known. */
  readonly resultsKept: boolean | null;
}

export const initialEngine: EngineState = {
  backend: null,
  selfCheck: null,
  textureBytes: 0,
  foreignRequests: 0,
  remoteHosts: [],
  offline: "unknown",
  resultsKept: null,
};
