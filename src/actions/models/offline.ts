/** Working without a network: the service worker, and keeping everything the studio needs on this computer. */
import { update } from "../../store/studio-store";
import { notify, notifyError, type Studio } from "../studio";

/** Shared with `workers/service-worker.ts`. */
const CACHE = "nadir-files";
const RELOADED = "nadir-reloaded-for-isolation";

/** Starts the service worker of a built page; the dev server has none. */
export async function startServiceWorker(studio: Studio): Promise<void> {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) {
    return;
  }
  try {
    await navigator.serviceWorker.register(new URL("sw.js", document.baseURI));
    await navigator.serviceWorker.ready;
    const kept = (await caches.has(CACHE)) && (await (await caches.open(CACHE)).match(offlineList())) !== undefined;
    update(studio.store, "engine", (state) => ({ ...state, offline: kept ? "kept" : "possible" }));
    reloadForThreads(studio);
  } catch {
    // Private windows may refuse service workers; the studio then simply needs the network to load.
    update(studio.store, "engine", (state) => ({ ...state, offline: "impossible" }));
  }
}

/** Keeps the page, its workers, the sample scene and the chosen models, so that all of it works without a network. */
export async function keepOffline(studio: Studio): Promise<void> {
  update(studio.store, "engine", (state) => ({ ...state, offline: "keeping" }));
  try {
    const { files } = (await (await fetch(offlineList(), { cache: "no-cache" })).json()) as { files: string[] };
    const models = studio.store
      .getState()
      .models.records.filter(
        ({ id, origin }) => origin === "zoo" && studio.store.getState().settings.modelIds.includes(id),
      );
    const stems = models.map(({ id }) => `zoo/${id}.`);
    const wanted = files.filter((file) => isNeeded(file, stems)).map((file) => new URL(file, document.baseURI).href);
    const cache = await caches.open(CACHE);
    const before = new Set((await cache.keys()).map(({ url }) => url));
    for (const url of wanted) {
      if (!before.has(url) || !url.includes("/assets/")) {
        await cache.add(url);
      }
    }
    await cache.add(new URL("../", document.baseURI).href);
    await cache.add(offlineList());
    // Files of earlier versions are of no use any more.
    const known = new Set(files.map((file) => new URL(file, document.baseURI).href));
    for (const { url } of await cache.keys()) {
      if (url.includes("/assets/") && !known.has(url)) {
        await cache.delete(url);
      }
    }
    update(studio.store, "engine", (state) => ({ ...state, offline: "kept" }));
    notify(studio, "good", studio.messages.worksOffline);
  } catch (error) {
    update(studio.store, "engine", (state) => ({ ...state, offline: "possible" }));
    notifyError(studio, error);
  }
}

function offlineList(): string {
  return new URL("offline.json", document.baseURI).href;
}

/** Of the two builds of the inference runtime only the one this browser uses; of the models only the chosen ones. */
function isNeeded(file: string, modelStems: readonly string[]): boolean {
  if (file.startsWith("zoo/") && file !== "zoo/index.json" && !file.endsWith(".nadir.json")) {
    return modelStems.some((stem) => file.startsWith(stem));
  }
  const usesJspi = "Suspending" in WebAssembly;
  return !(usesJspi ? file.includes(".asyncify") : file.includes(".jspi"));
}

/** On a host without isolation headers threads work from the second load on: take it at once, before work has begun. */
function reloadForThreads(studio: Studio): void {
  const untouched = studio.store.getState().scenes.records.length === 0;
  if (!crossOriginIsolated && untouched && sessionStorage.getItem(RELOADED) === null) {
    sessionStorage.setItem(RELOADED, "yes");
    location.reload();
  }
}
