/**
 * Workers that die: whatever was waited for ends in a sentence, a fresh worker takes over what was open, and the same
 * step works when it is done again.
 */
import { AsyncResource } from "node:async_hooks";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { exportMask } from "../../actions/outputs/export-mask";
import { retryEvaluation } from "../../actions/results/evaluate";
import { computeResponse } from "../../actions/runs/respond";
import { remakeRun, resumeRun, runChosenModels, setPaused } from "../../actions/runs/run-model";
import { openFiles } from "../../actions/scenes/open-files";
import { type DoneRun, isDone, isHalted } from "../../store/runs";
import { selectScene } from "../../store/selectors";
import { evaluated, histogram, runToEnd, sceneReady } from "../journey";
import { JOURNEY, type StudioInNode, type StudioInNodeOptions, until } from "../studio-in-node";
import { done, expectSentences, notices, smallTabsOfTests } from "./small-tabs";

const tabs = smallTabsOfTests();
let saved: string;
beforeAll(async () => {
  const tab = await tabs.open();
  saved = await exported(tab, await bringToEnd(tab));
  tab.dispose();
}, JOURNEY.timeout);

const open = (options: StudioInNodeOptions = {}) => tabs.empty({ watch: { tickMs: 20, silentTicks: 20 }, ...options });

/** Every step a user would take, done again where it came to nothing. */
async function bringToEnd(tab: StudioInNode): Promise<DoneRun> {
  const { studio } = tab;
  const runs = () => studio.store.getState().runs.records;
  if (selectScene(studio.store.getState()) === null) await openFiles(studio, tabs.files);
  if (selectScene(studio.store.getState()) === null) await openFiles(studio, tabs.files);
  await sceneReady(studio);
  if (runs().length === 0) runChosenModels(studio);
  const ended = await until(studio, () => runs().find((run) => isDone(run) || isHalted(run.state)), "the run's end");
  if (isHalted(ended.state)) resumeRun(studio, ended.id);
  return until(studio, () => runs().find(isDone), "the finished run");
}

async function exported({ studio, browser }: StudioInNode, run: DoneRun): Promise<string> {
  const before = browser.downloads.length;
  await exportMask(studio, run.id, "png");
  const file = browser.downloads[before];
  return file === undefined ? "nothing" : Buffer.from(await file.blob.arrayBuffer()).toString("base64");
}

/** Starts the step and has the worker die while it is under way. */
type Moment = readonly [name: string, die: (tab: StudioInNode, end: () => void) => Promise<unknown>, batches?: number];

const MOMENTS: readonly Moment[] = [
  ["before anything was opened", async (_, end) => end()],
  [
    "while files are opened",
    async ({ studio }, end) => {
      const opening = openFiles(studio, tabs.files);
      end();
      await opening;
    },
  ],
  [
    "while heights are measured",
    async ({ studio }, end) => {
      await openFiles(studio, tabs.files);
      end();
    },
  ],
  [
    "with an idle scene",
    async ({ studio }, end) => {
      await openFiles(studio, tabs.files);
      await sceneReady(studio);
      end();
    },
  ],
  [
    "as a run begins",
    async ({ studio }, end) => {
      await openFiles(studio, tabs.files);
      await sceneReady(studio);
      runChosenModels(studio);
      end();
    },
  ],
  ["at the first window", async () => undefined, 1],
  ["in the middle of a run", async () => undefined, 7],
  ["at the last window", async () => undefined, 14],
  [
    "with a finished run",
    async (tab, end) => {
      await bringToEnd(tab);
      end();
    },
  ],
  [
    "while a map is saved",
    async (tab, end) => {
      const saving = exported(tab, await bringToEnd(tab));
      end();
      await saving;
    },
  ],
];

describe("workers", JOURNEY, () => {
  const cases = (["error", "silence"] as const).flatMap((how) =>
    MOMENTS.map(([name, die, batches = 0]) => ({ title: `by ${how} ${name}`, how, die, batches })),
  );

  test.each(cases)("raster worker ended $title → survived", async ({ how, die, batches }) => {
    let count = 0;
    // By the page, even where the engine's own step says when.
    const end = AsyncResource.bind(() => tab.endRasters(how));
    const tab: StudioInNode = await open({
      beforeBatch: async () => {
        if (++count === batches) end();
      },
    });
    await die(tab, end);
    const run = await bringToEnd(tab);
    // A question to a worker that nobody knows to be dead yet comes back with a sentence, and may be asked again.
    const counts = await histogram(tab.studio, run).catch(() => histogram(tab.studio, run));
    expect(counts).toEqual(tabs.whole);
    expect(await exported(tab, run)).toBe(saved);
    expectSentences(tab);
  });

  test("a raster that ends every worker that opens it → survived: it is left out, the others go on", async () => {
    const tab = await open({ files: tabs.files });
    await sceneReady(tab.studio);
    const { registry, working } = tab.studio;
    const [first] = registry.rasters.keys();
    working.deadlyRasters.add(first!);
    tab.endRasters("error");
    await until(
      tab.studio,
      ({ workspace }) => workspace.notices.some(({ text }) => text.includes("opened again")),
      "it",
    );
    expect(working.deadlyRasters).toEqual(new Set([first]));
  });

  test("raster worker ended while a run is scored → survived: scored again when told to", async () => {
    const tab = await open({ files: [...tabs.files, tabs.truth] });
    await sceneReady(tab.studio);
    const [run] = await runToEnd(tab.studio);
    const before = await evaluated(tab.studio, run!.id);
    const call = tab.studio.rasters.call;
    vi.spyOn(tab.studio.rasters, "call").mockImplementation((name, ...rest) => {
      if (name === "evaluate") setImmediate(AsyncResource.bind(() => tab.endRasters("error")));
      return call(name, ...rest);
    });
    retryEvaluation(tab.studio, run!.id);
    await until(tab.studio, ({ evaluation }) => evaluation.byRun[run!.id]?.status === "failed", "the refusal");
    vi.restoreAllMocks();
    retryEvaluation(tab.studio, run!.id);
    const after = await evaluated(tab.studio, run!.id);
    expect([...after.withBoundary.counts]).toEqual([...before.withBoundary.counts]);
    expectSentences(tab);
  });

  test("raster worker ended where results lie in its memory → survived: what is gone is said, and made again", async () => {
    const tab = await open({ files: [...tabs.files, tabs.truth], keepsFiles: false });
    await sceneReady(tab.studio);
    const [run] = await runToEnd(tab.studio);
    const before = await evaluated(tab.studio, run!.id);
    tab.endRasters("error");
    const lost = await until(
      tab.studio,
      ({ runs }) => runs.records.find(({ state }) => state.status === "elsewhere"),
      "the run without its map",
    );
    expect(notices(tab).join()).toContain("1 map was in the memory of the part that stopped and is gone");
    await until(tab.studio, ({ scenes }) => scenes.records[0]?.truth.status === "ready", "the truth");
    remakeRun(tab.studio, lost.id);
    const again = await done(tab);
    expect(await histogram(tab.studio, again)).toEqual(tabs.whole);
    const after = await evaluated(tab.studio, again.id);
    expect([...after.withBoundary.counts]).toEqual([...before.withBoundary.counts]);
    expectSentences(tab);
  });

  test.each(ENGINE_MOMENTS)("engine worker ended $name → survived", async ({ die, hooks }) => {
    let count = 0;
    const at = (wanted: number | undefined) => async () => {
      if (++count === wanted) end();
    };
    const tab: StudioInNode = await open({
      files: tabs.files,
      ...(hooks?.batch && { beforeBatch: at(hooks.batch) }),
      ...(hooks?.load && { beforeLoad: at(hooks.load) }),
    });
    const end = AsyncResource.bind(() => tab.endEngine());
    await sceneReady(tab.studio);
    await die?.(tab, end);
    const run = await bringToEnd(tab);
    expect(await histogram(tab.studio, run)).toEqual(tabs.whole);
    expect(await respond(tab, run)).toBeGreaterThan(0);
    expectSentences(tab);
  });
});

interface EngineMoment {
  readonly name: string;
  readonly die?: (tab: StudioInNode, end: () => void) => Promise<unknown>;
  /** Ended before the load, or the call of the network, of this number. */
  readonly hooks?: { readonly load?: number; readonly batch?: number };
}

const ENGINE_MOMENTS: readonly EngineMoment[] = [
  { name: "before it was asked for anything", die: async (_, end) => end() },
  {
    name: "as a run begins",
    die: async ({ studio }, end) => {
      runChosenModels(studio);
      end();
    },
  },
  { name: "while the model is loaded", hooks: { load: 1 } },
  { name: "at the first window", hooks: { batch: 1 } },
  { name: "in the first row of windows", hooks: { batch: 2 } },
  { name: "after the first finished rows", hooks: { batch: 7 } },
  { name: "at the last window", hooks: { batch: 14 } },
  {
    name: "while the run is paused",
    die: async ({ studio }, end) => {
      runChosenModels(studio);
      const run = await until(studio, ({ runs, progress }) => runs.records.find(({ id }) => progress[id]), "the run");
      setPaused(studio, run.id, true);
      end();
      setPaused(studio, run.id, false);
    },
  },
  {
    name: "with a finished run",
    die: async (tab, end) => {
      await bringToEnd(tab);
      end();
    },
  },
  {
    name: "while a response map is computed",
    die: async (tab, end) => {
      const responding = respond(tab, await bringToEnd(tab));
      end();
      await responding;
    },
  },
];

/** Pixels that the response map of a run's first class covers. */
async function respond({ studio }: StudioInNode, run: DoneRun): Promise<number> {
  await computeResponse(studio, run.id, 0, { col: 0, row: 0, widthPx: 64, heightPx: 64 });
  const { shown } = studio.store.getState().responses.records[0]!;
  return shown === null ? 0 : shown.area.widthPx * shown.area.heightPx;
}
