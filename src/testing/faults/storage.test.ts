/**
 * Faults of the browser's storage: what was finished stays, what cannot be kept is said, and what something else has
 * changed is never shown, scored or saved as a result.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { exportMask } from "../../actions/outputs/export-mask";
import { continueSession } from "../../actions/projects/restore-project";
import { saveSessionNow } from "../../actions/projects/session";
import { cancelRun, resumeRun, runChosenModels } from "../../actions/runs/run-model";
import { openFiles } from "../../actions/scenes/open-files";
import { changeSettings } from "../../actions/view/arrange";
import { type DoneRun, isDone, isHalted, type RunRecord } from "../../store/runs";
import { histogram, runToEnd, sceneReady } from "../journey";
import type { MemoryBrowser } from "../memory-browser";
import type { StorageFaultKind } from "../memory-files";
import { writeSmallScene } from "../small-scene";
import {
  fileAt,
  JOURNEY,
  openStudioInNode,
  type StudioInNode,
  type StudioInNodeOptions,
  until,
} from "../studio-in-node";

const folder = mkdtempSync(join(tmpdir(), "nadir-storage-"));
const tabs: StudioInNode[] = [];
let files: File[] = [];
let whole: readonly number[];

beforeAll(async () => {
  const { optical, dsm } = writeSmallScene(folder);
  files = [await fileAt(optical), await fileAt(dsm)];
  const tab = await openTab();
  const [run] = await runToEnd(tab.studio);
  whole = await histogram(tab.studio, run!);
  tab.dispose();
}, JOURNEY.timeout);
afterEach(() => {
  for (const { dispose } of tabs.splice(0)) dispose();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function openTab(browser?: MemoryBrowser, options: StudioInNodeOptions = {}): Promise<StudioInNode> {
  const tab = await openStudioInNode({ files, ...options, ...(browser && { browser }) });
  tabs.push(tab);
  await sceneReady(tab.studio);
  changeSettings(tab.studio, { overlapFraction: 0 });
  return tab;
}

const storage = ({ browser }: StudioInNode) => browser.files!;
const notices = ({ studio }: StudioInNode) => studio.store.getState().workspace.notices.map(({ text }) => text);
const settled = ({ studio }: StudioInNode) =>
  until(studio, ({ runs }) => runs.records.find((run) => isDone(run) || isHalted(run.state)), "the run's end");
const done = ({ studio }: StudioInNode) => until(studio, ({ runs }) => runs.records.find(isDone), "the finished run");

/** The run's state has a checkpoint to go on from and says why it stopped. */
function expectKept({ state }: RunRecord, sentence: string): void {
  expect(state).toMatchObject({ status: "failed", error: { code: "storage" } });
  if (state.status !== "failed") return;
  expect(`${state.error.found} ${state.error.next}`).toContain(sentence);
  expect(state.checkpoint?.nextRow).toBeGreaterThan(0);
}

describe("storage", JOURNEY, () => {
  test.each<[StorageFaultKind, string]>([
    ["full", "is full"],
    ["short-write", "is full"],
    ["nothing-written", "is full"],
    ["negative-write", "failed"],
    ["throwing-write", "failed"],
    ["failing-flush", "failed"],
  ])("%s in the middle of a run → survived: rows kept, gone on with to the identical mask", async (kind, sentence) => {
    const tab = await openTab();
    storage(tab).fault = { folders: ["masks"], kind, after: 8 };
    runChosenModels(tab.studio);
    const run = await settled(tab);
    expectKept(run, sentence);
    storage(tab).fault = null;
    resumeRun(tab.studio, run.id);
    expect(await histogram(tab.studio, await done(tab))).toEqual(whole);
  });

  test.each<StorageFaultKind>(["refused-handle", "held-elsewhere", "full"])(
    "%s before a run → refused, and the same run works afterwards",
    async (kind) => {
      const tab = await openTab();
      storage(tab).fault = { folders: ["masks"], kind, after: 0 };
      runChosenModels(tab.studio);
      const run = await settled(tab);
      expect(run.state).toMatchObject({ status: "failed", error: { code: "storage" } });
      storage(tab).fault = null;
      resumeRun(tab.studio, run.id);
      expect(await histogram(tab.studio, await done(tab))).toEqual(whole);
    },
  );

  test("less room than a run takes → refused before it begins", async () => {
    const tab = await openTab();
    const asked = tab.browser.storage;
    asked.quota = 50_000;
    runChosenModels(tab.studio);
    const run = await settled(tab);
    expect(run.state).toMatchObject({ status: "failed", checkpoint: null });
    expect(JSON.stringify(run.state)).toContain("The results of this run take 1 MB");
    expect(storage(tab).list("masks")).toEqual([]);
    expect(asked.persistAsked).toBe(1);
  });

  test("full while a visit is continued → survived: the older one is offered again with its masks", async () => {
    const { browser, run } = await visitWithRun();
    const second = await openStudioInNode({ browser });
    tabs.push(second);
    const [session] = second.studio.store.getState().project.left;
    browser.files!.fault = { folders: ["sessions"], kind: "full", after: 0 };
    await continueSession(second.studio, session!.sessionId);
    expect(notices(second).filter((text) => text.includes("is full"))).toHaveLength(1);
    second.dispose();
    browser.files!.fault = null;

    const third = await openStudioInNode({ browser });
    tabs.push(third);
    const [again] = third.studio.store.getState().project.left;
    expect(again).toMatchObject({ sessionId: session!.sessionId, doneRuns: 1 });
    await continueSession(third.studio, again!.sessionId);
    await openFiles(third.studio, files);
    expect((await done(third)).id).toBe(run.id);
    expect(await histogram(third.studio, await done(third))).toEqual(whole);
  });

  test("full while a session is written, then room again → survived: it is written at the next change", async () => {
    const tab = await openTab();
    storage(tab).fault = { folders: ["sessions"], kind: "full", after: 0 };
    const [run] = await runToEnd(tab.studio);
    expect(await saveSessionNow(tab.studio)).toBe(false);
    storage(tab).fault = null;
    expect(await saveSessionNow(tab.studio)).toBe(true);
    expect(storage(tab).text("sessions", `${tab.studio.sessionId}.nadir`)).toContain(run!.id);
  });

  const damages: [string, (bytes: Uint8Array) => Uint8Array<ArrayBuffer> | null][] = [
    ["missing", () => null],
    ["cut", (bytes) => bytes.slice(0, 5000)],
    ["zeroed", (bytes) => new Uint8Array(bytes.length)],
    ["changed in one pixel", (bytes) => new Uint8Array(bytes).fill(bytes[777]! ^ 1, 777, 778)],
  ];

  test.each(damages)(
    "a finished mask %s between two visits → refused: no result any more, and said",
    async (what, damage) => {
      const { browser, run } = await visitWithRun();
      browser.files!.spoil("masks", `mask-${run.id}.mask`, damage);
      const tab = await openStudioInNode({ browser });
      tabs.push(tab);
      await continueSession(tab.studio, tab.studio.store.getState().project.left[0]!.sessionId);
      await openFiles(tab.studio, files);
      const back = await until(tab.studio, ({ runs }) => runs.records[0], "the run");
      expect(back.state.status).toBe("elsewhere");
      if (what === "zeroed" || what.startsWith("changed")) {
        expect(notices(tab).join()).toContain("does not hold what the run wrote");
      }
    },
  );

  test.each(damages)("a finished mask %s behind the page's back → refused: nothing is saved", async (_, damage) => {
    const tab = await openTab();
    const [run] = await runToEnd(tab.studio);
    storage(tab).spoil("masks", `mask-${run!.id}.mask`, damage);
    await exportMask(tab.studio, run!.id, "geotiff");
    expect(tab.browser.downloads).toEqual([]);
    expect(notices(tab).join()).toMatch(/does not hold what the run wrote|any more|has become shorter/);
  });

  test.each(damages)("rows of a stopped run %s → refused, and made anew to the identical mask", async (_, damage) => {
    const tab = await openTab(
      undefined,
      stopAfter(7, () => tab),
    );
    runChosenModels(tab.studio);
    const run = await settled(tab);
    expect(run.state).toMatchObject({ status: "cancelled", checkpoint: { strip: 0 } });
    storage(tab).spoil("masks", `mask-${run.id}.mask`, damage);
    resumeRun(tab.studio, run.id);
    const next = await until(
      tab.studio,
      ({ runs }) => runs.records.find(({ state }) => state.status === "failed" || state.status === "done"),
      "the refusal",
    );
    expect(next.state).toMatchObject({ status: "failed", error: { code: "damaged-result" }, checkpoint: null });
    resumeRun(tab.studio, run.id);
    expect(await histogram(tab.studio, await done(tab))).toEqual(whole);
  });

  test("a cancelled run over a reload → survived: it waits, and goes on to the identical mask when told to", async () => {
    const tab: StudioInNode = await openTab(
      undefined,
      stopAfter(7, () => tab),
    );
    runChosenModels(tab.studio);
    const { id } = await settled(tab);
    await saveSessionNow(tab.studio);
    tab.dispose();
    const second = await openStudioInNode({ browser: tab.browser });
    tabs.push(second);
    await continueSession(second.studio, second.studio.store.getState().project.left[0]!.sessionId);
    await openFiles(second.studio, files);
    const waiting = await until(second.studio, ({ runs }) => runs.records[0], "the run");
    expect(waiting.state).toMatchObject({ status: "interrupted", checkpoint: { strip: 0 } });
    resumeRun(second.studio, id);
    expect(await histogram(second.studio, await done(second))).toEqual(whole);
  });

  async function visitWithRun(): Promise<{ browser: MemoryBrowser; run: DoneRun }> {
    const tab = await openTab();
    const [run] = await runToEnd(tab.studio);
    await saveSessionNow(tab.studio);
    tab.dispose();
    return { browser: tab.browser, run: run! };
  }
});

/** The first run is cancelled before so many calls of the network. */
function stopAfter(calls: number, tab: () => StudioInNode): StudioInNodeOptions {
  let count = 0;
  return {
    beforeBatch: async () => {
      const { studio } = tab();
      if (++count === calls) cancelRun(studio, studio.store.getState().runs.records[0]!.id);
    },
  };
}
