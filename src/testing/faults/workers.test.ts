/**
 * Workers that die: whatever was waited for ends in a sentence, a fresh worker takes over what was open, and the same
 * step works when it is done again. The engine, and workers that only fall silent: `workers.slow.test.ts`.
 */
import { AsyncResource } from "node:async_hooks";
import { describe, expect, test, vi } from "vitest";
import { continueSession } from "../../actions/projects/restore-project";
import { saveSessionNow, startSession } from "../../actions/projects/session";
import { retryEvaluation } from "../../actions/results/evaluate";
import { remakeRun } from "../../actions/runs/run-model";
import { openFiles } from "../../actions/scenes/open-files";
import { update } from "../../store/studio-store";
import { evaluated, histogram, runToEnd, sceneReady } from "../journey";
import { JOURNEY, type StudioInNode, until } from "../studio-in-node";
import { done, expectSentences, notices, smallTabsOfTests } from "./small-tabs";
import { openWatched, testRasterMoments } from "./worker-moments";

/** The raster worker dies as it is asked this for the first time. @returns Whether it was asked. */
function failOnce({ studio }: StudioInNode, question: string, die: () => void): () => boolean {
  const { call } = studio.rasters;
  let isStruck = false;
  vi.spyOn(studio.rasters, "call").mockImplementation((name, ...rest) => {
    const answer = call(name, ...rest);
    if (name === question && !isStruck) die();
    isStruck ||= name === question;
    return answer;
  });
  return () => isStruck;
}

describe("workers", JOURNEY, () => {
  const tabs = smallTabsOfTests();
  testRasterMoments(tabs, "error");

  /** A tab that is closed after a finished run. */
  async function leaveVisit(): Promise<StudioInNode> {
    const tab = await openWatched(tabs, { files: tabs.files });
    await sceneReady(tab.studio);
    await runToEnd(tab.studio);
    await saveSessionNow(tab.studio);
    tab.dispose();
    return tab;
  }

  test("a raster that ends every worker that opens it → survived: it is left out, the others go on", async () => {
    const tab = await openWatched(tabs, { files: tabs.files });
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

  test.each(["hasMasks", "checkMasks"] as const)(
    "raster worker ended while a visit's runs come back (%s) → survived: all come back",
    async (question) => {
      const { browser, studio } = await leaveVisit();
      const tab = await openWatched(tabs, { browser });
      const isStruck = failOnce(
        tab,
        question,
        AsyncResource.bind(() => tab.endRasters("error")),
      );
      await continueSession(tab.studio, studio.sessionId);
      await openFiles(tab.studio, tabs.files);
      const run = await done(tab);
      expect(isStruck()).toBe(true);
      expect(await histogram(tab.studio, run)).toEqual(tabs.whole);
      expect(tab.studio.store.getState().project.wanted).toEqual([]);
      expectSentences(tab);
    },
  );

  test("raster worker ended while old masks are cleaned up → survived: the visit before is offered all the same", async () => {
    const { browser, studio } = await leaveVisit();
    const tab = await openWatched(tabs, { browser });
    update(tab.studio.store, "project", (state) => ({ ...state, left: [] }));
    failOnce(
      tab,
      "listMasks",
      AsyncResource.bind(() => tab.endRasters("error")),
    );
    await startSession(tab.studio);
    expect(tab.studio.store.getState().project.left.map(({ sessionId }) => sessionId)).toEqual([studio.sessionId]);
    expectSentences(tab);
  });

  test("raster worker ended while a run is scored → survived: scored again when told to, and later runs too", async () => {
    const tab = await openWatched(tabs, { files: [...tabs.files, tabs.truth] });
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
    // Later runs do not wait behind it.
    const [later] = await runToEnd(tab.studio);
    expect([...(await evaluated(tab.studio, later!.id)).withBoundary.counts]).toEqual([...before.withBoundary.counts]);
    expectSentences(tab);
  });

  test("raster worker ended where results lie in its memory → survived: what is gone is said, and made again", async () => {
    const tab = await openWatched(tabs, { files: [...tabs.files, tabs.truth], keepsFiles: false });
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
    // Scores of what is not there any more are none.
    expect(tab.studio.store.getState().evaluation.byRun).toEqual({});
    remakeRun(tab.studio, lost.id);
    const again = await done(tab);
    expect(await histogram(tab.studio, again)).toEqual(tabs.whole);
    const after = await evaluated(tab.studio, again.id);
    expect([...after.withBoundary.counts]).toEqual([...before.withBoundary.counts]);
    expectSentences(tab);
  });
});
