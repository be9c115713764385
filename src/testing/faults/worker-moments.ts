/** The raster worker ended at ten moments of a job, by an error (`workers.test.ts`) and by silence (`workers.slow.test.ts`). */
import { AsyncResource } from "node:async_hooks";
import { beforeAll, expect, test } from "vitest";
import { exportMask } from "../../actions/outputs/export-mask";
import type { Patience } from "../../actions/runs/ask-patiently";
import { resumeRun, runChosenModels } from "../../actions/runs/run-model";
import { openFiles } from "../../actions/scenes/open-files";
import { type DoneRun, isDone, isHalted } from "../../store/runs";
import { selectScene } from "../../store/selectors";
import { histogram, sceneReady } from "../journey";
import { JOURNEY, type StudioInNode, type StudioInNodeOptions, until, type WorkerEnd } from "../studio-in-node";
import { expectSentences, type SmallTabs } from "./small-tabs";

/** An engine that says nothing for a second counts as stuck. */
export const SOON: Patience = {
  tickMs: 20,
  silentTicks: 50,
  silenceFactor: 8,
  leastTicks: 50,
  cancelTicks: 50,
  mostRestarts: 2,
};

/** A raster worker that says nothing for half a second counts as dead. */
export function openWatched(tabs: SmallTabs, options: StudioInNodeOptions = {}): Promise<StudioInNode> {
  return tabs.empty({ watch: { tickMs: 20, silentTicks: 20 }, ...options });
}

/** Every step a user would take, done again where it came to nothing. */
export async function bringToEnd(tabs: SmallTabs, tab: StudioInNode): Promise<DoneRun> {
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

/** What is saved of a run as PNG, in base 64. */
export async function exported({ studio, browser }: StudioInNode, run: DoneRun): Promise<string> {
  const before = browser.downloads.length;
  await exportMask(studio, run.id, "png");
  const file = browser.downloads[before];
  return file === undefined ? "nothing" : Buffer.from(await file.blob.arrayBuffer()).toString("base64");
}

/** Starts the step and has the worker die while it is under way. */
type Moment = readonly [
  name: string,
  die: (tab: StudioInNode, end: () => void, tabs: SmallTabs) => Promise<unknown>,
  batches?: number,
];

const MOMENTS: readonly Moment[] = [
  ["before anything was opened", async (_, end) => end()],
  [
    "while files are opened",
    async ({ studio }, end, tabs) => {
      const opening = openFiles(studio, tabs.files);
      end();
      await opening;
    },
  ],
  [
    "while heights are measured",
    async ({ studio }, end, tabs) => {
      await openFiles(studio, tabs.files);
      end();
    },
  ],
  [
    "with an idle scene",
    async ({ studio }, end, tabs) => {
      await openFiles(studio, tabs.files);
      await sceneReady(studio);
      end();
    },
  ],
  [
    "as a run begins",
    async ({ studio }, end, tabs) => {
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
    async (tab, end, tabs) => {
      await bringToEnd(tabs, tab);
      end();
    },
  ],
  [
    "while a map is saved",
    async (tab, end, tabs) => {
      const saving = exported(tab, await bringToEnd(tabs, tab));
      end();
      await saving;
    },
  ],
];

/** Called where the tests are described. */
export function testRasterMoments(tabs: SmallTabs, how: WorkerEnd): void {
  let saved: string;
  beforeAll(async () => {
    const tab = await tabs.open();
    saved = await exported(tab, await bringToEnd(tabs, tab));
    tab.dispose();
  }, JOURNEY.timeout);

  const cases = MOMENTS.map(([name, die, batches = 0]) => [name, die, batches] as const);
  test.each(cases)(`raster worker ended by ${how} %s → survived`, async (_, die, batches) => {
    let count = 0;
    // By the page, even where the engine's own step says when.
    const end = AsyncResource.bind(() => tab.endRasters(how));
    const tab: StudioInNode = await openWatched(tabs, {
      beforeBatch: async () => {
        if (++count === batches) end();
      },
    });
    await die(tab, end, tabs);
    const run = await bringToEnd(tabs, tab);
    // A question to a worker that nobody knows to be dead yet comes back with a sentence, and may be asked again.
    const counts = await histogram(tab.studio, run).catch(() => histogram(tab.studio, run));
    expect(counts).toEqual(tabs.whole);
    expect(await exported(tab, run)).toBe(saved);
    expectSentences(tab);
  });
}
