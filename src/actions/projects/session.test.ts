/**
 * Tabs of one browser share one storage: neither touches the other's results. What a closed tab leaves is offered once
 * more, goes on where it stopped, or is deleted when the user starts anew.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { PROJECT_FORMAT, type Project } from "../../core/project/project";
import { isDone, type RunRecord } from "../../store/runs";
import { cropFiles, evaluated, histogram, runToEnd, sceneReady } from "../../testing/journey";
import type { MemoryBrowser } from "../../testing/memory-browser";
import { withoutPython } from "../../testing/run-python";
import {
  JOURNEY,
  openStudioInNode,
  type StudioInNode,
  type StudioInNodeOptions,
  until,
} from "../../testing/studio-in-node";
import { cleanRuns } from "../runs/clean-run";
import { setPaused } from "../runs/hold-queue";
import { runChosenModels } from "../runs/run-model";
import { openFiles } from "../scenes/open-files";
import { changeSettings } from "../view/arrange";
import { gatherProject } from "./gather-project";
import { continueSession } from "./restore-project";
import { deleteUnreadable, saveSessionNow, saveUnreadable, startAnew } from "./session";

const NEVER = new Promise<never>(() => undefined);

/** A visit as a studio writes it whose format this one cannot know. */
function ofNewerStudio(text: string): string {
  expect(text).toContain(PROJECT_FORMAT);
  return text.replace(PROJECT_FORMAT, "nadir-project/999");
}

describe.skipIf(withoutPython)("sessions", JOURNEY, () => {
  const folder = mkdtempSync(join(tmpdir(), "nadir-sessions-"));
  const tabs: StudioInNode[] = [];
  let files: File[] = [];

  beforeAll(async () => {
    files = await cropFiles(folder, 320);
  }, JOURNEY.timeout);
  afterEach(() => {
    for (const { dispose } of tabs.splice(0)) dispose();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function openTab(options: StudioInNodeOptions = {}): Promise<StudioInNode> {
    const tab = await openStudioInNode(options);
    tabs.push(tab);
    return tab;
  }

  /** A tab with one finished run over the corner. */
  async function tabWithRun(browser?: MemoryBrowser) {
    const tab = await openTab({ files, ...(browser && { browser }) });
    await sceneReady(tab.studio);
    const [run] = await runToEnd(tab.studio);
    await evaluated(tab.studio, run!.id);
    await saveSessionNow(tab.studio);
    return { ...tab, run: run!, before: await histogram(tab.studio, run!) };
  }

  const left = ({ studio }: StudioInNode) => studio.store.getState().project.left;
  const masks = ({ browser }: StudioInNode) => browser.files!.list("masks");

  test("a second tab that runs, pauses and goes on leaves the first one's mask alone", async () => {
    const first = await tabWithRun();
    let batches = 0;
    const second = await openTab({
      browser: first.browser,
      files,
      beforeBatch: async () => {
        if (++batches === 3) setPaused(second.studio, second.studio.store.getState().runs.records[0]!.id, true);
      },
    });
    expect(left(second)).toEqual([]);
    await sceneReady(second.studio);
    runChosenModels(second.studio);
    const paused = await until(second.studio, ({ runs }) => runs.records.find(isPaused), "the pause");
    setPaused(second.studio, paused.id, false);
    await until(second.studio, ({ runs }) => runs.records.find(isDone), "the run of the second tab");
    expect(await histogram(first.studio, first.run)).toEqual(first.before);
  });

  test("a closed tab's results are offered, kept by the next one and given back; other masks are deleted", async () => {
    const first = await tabWithRun();
    const { run, before, browser } = first;
    expect(masks(first)).toContain(`mask-${run.id}.mask`);
    expect(masks(first).length).toBeGreaterThan(2);
    first.dispose();

    const second = await openTab({ browser });
    const [session, ...others] = left(second);
    expect(session).toMatchObject({ doneRuns: 1, interruptedRuns: 0 });
    expect(others).toEqual([]);
    // Truth and window maps are made again when needed: only the run's own masks stay.
    expect(masks(second)).toEqual([`confidence-${run.id}.mask`, `mask-${run.id}.mask`]);

    await continueSession(second.studio, session!.sessionId);
    const wanted = () =>
      second.studio.store
        .getState()
        .project.wanted.flatMap(({ missing }) => missing.map(({ file, why }) => [file.name, why]));
    expect(wanted()).toEqual(files.map(({ name }) => [name, "not-open"]));
    await openFiles(second.studio, files);
    const back = await until(second.studio, ({ runs }) => runs.records.find(isDone), "the run");
    expect(back.id).toBe(run.id);
    await until(second.studio, ({ project }) => project.wanted.length === 0, "every file");
    expect(await histogram(second.studio, back)).toEqual(before);
    await evaluated(second.studio, run.id);

    // Now they are the second tab's: a third one neither sees nor deletes them.
    await saveSessionNow(second.studio);
    const third = await openTab({ browser });
    expect(left(third)).toEqual([]);
    expect(masks(third)).toEqual(expect.arrayContaining([`mask-${run.id}.mask`]));
    expect(await histogram(second.studio, back)).toEqual(before);
  });

  test("a tab that is closed while the next one is open is offered there, too", async () => {
    const first = await tabWithRun();
    const second = await openTab({ browser: first.browser });
    expect(left(second)).toEqual([]);
    first.dispose();
    const [offered] = await until(second.studio, ({ project }) => project.left.length > 0 && project.left, "the offer");
    expect(offered!.sessionId).toBe(first.studio.sessionId);
    await continueSession(second.studio, offered!.sessionId);
    await openFiles(second.studio, files);
    const run = await until(second.studio, ({ runs }) => runs.records.find(isDone), "the run");
    expect(await histogram(second.studio, run)).toEqual(first.before);
  });

  test("starting anew deletes what closed tabs left, and nothing of living ones", async () => {
    const living = await tabWithRun();
    const closed = await tabWithRun(living.browser);
    closed.dispose();

    const next = await openTab({ browser: living.browser });
    expect(left(next)).toMatchObject([{ doneRuns: 1 }]);
    expect(masks(next)).toContain(`mask-${closed.run.id}.mask`);
    await startAnew(next.studio);
    expect(left(next)).toEqual([]);
    expect(masks(next).filter((name) => name.includes(closed.run.id))).toEqual([]);
    expect(masks(next)).toContain(`mask-${living.run.id}.mask`);
    expect(next.browser.files!.list("sessions")).toEqual([`${living.studio.sessionId}.nadir`]);
    expect(await histogram(living.studio, living.run)).toEqual(living.before);
  });

  test.each([
    ["cut off in the middle", (text: string) => text.slice(0, text.lastIndexOf('"outcome"')), "The file is no JSON"],
    ["of a newer studio", ofNewerStudio, 'Its format is "nadir-project/999".'],
    ["with a field that cannot be", (text: string) => text.replace('"trapezoid"', '"smooth"'), "smooth"],
  ])("a visit %s is kept with its masks until the user decides, and can be saved as it is", async (_, spoil, found) => {
    const first = await tabWithRun();
    const { browser, run, studio } = first;
    first.dispose();
    const name = `${studio.sessionId}.nadir`;
    const spoilt = spoil(browser.files!.text("sessions", name));
    browser.files!.put("sessions", name, spoilt);
    const kept = [`confidence-${run.id}.mask`, `mask-${run.id}.mask`];

    const second = await openTab({ browser });
    const { project, workspace } = second.studio.store.getState();
    expect(project.left).toEqual([]);
    expect(project.unreadable).toMatchObject([{ sessionId: studio.sessionId, why: { code: "bad-project" } }]);
    expect(project.unreadable[0]!.why.found).toContain(found);
    expect(workspace.notices).toEqual([]);
    // Neither another visit nor starting anew takes it away.
    await startAnew(second.studio);
    second.dispose();
    const third = await openTab({ browser });
    expect(third.studio.store.getState().project.unreadable).toHaveLength(1);
    expect(masks(third)).toEqual(expect.arrayContaining(kept));

    await saveUnreadable(third.studio, studio.sessionId);
    const download = browser.downloads.at(-1)!;
    expect(download.fileName).toBe(`visit-${studio.sessionId}.nadir`);
    expect(await download.blob.text()).toBe(spoilt);

    await deleteUnreadable(third.studio, studio.sessionId);
    expect(third.studio.store.getState().project.unreadable).toEqual([]);
    expect(browser.files!.list("sessions")).toEqual([]);
    expect(masks(third)).toEqual([]);
  });

  const fixtures = "src/core/project/fixtures";
  const written = readdirSync(fixtures).filter((file) => file.startsWith("session-"));

  /** One per version of the format and per studio that added much to one; each was written by the studio of its day. */
  test.each(written)("the visit %s opens, its files wanted, and gives back what was said of them", async (name) => {
    const first = await openTab({ files });
    await sceneReady(first.studio);
    const fresh = gatherProject(first.studio).scenes[0]!;
    const { browser } = first;
    await startAnew(first.studio);
    first.dispose();
    const visit = JSON.parse(readFileSync(`${fixtures}/${name}`, "utf8")) as Project;
    // The same crop; whether GDAL of another day writes it to the same bytes is not asked here.
    const { optical, auxiliary, truth } = fresh;
    const scenes = visit.scenes.map((scene) => ({ ...scene, optical, auxiliary, truth }));
    browser.files!.put("sessions", "0ld5e551.nadir", JSON.stringify({ ...visit, scenes }));
    const { studio } = await openTab({ browser });
    const { left: offered, unreadable } = studio.store.getState().project;
    expect(unreadable).toEqual([]);
    const doneRuns = visit.runs.filter(({ outcome }) => outcome.status === "done").length;
    expect(doneRuns).toBeGreaterThan(0);
    expect(offered).toContainEqual(expect.objectContaining({ sessionId: "0ld5e551", doneRuns, interruptedRuns: 1 }));
    await continueSession(studio, "0ld5e551");
    const { project, evaluation, legend, settings, workspace } = studio.store.getState();
    expect(project.wanted.flatMap(({ missing }) => missing.map(({ file }) => file.name))).toHaveLength(3);
    expect(project.wanted.flatMap(({ runs }) => runs)).toHaveLength(visit.runs.length);
    expect(evaluation.classMapping).toEqual(visit.evaluation.classMapping);
    expect(legend).toMatchObject(visit.legend);
    expect(settings).toMatchObject(visit.settings);
    expect(workspace.notices).toEqual([]);

    await openFiles(studio, files);
    const { scene, area, display } = await sceneReady(studio);
    const said = visit.scenes[0]!;
    expect({ name: scene.name, area, display }).toEqual({ name: said.name, area: said.area, display: said.display });
  });

  test("a living tab of a newer studio keeps the masks it took over", async () => {
    const first = await tabWithRun();
    first.dispose();
    const { browser, run } = first;
    const newer = await openTab({ browser });
    await continueSession(newer.studio, first.studio.sessionId);
    const name = `${newer.studio.sessionId}.nadir`;
    browser.files!.put("sessions", name, ofNewerStudio(browser.files!.text("sessions", name)));
    const older = await openTab({ browser });
    expect(older.studio.store.getState().project).toMatchObject({ left: [], unreadable: [] });
    expect(masks(older)).toEqual([`confidence-${run.id}.mask`, `mask-${run.id}.mask`]);
  });

  test("a map that was cleaned two visits ago stays with the tab that shows it, whoever starts anew", async () => {
    const first = await tabWithRun();
    const { browser } = first;
    await cleanRuns(first.studio, [first.run], {
      majorityPx: 3,
      unit: "px",
      holesBelow: 0,
      patchesBelow: first.run.classes.map(() => 0),
    });
    const cleaned = first.studio.store.getState().runs.records.at(-1)!;
    expect(cleaned.id).not.toBe(first.run.id);
    let tab: StudioInNode = first;
    for (let visit = 0; visit < 2; visit++) {
      await saveSessionNow(tab.studio);
      tab.dispose();
      tab = await openTab({ browser });
      await continueSession(tab.studio, left(tab)[0]!.sessionId);
      await openFiles(tab.studio, files);
      await until(tab.studio, ({ runs }) => runs.records.filter(isDone).length === 2, "both maps");
    }
    await saveSessionNow(tab.studio);
    const other = await openTab({ browser });
    await startAnew(other.studio);
    const [run, map] = tab.studio.store.getState().runs.records.filter(isDone);
    expect(await histogram(tab.studio, run!)).toEqual(first.before);
    expect(map!.id).toBe(cleaned.id);
    expect((await histogram(tab.studio, map!)).slice(0, 255).reduce((sum, count) => sum + count)).toBe(320 * 320);
  });

  test("what a tab writes that opens while another one starts anew is left alone", async () => {
    const { studio, browser } = await openTab();
    const { call } = studio.rasters;
    vi.spyOn(studio.rasters, "call").mockImplementation((name, ...rest) => {
      if (name === "listMasks") {
        void navigator.locks.request("nadir-session-fre5h", () => NEVER);
        browser.files!.put("masks", "mask-run-fre5h-1.mask", "row");
        browser.files!.put("masks", "mask-run-g0ne-1.mask", "row");
      }
      return call.call(studio.rasters, name, ...rest);
    });
    await startAnew(studio);
    expect(browser.files!.list("masks")).toEqual(["mask-run-fre5h-1.mask"]);
  });

  test("a run cut off by closing the tab goes on from its last finished strip, to the identical mask", async () => {
    let batches = 0;
    const first = await openTab({ files, beforeBatch: () => (++batches > 12 ? NEVER : Promise.resolve()) });
    await sceneReady(first.studio);
    changeSettings(first.studio, { overlapFraction: 0 });
    runChosenModels(first.studio);
    const { run, checkpoint } = await until(
      first.studio,
      ({ runs: { records }, progress }) => {
        const [record] = records;
        return (
          record?.state.status === "running" &&
          progress[record.id]?.windowsDone === 12 &&
          record.state.checkpoint !== null && { run: record, checkpoint: record.state.checkpoint }
        );
      },
      "twelve windows and a checkpoint",
    );
    expect(checkpoint.nextRow).toBeLessThan(320);
    await saveSessionNow(first.studio);
    expect(first.browser.files!.text("sessions", `${first.studio.sessionId}.nadir`)).toContain(
      `"nextRow": ${checkpoint.nextRow}`,
    );
    first.dispose();

    let more = 0;
    const second = await openTab({ browser: first.browser, beforeBatch: async () => void more++ });
    expect(left(second)).toMatchObject([{ doneRuns: 0, interruptedRuns: 1 }]);
    await continueSession(second.studio, left(second)[0]!.sessionId);
    await openFiles(second.studio, files);
    const resumed = await until(second.studio, ({ runs }) => runs.records.find(isDone), "the rest of the run");
    expect(resumed.id).toBe(run.id);
    expect(resumed.state.result.result.warnings).toContain(second.studio.messages.timesOfTheRest);
    const windowsOfTheRest = more;

    const [whole] = await runToEnd(second.studio);
    expect(whole!.id).not.toBe(run.id);
    expect(await histogram(second.studio, resumed)).toEqual(await histogram(second.studio, whole!));
    const [rest, all] = [resumed, whole!].map(({ state }) => state.result.result);
    expect(rest!.windowsRun).toBe(all!.windowsRun);
    expect(rest!.classPixels).toEqual(all!.classPixels);
    // It did the rest only.
    expect(windowsOfTheRest).toBe(all!.windowsRun - checkpoint.windows.run);
  });

  test("a session of a run without a finished strip starts it again from the beginning", async () => {
    const first = await openTab({ files, beforeBatch: () => NEVER });
    await sceneReady(first.studio);
    runChosenModels(first.studio);
    await until(first.studio, ({ runs }) => runs.records[0]?.state.status === "running", "the run");
    await saveSessionNow(first.studio);
    first.dispose();
    const second = await openTab({ browser: first.browser });
    await continueSession(second.studio, left(second)[0]!.sessionId);
    await openFiles(second.studio, files);
    const done = await until(second.studio, ({ runs }) => runs.records.find(isDone), "the run");
    const counts = await histogram(second.studio, done);
    expect(counts.slice(0, 255).reduce((sum, count) => sum + count)).toBe(320 * 320);
  });

  test("the three newest visits are offered, older ones are given up with their masks", async () => {
    const first = await tabWithRun();
    first.dispose();
    const ids = [first.studio.sessionId];
    for (let visit = 0; visit < 3; visit++) {
      const tab = await openTab({ browser: first.browser, files });
      await sceneReady(tab.studio);
      await saveSessionNow(tab.studio);
      ids.push(tab.studio.sessionId);
      tab.dispose();
    }
    const next = await openTab({ browser: first.browser });
    expect(left(next).map(({ sessionId }) => sessionId)).toEqual(ids.slice(1).reverse());
    expect(masks(next)).toEqual([]);
  });

  test("a visit that another tab took over meanwhile is not taken twice", async () => {
    const first = await tabWithRun();
    first.dispose();
    const [second, third] = [await openTab({ browser: first.browser }), await openTab({ browser: first.browser })];
    await continueSession(second.studio, first.studio.sessionId);
    await continueSession(third.studio, first.studio.sessionId);
    expect(third.studio.store.getState().workspace.notices.map(({ text }) => text)).toEqual([
      third.studio.messages.sessionGone,
    ]);
    expect(third.studio.store.getState().project.wanted).toEqual([]);
  });

  test("every score of four finished runs comes back, visit after visit", async () => {
    const small = await cropFiles(join(folder, "small"), 96);
    let tab = await openTab({ files: small });
    const { browser } = tab;
    await sceneReady(tab.studio);
    for (const blend of ["trapezoid", "gaussian", "flat", "halo-crop"] as const) {
      changeSettings(tab.studio, { blend });
      await runToEnd(tab.studio);
    }
    const ids = tab.studio.store.getState().runs.records.map(({ id }) => id);
    expect(ids).toHaveLength(4);
    const scores = () => Promise.all(ids.map(async (id) => [...(await evaluated(tab.studio, id)).withBoundary.counts]));
    const before = await scores();
    for (let visit = 0; visit < 8; visit++) {
      await saveSessionNow(tab.studio);
      tab.dispose();
      tab = await openTab({ browser });
      const { studio } = tab;
      // A tab that is closed at any moment leaves a visit that names each of them once.
      const written = new Set<string>();
      const ofScenes = new Set<string>();
      const isOfScene: boolean[] = [];
      const keepWritten = () => {
        const { runs, scenes } = gatherProject(studio);
        written.add(runs.map(({ id }) => id).join());
        ofScenes.add(scenes.map(({ optical, auxiliary }) => `${optical.name} ${auxiliary?.name}`).join());
        isOfScene.push(runs.every(({ sceneId }) => scenes.some(({ id }) => id === sceneId)));
      };
      const stop = studio.store.subscribe((state) => {
        if (state.project.wanted.length > 0 || state.runs.records.length > 0) keepWritten();
      });
      await continueSession(studio, left(tab)[0]!.sessionId);
      await openFiles(studio, small);
      await until(studio, ({ runs }) => runs.records.filter(isDone).length === 4, "the four runs");
      stop();
      expect([...written].map((names) => names.split(",").sort().join())).toEqual(
        Array(written.size).fill(ids.toSorted().join()),
      );
      expect([...ofScenes]).toEqual(["crop_RGB.tif crop_dsm.tif"]);
      expect(isOfScene).not.toContain(false);
      expect(await scores()).toEqual(before);
    }
  });

  test("without a storage nothing is offered, and everything else works", async () => {
    const { studio } = await openTab({ files, keepsFiles: false });
    await sceneReady(studio);
    const [run] = await runToEnd(studio);
    await evaluated(studio, run!.id);
    expect((await histogram(studio, run!)).slice(0, 255).reduce((sum, count) => sum + count)).toBe(320 * 320);
    expect(studio.store.getState().workspace.notices.filter(({ tone }) => tone === "bad")).toEqual([]);
  });
});

function isPaused({ state }: RunRecord): boolean {
  return state.status === "running" && state.paused;
}
