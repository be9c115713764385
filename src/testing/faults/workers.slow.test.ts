/** The engine worker ended at ten moments of a job, by an error and by silence, and a raster worker that falls silent at ten. */
import { AsyncResource } from "node:async_hooks";
import { describe, expect, test } from "vitest";
import { setPaused } from "../../actions/runs/hold-queue";
import { computeResponse } from "../../actions/runs/respond";
import { runChosenModels } from "../../actions/runs/run-model";
import type { DoneRun } from "../../store/runs";
import { histogram, sceneReady } from "../journey";
import { JOURNEY, type StudioInNode, until } from "../studio-in-node";
import { expectSentences, type SmallTabs, smallTabsOfTests } from "./small-tabs";
import { bringToEnd, openWatched, SOON, testRasterMoments } from "./worker-moments";

interface EngineMoment {
  readonly name: string;
  readonly die?: (tab: StudioInNode, end: () => void, tabs: SmallTabs) => Promise<unknown>;
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
    die: async (tab, end, tabs) => {
      await bringToEnd(tabs, tab);
      end();
    },
  },
  {
    name: "while a response map is computed",
    die: async (tab, end, tabs) => {
      const responding = respond(tab, await bringToEnd(tabs, tab));
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

describe("workers", JOURNEY, () => {
  const tabs = smallTabsOfTests();
  testRasterMoments(tabs, "silence");

  const cases = (["error", "silence"] as const).flatMap((how) =>
    ENGINE_MOMENTS.map((moment) => [how, moment.name, moment] as const),
  );
  test.each(cases)("engine worker ended by %s %s → survived", async (how, _, { die, hooks }) => {
    let count = 0;
    const at = (wanted: number | undefined) => async () => {
      if (++count === wanted) end();
    };
    const tab: StudioInNode = await openWatched(tabs, {
      files: tabs.files,
      patience: SOON,
      ...(hooks?.batch && { beforeBatch: at(hooks.batch) }),
      ...(hooks?.load && { beforeLoad: at(hooks.load) }),
    });
    const end = AsyncResource.bind(() => tab.endEngine(how));
    await sceneReady(tab.studio);
    await die?.(tab, end, tabs);
    const run = await bringToEnd(tabs, tab);
    expect(await histogram(tab.studio, run)).toEqual(tabs.whole);
    expect(await respond(tab, run)).toBeGreaterThan(0);
    expectSentences(tab);
  });
});
