/** Looks at the machine and its storage once, and counts requests that leave the page's origin: there should be none. */
import { update } from "../../store/studio-store";
import { notifyError, type Studio } from "../studio";

export function watchEngine(studio: Studio): void {
  void describeBackend(studio);
  void describeStorage(studio);
  if (typeof PerformanceObserver !== "undefined") {
    const observer = new PerformanceObserver((list) => {
      const foreign = list.getEntries().filter(({ name }) => isForeign(name)).length;
      if (foreign > 0) {
        update(studio.store, "engine", (state) => ({ ...state, foreignRequests: state.foreignRequests + foreign }));
      }
    });
    observer.observe({ type: "resource", buffered: true });
  }
}

function isForeign(address: string): boolean {
  const url = new URL(address, document.baseURI);
  return (url.protocol === "http:" || url.protocol === "https:") && url.origin !== location.origin;
}

async function describeBackend(studio: Studio): Promise<void> {
  try {
    const { offers, preferred } = await studio.engine.call("describeBackends", {});
    const gpu = offers.find(({ kind }) => kind === "webgpu");
    const offer = offers.find(({ kind }) => kind === preferred);
    if (offer !== undefined) {
      // When the CPU is preferred the reason is what is wrong with the GPU.
      const reason = preferred === "wasm" ? (gpu?.reason ?? offer.reason) : offer.reason;
      const backend = { kind: offer.kind, adapter: offer.adapter, reason, precision: "fp32" as const };
      update(studio.store, "engine", (state) => ({ ...state, backend: state.backend ?? backend }));
    }
  } catch (error) {
    notifyError(studio, error);
  }
}

async function describeStorage(studio: Studio): Promise<void> {
  try {
    const resultsKept = (await studio.rasters.call("storage", {})) === "opfs";
    update(studio.store, "engine", (state) => ({ ...state, resultsKept }));
  } catch (error) {
    notifyError(studio, error);
  }
}
