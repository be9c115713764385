/**
 * Workers that die: whatever was waited for ends in a sentence, a fresh worker takes over what was open, and the same
 * step works when it is done again.
 */
import { AsyncResource } from "node:async_hooks";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { exportMask } from "../../actions/outputs/export-mask";
import { resumeRun, runChosenModels } from "../../actions/runs/run-model";
import { openFiles } from "../../actions/scenes/open-files";
import { changeSettings } from "../../actions/view/arrange";
import { type DoneRun, isDone, isHalted } from "../../store/runs";
import { selectScene } from "../../store/selectors";
import { histogram, sceneReady } from "../journey";
import { writeSmallScene } from "../small-scene";
import {
  fileAt,
  JOURNEY,
  openStudioInNode,
  type StudioInNode,
  type StudioInNodeOptions,
  until,
} from "../studio-in-node";

const folder = mkdtempSync(join(tmpdir(), "nadir-workers-"));
const tabs: StudioInNode[] = [];
let files: File[] = [];
let whole: readonly number[];
let saved: string;

beforeAll(async () => {
  const { optical, dsm } = writeSmallScene(folder);
  files = [await fileAt(optical), await fileAt(dsm)];
  const tab = await open();
  const run = await bringToEnd(tab);
  whole = await histogram(tab.studio, run);
  saved = await exported(tab, run);
}, JOURNEY.timeout);
afterEach(() => {
  for (const { dispose } of tabs.splice(0)) dispose();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function open(options: StudioInNodeOptions = {}): Promise<StudioInNode> {
  const tab = await openStudioInNode({ watch: { tickMs: 20, silentTicks: 20 }, ...options });
  tabs.push(tab);
  changeSettings(tab.studio, { overlapFraction: 0 });
  return tab;
}

/** Every step a user would take, done again where it came to nothing. */
async function bringToEnd(tab: StudioInNode): Promise<DoneRun> {
  const { studio } = tab;
  const runs = () => studio.store.getState().runs.records;
  if (selectScene(studio.store.getState()) === null) await openFiles(studio, files);
  if (selectScene(studio.store.getState()) === null) await openFiles(studio, files);
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

/** No notice speaks of a bug. */
function expectSentences({ studio }: StudioInNode): void {
  const notices = studio.store.getState().workspace.notices.map(({ text }) => text);
  expect(notices.filter((text) => /unexpected|undefined|TypeError/.test(text))).toEqual([]);
}

/** Starts the step and has the worker die while it is under way. */
type Moment = readonly [name: string, die: (tab: StudioInNode, end: () => void) => Promise<unknown>, batches?: number];

const MOMENTS: readonly Moment[] = [
  ["before anything was opened", async (_, end) => end()],
  [
    "while files are opened",
    async ({ studio }, end) => {
      const opening = openFiles(studio, files);
      end();
      await opening;
    },
  ],
  [
    "while heights are measured",
    async ({ studio }, end) => {
      await openFiles(studio, files);
      end();
    },
  ],
  [
    "with an idle scene",
    async ({ studio }, end) => {
      await openFiles(studio, files);
      await sceneReady(studio);
      end();
    },
  ],
  [
    "as a run begins",
    async ({ studio }, end) => {
      await openFiles(studio, files);
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
    expect(counts).toEqual(whole);
    expect(await exported(tab, run)).toBe(saved);
    expectSentences(tab);
  });

  test("a raster that ends every worker that opens it → survived: it is left out, the others go on", async () => {
    const tab = await open({ files });
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
});
