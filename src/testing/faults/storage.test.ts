/**
 * Faults of the browser's storage: what was finished stays, what cannot be kept is said, and what something else has
 * changed is never shown, scored or saved as a result.
 */
import { describe, expect, test } from "vitest";
import { setBoundaryWidth } from "../../actions/evaluation/evaluate-run";
import { exportMask } from "../../actions/outputs/export-mask";
import { continueSession } from "../../actions/projects/restore-project";
import { saveSessionNow } from "../../actions/projects/session";
import { retryEvaluation } from "../../actions/results/evaluate";
import { setPaused } from "../../actions/runs/hold-queue";
import { cancelRun, resumeRun, runChosenModels } from "../../actions/runs/run-model";
import { openFiles } from "../../actions/scenes/open-files";
import type { DoneRun, RunRecord } from "../../store/runs";
import { evaluated, histogram, runToEnd } from "../journey";
import type { MemoryBrowser } from "../memory-browser";
import type { StorageFaultKind } from "../memory-files";
import { JOURNEY, type StudioInNode, type StudioInNodeOptions, until } from "../studio-in-node";
import { done, notices, settled, smallTabsOfTests } from "./small-tabs";

const storage = ({ browser }: StudioInNode) => browser.files!;
/** The first run once the studio itself has paused it. */
const outOfRoom = ({ studio }: StudioInNode) =>
  until(
    studio,
    ({ runs }) => runs.records.find(({ state }) => state.status === "running" && state.noRoom !== undefined),
    "the run that waits for room",
  );

/** The run's state has a checkpoint to go on from and says why it stopped. */
function expectKept({ state }: RunRecord, sentence: string): void {
  expect(state).toMatchObject({ status: "failed", error: { code: "storage" } });
  if (state.status !== "failed") return;
  expect(`${state.error.found} ${state.error.next}`).toContain(sentence);
  expect(state.checkpoint?.nextRow).toBeGreaterThan(0);
}

describe("storage", JOURNEY, () => {
  const tabs = smallTabsOfTests();
  test.each<[StorageFaultKind, string]>([
    ["negative-write", "failed"],
    ["throwing-write", "failed"],
    ["failing-flush", "failed"],
  ])("%s in the middle of a run → survived: rows kept, gone on with to the identical mask", async (kind, sentence) => {
    const tab = await tabs.open();
    storage(tab).fault = { folders: ["masks"], kind, after: 8 };
    runChosenModels(tab.studio);
    const run = await settled(tab);
    expectKept(run, sentence);
    storage(tab).fault = null;
    resumeRun(tab.studio, run.id);
    expect(await histogram(tab.studio, await done(tab))).toEqual(tabs.whole);
  });

  test.each<[StorageFaultKind, string, number]>([
    ["full", "before a run", 0],
    ["full", "in the middle of a run", 8],
    ["short-write", "in the middle of a run", 8],
    ["nothing-written", "in the middle of a run", 8],
  ])("%s %s → survived: it pauses with its rows, and goes on to the identical mask", async (kind, _, after) => {
    const tab = await tabs.open();
    storage(tab).fault = { folders: ["masks"], kind, after };
    runChosenModels(tab.studio);
    const { id, state } = await outOfRoom(tab);
    expect(state).toMatchObject({ paused: true, noRoom: { code: "no-room", found: "The browser's storage is full." } });
    expect(state.status === "running" && state.checkpoint !== null).toBe(after > 0);
    storage(tab).fault = null;
    setPaused(tab.studio, id, false);
    expect(await histogram(tab.studio, await done(tab))).toEqual(tabs.whole);
  });

  test("room for less than a run, then for all of it → survived: it goes on by itself", async () => {
    const tab = await tabs.open();
    const asked = tab.browser.storage;
    [asked.quota, asked.usage] = [1_000_000, 950_000];
    runChosenModels(tab.studio);
    const { state } = await outOfRoom(tab);
    expect(JSON.stringify(state)).toContain("The browser gives this page room for 1 MB more.");
    asked.usage = 0;
    expect(await histogram(tab.studio, await done(tab))).toEqual(tabs.whole);
  });

  test("full, and the run is given up → refused: it is cancelled and takes no room any more", async () => {
    const tab = await tabs.open();
    storage(tab).fault = { folders: ["masks"], kind: "full", after: 0 };
    runChosenModels(tab.studio);
    cancelRun(tab.studio, (await outOfRoom(tab)).id);
    expect((await settled(tab)).state).toMatchObject({ status: "cancelled", checkpoint: null });
    await tab.studio.working.resultQueue.add(async () => undefined);
    expect(storage(tab).list("masks")).toEqual([]);
  });

  test.each<StorageFaultKind>(["refused-handle", "held-elsewhere"])(
    "%s before a run → refused, and the same run works afterwards",
    async (kind) => {
      const tab = await tabs.open();
      storage(tab).fault = { folders: ["masks"], kind, after: 0 };
      runChosenModels(tab.studio);
      const run = await settled(tab);
      expect(run.state).toMatchObject({ status: "failed", error: { code: "storage" } });
      storage(tab).fault = null;
      resumeRun(tab.studio, run.id);
      expect(await histogram(tab.studio, await done(tab))).toEqual(tabs.whole);
    },
  );

  test("less room than a run takes → refused before it begins", async () => {
    const tab = await tabs.open();
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
    const second = await tabs.empty({ browser });
    const [session] = second.studio.store.getState().project.left;
    browser.files!.fault = { folders: ["sessions"], kind: "full", after: 0 };
    await continueSession(second.studio, session!.sessionId);
    expect(notices(second).filter((text) => text.includes("is full"))).toHaveLength(1);
    second.dispose();
    browser.files!.fault = null;

    const third = await tabs.empty({ browser });
    const {
      left: [again],
      unreadable,
    } = third.studio.store.getState().project;
    expect(unreadable).toEqual([]);
    expect(again).toMatchObject({ sessionId: session!.sessionId, doneRuns: 1 });
    await continueSession(third.studio, again!.sessionId);
    await openFiles(third.studio, tabs.files);
    expect((await done(third)).id).toBe(run.id);
    expect(await histogram(third.studio, await done(third))).toEqual(tabs.whole);
  });

  test("full while a session is written, then room again → survived: it is written at the next change", async () => {
    const tab = await tabs.open();
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
      const tab = await tabs.empty({ browser });
      await continueSession(tab.studio, tab.studio.store.getState().project.left[0]!.sessionId);
      await openFiles(tab.studio, tabs.files);
      const back = await until(tab.studio, ({ runs }) => runs.records[0], "the run");
      expect(back.state.status).toBe("elsewhere");
      if (what === "zeroed" || what.startsWith("changed")) {
        expect(notices(tab).join()).toContain("does not hold what the run wrote");
      }
    },
  );

  test.each(damages)("a finished mask %s behind the page's back → refused: nothing is saved", async (_, damage) => {
    const tab = await tabs.open();
    const [run] = await runToEnd(tab.studio);
    storage(tab).spoil("masks", `mask-${run!.id}.mask`, damage);
    await exportMask(tab.studio, run!.id, "geotiff");
    expect(tab.browser.downloads).toEqual([]);
    expect(notices(tab).join()).toMatch(/does not hold what the run wrote|any more|has become shorter/);
  });

  test("a truth missing behind the page's back → survived: scoring again reads it again", async () => {
    const tab = await tabs.open({ files: [...tabs.files, tabs.truth] });
    const [run] = await runToEnd(tab.studio);
    const before = await evaluated(tab.studio, run!.id);
    const [truth] = storage(tab)
      .list("masks")
      .filter((name) => name.startsWith("truth-"));
    storage(tab).spoil("masks", truth!, () => null);
    setBoundaryWidth(tab.studio, before.boundaryPx + 1);
    const failed = await until(
      tab.studio,
      ({ evaluation }) => evaluation.byRun[run!.id]?.status === "failed" && evaluation.byRun[run!.id],
      "the refusal",
    );
    expect(failed).toMatchObject({ error: { code: "damaged-result" } });
    retryEvaluation(tab.studio, run!.id);
    const after = await evaluated(tab.studio, run!.id);
    expect([...after.withBoundary.counts]).toEqual([...before.withBoundary.counts]);
  });

  test.each(damages)("rows of a stopped run %s → refused, and made anew to the identical mask", async (_, damage) => {
    const tab = await tabs.open(stopAfter(7, () => tab));
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
    expect(await histogram(tab.studio, await done(tab))).toEqual(tabs.whole);
  });

  test("a cancelled run over a reload → survived: it waits, and goes on to the identical mask when told to", async () => {
    const tab: StudioInNode = await tabs.open(stopAfter(7, () => tab));
    runChosenModels(tab.studio);
    const { id } = await settled(tab);
    await saveSessionNow(tab.studio);
    tab.dispose();
    const second = await tabs.empty({ browser: tab.browser });
    await continueSession(second.studio, second.studio.store.getState().project.left[0]!.sessionId);
    await openFiles(second.studio, tabs.files);
    const waiting = await until(second.studio, ({ runs }) => runs.records[0], "the run");
    expect(waiting.state).toMatchObject({ status: "interrupted", checkpoint: { strip: 0 } });
    resumeRun(second.studio, id);
    expect(await histogram(second.studio, await done(second))).toEqual(tabs.whole);
  });

  async function visitWithRun(): Promise<{ browser: MemoryBrowser; run: DoneRun }> {
    const tab = await tabs.open();
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
