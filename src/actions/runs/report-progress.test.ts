import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { storeSession } from "../../io/session-store";
import { withModel } from "../../store/models";
import { withScene } from "../../store/scenes";
import { update } from "../../store/studio-store";
import { arrayRaster } from "../../testing/array-raster";
import { messages } from "../../ui/messages";
import type { EngineRunProgress, EngineRunResult } from "../../workers/engine-protocol";
import { startSession } from "../projects/session";
import { createStudio, type Studio } from "../studio";
import { reportProgress } from "./report-progress";
import { runChosenModels } from "./run-model";

vi.mock("../../io/session-store", () => ({
  storeSession: vi.fn(async () => true),
  storedSessions: async () => [],
  deleteSession: async () => undefined,
}));

const MESSAGES = 1000;
const EVERY_MS = 10;
/** Finished strips, each of which the session must know. */
const CHECKPOINTS = 4;

beforeEach(() => {
  vi.useFakeTimers();
  vi.mocked(storeSession).mockClear();
  const locks = {
    request: async (_: string, options: unknown, held?: (lock: unknown) => unknown) =>
      typeof options === "function" ? options() : void held!({}),
    query: async () => ({ held: [] }),
  };
  vi.stubGlobal("navigator", { locks });
  vi.stubGlobal("document", { addEventListener: () => undefined });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A studio with one scene and one model, whose engine says `MESSAGES` times how far it is. */
function talkativeStudio(): Studio {
  const engine = {
    async call(_: string, __: unknown, { onProgress }: { onProgress: (progress: EngineRunProgress) => void }) {
      for (let windowsDone = 1; windowsDone <= MESSAGES; windowsDone++) {
        const isStrip = windowsDone % (MESSAGES / CHECKPOINTS) === 0;
        const counts = { windows: { run: windowsDone, skipped: 0 }, classPixels: [], nodataPixels: 0 };
        onProgress({
          windowsDone,
          windowsTotal: MESSAGES,
          windowsPerSecond: 100,
          secondsLeft: null,
          stage: "running",
          ...(isStrip && { checkpoint: { strip: 0, stripCount: 1, nextRow: windowsDone, ...counts } }),
        });
        await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
      }
      return { warnings: [], timings: { statisticsMs: 0, runMs: 1 } } as unknown as EngineRunResult;
    },
  };
  const rasters = { call: async () => undefined };
  const studio = createStudio(rasters as never, engine as never, messages.actions);
  const { facts } = arrayRaster({ widthPx: 8, heightPx: 8, roles: ["red", "green", "blue"], value: () => 0 });
  const optical = { rasterId: "photo", facts };
  const scene = { id: "s", name: "S", optical, auxiliary: null, truth: null, pairing: [] };
  studio.registry.rasters.set("photo", { facts, file: new File([], "array.tif"), sideFiles: [], sha256Sampled: "" });
  update(studio.store, "scenes", (state) => withScene(state, { scene, truth: { status: "none" }, heightRange: null }));
  const manifest = {
    name: "M",
    id: "m",
    classes: [],
    inputs: [],
    graph: { sha256: "" },
    window: { sizePx: 8 },
    stitch: { papersStridePx: null },
  };
  update(studio.store, "models", (state) => withModel(state, { id: "m", origin: "own", manifest: manifest as never }));
  studio.registry.models.set("m", { manifest: manifest as never, files: async () => ({}) as never });
  update(studio.store, "settings", (state) => ({ ...state, modelIds: ["m"] }));
  return studio;
}

test("a thousand progress messages move a bar and neither the session nor what panes and lists are drawn from", async () => {
  const studio = talkativeStudio();
  await startSession(studio);
  const changes = { progress: 0, runs: 0, others: 0 };
  let seen = 0;
  studio.store.subscribe((state, before) => {
    const { progress, runs, ...others } = state;
    const { progress: progressBefore, runs: runsBefore, ...othersBefore } = before;
    const kind =
      progress !== progressBefore ? "progress" : runs !== runsBefore ? "runs" : ("others" as keyof typeof changes);
    changes[kind]++;
    seen = Math.max(seen, ...Object.values(progress).map(({ windowsDone }) => windowsDone));
    if (kind !== "others") expect(others).toEqual(othersBefore);
  });
  runChosenModels(studio);
  await vi.runAllTimersAsync();

  const [run] = studio.store.getState().runs.records;
  expect(run?.state.status).toBe("done");
  expect(studio.store.getState().progress).toEqual({});
  expect(seen).toBeGreaterThan(0.9 * MESSAGES);
  // One every 200 ms of the ten seconds, and the one that takes the bar away.
  expect(changes.progress).toBeLessThanOrEqual((MESSAGES * EVERY_MS) / 200 + 2);
  // Queued, running, each finished strip, done.
  expect(changes.runs).toBe(2 + CHECKPOINTS + 1);
  expect(vi.mocked(storeSession).mock.calls.length).toBeLessThanOrEqual(changes.runs + changes.others);
  expect(vi.mocked(storeSession).mock.lastCall?.[1]).toContain(`"status": "done"`);
});

test("a word is told once: while the engine is silent nothing changes, and the next word is shown at once", () => {
  const studio = talkativeStudio();
  const word = {
    windowsDone: 1,
    windowsTotal: 9,
    windowsPerSecond: 3,
    secondsLeft: null,
    stage: "running",
  } as const;
  reportProgress(studio, "run", word);
  const shown = studio.store.getState().progress;
  expect(shown).toEqual({ run: word });
  vi.advanceTimersByTime(5000);
  expect(studio.store.getState().progress).toBe(shown);
  expect(vi.getTimerCount()).toBe(0);
  reportProgress(studio, "run", { ...word, windowsDone: 2 });
  expect(studio.store.getState().progress).toMatchObject({ run: { windowsDone: 2 } });
});
