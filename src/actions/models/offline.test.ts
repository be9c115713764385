/** What is kept for work without a network, and when the page may load itself again; against a cache in memory. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { quietStudio } from "../../testing/quiet-studio";
import type { Studio } from "../studio";
import { keepOffline, startServiceWorker } from "./offline";

const BASE = "http://studio.test/";
const LIST = `${BASE}offline.json`;

let studio: Studio;
/** Addresses in the cache, in the order they came. */
let cached: string[];
let fetched: string[];
let reloads: number;
let session: Map<string, string>;

beforeEach(() => {
  studio = quietStudio();
  [cached, fetched, reloads, session] = [[], [], 0, new Map()];
  const cache = {
    keys: async () => cached.map((url) => ({ url })),
    match: async (url: string) => (cached.includes(url) ? {} : undefined),
    async add(url: string) {
      fetched.push(url);
      if (!cached.includes(url)) cached.push(url);
    },
    async delete(url: string) {
      cached = cached.filter((other) => other !== url);
    },
  };
  vi.stubEnv("PROD", true);
  vi.stubGlobal("document", { baseURI: BASE });
  vi.stubGlobal("caches", { has: async () => true, open: async () => cache });
  vi.stubGlobal("navigator", { serviceWorker: { register: async () => undefined, ready: Promise.resolve() } });
  vi.stubGlobal("location", { reload: () => reloads++ });
  vi.stubGlobal("sessionStorage", {
    getItem: (key: string) => session.get(key) ?? null,
    setItem: (key: string, value: string) => void session.set(key, value),
  });
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

test.each([
  ["isolated already", true, 0],
  ["not isolated yet", false, 1],
])("a page that is %s loads itself again %i times at most", async (_, isIsolated, times) => {
  vi.stubGlobal("crossOriginIsolated", isIsolated);
  await startServiceWorker(studio);
  await startServiceWorker(studio);
  expect(reloads).toBe(times);
});

test("a page in which something was opened does not load itself again", async () => {
  vi.stubGlobal("crossOriginIsolated", false);
  const { scenes } = studio.store.getState();
  studio.store.setState({ scenes: { ...scenes, records: [{} as (typeof scenes.records)[number]] } });
  await startServiceWorker(studio);
  expect(reloads).toBe(0);
});

test("everything listed is kept, but of models the chosen ones; files of the build that are there are not fetched again", async () => {
  const files = ["assets/a-1.js", "assets/b-2.js", "index.html", "zoo/index.json", "zoo/one.onnx", "zoo/other.onnx"];
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ files })));
  cached = [`${BASE}assets/a-1.js`, `${BASE}assets/old-0.js`, `${BASE}index.html`];
  const state = studio.store.getState();
  const record = (id: string) => ({ id, origin: "zoo" }) as (typeof state.models.records)[number];
  studio.store.setState({
    models: { ...state.models, records: [record("one"), record("other")] },
    settings: { ...state.settings, modelIds: ["one"] },
  });
  await keepOffline(studio);
  const wanted = ["assets/a-1.js", "index.html", "assets/b-2.js", "zoo/index.json", "zoo/one.onnx"];
  expect(cached.sort()).toEqual([...wanted.map((file) => BASE + file), BASE, LIST].sort());
  expect(fetched).not.toContain(`${BASE}assets/a-1.js`);
  expect(fetched).toContain(`${BASE}index.html`);
  expect(studio.store.getState().engine.offline).toBe("kept");
});
