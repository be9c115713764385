/** Results belong to what they are made of: they change, come and go with it, in the store and in the storage. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { NadirError } from "../../core/errors";
import { findResult, readyRaster } from "../../store/results";
import { isDone } from "../../store/runs";
import type { StudioState } from "../../store/studio-store";
import { openStudioInNode, type StudioInNode, until } from "../../testing/studio-in-node";
import { setBoundaryWidth } from "../evaluation/evaluate-run";
import { mapClass, resetClassMapping } from "../evaluation/truth-classes";
import { removeRun, runChosenModels } from "../runs/run-model";
import { openSample, removeScene } from "../scenes/open-files";
import { setArea } from "../scenes/set-area";
import { dismissNotice } from "../studio";
import { setPaneContent, setPaneCount } from "../view/arrange";
import { retryEvaluation } from "./evaluate";
import { measureAreas } from "./measure-areas";
import { lookSoon } from "./watch-results";

let opened: StudioInNode;
/** Names of the calls the raster worker got. */
let called: string[];

beforeEach(async () => {
  opened = await openStudioInNode();
  called = [];
  const { rasters } = opened.studio;
  const call = rasters.call.bind(rasters);
  rasters.call = (name, ...rest) => {
    called.push(name);
    return call(name, ...rest);
  };
  await openSample(opened.studio);
  // One window is enough of a run.
  setArea(opened.studio, { col: 0, row: 0, widthPx: 96, heightPx: 96 });
});

afterEach(() => opened.dispose());

const scores = (state: StudioState, count: number) => {
  const all = Object.values(state.evaluation.byRun);
  return all.length === count && all.every(({ status }) => status === "ready");
};

/** Runs the model so many times more; resolves when all runs are scored, with the ids of all. */
async function finishRuns(times: number): Promise<string[]> {
  const { studio } = opened;
  const count = studio.store.getState().runs.records.length + times;
  for (let run = 0; run < times; run++) runChosenModels(studio);
  await until(studio, ({ runs }) => runs.records.filter(isDone).length === count, "the runs");
  await until(studio, (state) => scores(state, count), "the scores");
  return studio.store.getState().runs.records.map(({ id }) => id);
}

/** Nothing can be undone any more. */
function dismissNotices(): void {
  for (const { id } of opened.studio.store.getState().workspace.notices) dismissNotice(opened.studio, id);
}

async function stored(): Promise<string[]> {
  // Whatever is to be deleted is deleted in turn.
  await opened.studio.working.engineQueue.add(async () => undefined);
  await opened.studio.working.resultQueue.add(async () => undefined);
  return opened.browser.files!.list("masks").map((name) => name.replace(/\.mask$/, ""));
}

test("another mapping makes another window map, the same one the same; another radius another eroded truth only", async () => {
  const { studio } = opened;
  const [runId = ""] = await finishRuns(1);
  const sceneId = studio.store.getState().scenes.selectedId!;
  const ids = () => {
    const { results } = studio.store.getState();
    return [readyRaster(results, "window-iou", runId), readyRaster(results, "eroded-truth", sceneId)];
  };
  const isScoredAgain = (state: StudioState) => scores(state, 1) && state.evaluation.byRun[runId];
  const [windows, eroded] = ids();
  const before = await stored();
  expect(before).toEqual(Object.keys(studio.store.getState().results).sort());

  const [first, second] = studio.store.getState().runs.records[0]!.classes;
  await mapClass(studio, first!.name, second!.name);
  await Promise.resolve();
  await until(studio, isScoredAgain, "the scores by the other mapping");
  expect(ids()[0]).not.toBe(windows);
  expect(ids()[1]).toBe(eroded);
  const remapped = await stored();
  expect(remapped).toHaveLength(before.length);
  expect(remapped).not.toContain(windows);

  await resetClassMapping(studio);
  await Promise.resolve();
  await until(studio, isScoredAgain, "the scores by the first mapping");
  expect(ids()).toEqual([windows, eroded]);
  expect(await stored()).toEqual(before);

  setBoundaryWidth(studio, 5);
  await Promise.resolve();
  await until(studio, isScoredAgain, "the scores with another radius");
  expect(ids()[0]).toBe(windows);
  expect(ids()[1]).not.toBe(eroded);
});

test("agreement is that of the runs that are there, and each is counted once however often it is asked for", async () => {
  const { studio } = opened;
  const [first = "", last = ""] = await finishRuns(2);
  const sceneId = studio.store.getState().scenes.selectedId!;
  const agreement = ({ results }: StudioState) => readyRaster(results, "agreement", sceneId);
  const masksIn = (id: string) => {
    const of = studio.store.getState().results[id]?.of;
    return of?.kind === "agreement" ? of.masks.length : 0;
  };
  setPaneCount(studio, 2);
  // Where a mask is on show, the next one does not take the place of something else.
  setPaneContent(studio, 1, { kind: "mask", runId: last });
  setPaneContent(studio, 0, { kind: "agreement" });
  setPaneContent(studio, 0, { kind: "entropy" });
  lookSoon(studio);
  const ofTwo = await until(studio, agreement, "the agreement of two");
  expect(masksIn(ofTwo)).toBe(2);
  expect(called.filter((name) => name === "agreement")).toHaveLength(1);

  await finishRuns(1);
  const ofThree = await until(studio, agreement, "the agreement of three");
  expect([ofThree === ofTwo, masksIn(ofThree)]).toEqual([false, 3]);
  expect(await stored()).not.toContain(ofTwo);

  removeRun(studio, first);
  await Promise.resolve();
  const without = await until(studio, agreement, "the agreement of those left");
  expect([without === ofThree, masksIn(without)]).toEqual([false, 2]);
  expect(called.filter((name) => name === "agreement")).toHaveLength(3);
});

test("removing every run leaves the truth alone, removing the scene nothing", async () => {
  const { studio } = opened;
  await until(studio, ({ scenes }) => scenes.records[0]?.truth.status === "ready", "the truth");
  const before = await stored();
  expect(before).toEqual([expect.stringMatching(/^truth-/)]);
  const runIds = await finishRuns(2);
  setPaneContent(studio, 0, { kind: "agreement" });
  const sceneId = studio.store.getState().scenes.selectedId!;
  for (const id of [...runIds, runIds[0]!]) measureAreas(studio, id);
  await until(studio, ({ results }) => readyRaster(results, "agreement", sceneId), "the agreement");
  await until(
    studio,
    ({ results }) => runIds.every((id) => findResult(results, "areas", id)?.state.status === "ready"),
    "the areas",
  );
  expect(called.filter((name) => name === "areas")).toHaveLength(2);
  // Truth and eroded truth, agreement and entropy, and for each run mask, confidence and window map.
  expect(await stored()).toHaveLength(4 + 2 * 3);
  for (const id of runIds) removeRun(studio, id);
  dismissNotices();
  await Promise.resolve();
  expect(await stored()).toEqual(before);
  expect(Object.keys(studio.store.getState().results)).toEqual(before);
  removeScene(studio, sceneId);
  dismissNotices();
  expect(await stored()).toEqual([]);
  expect(studio.store.getState().results).toEqual({});
});

test("what cannot be counted is there with its reason, leaves no pixels, and can be tried again", async () => {
  const { studio } = opened;
  const { call } = studio.rasters;
  studio.rasters.call = (name, ...rest) =>
    name === "evaluate"
      ? Promise.reject(new NadirError({ code: "storage", found: "The disk is full.", needed: "", next: "" }))
      : call(name, ...rest);
  runChosenModels(studio);
  const failed = await until(
    studio,
    ({ evaluation }) => Object.entries(evaluation.byRun).find(([, { status }]) => status === "failed"),
    "the failure",
  );
  expect(failed[1]).toMatchObject({ error: { found: "The disk is full." } });
  expect((await stored()).filter((id) => /^(eroded|window)/.test(id))).toEqual([]);
  studio.rasters.call = call;
  retryEvaluation(studio, failed[0]);
  await until(studio, (state) => scores(state, 1), "the scores");
});

test("a truth that cannot be read is there with its reason and nothing else", async () => {
  const { studio } = opened;
  const { call } = studio.rasters;
  studio.rasters.call = (name, ...rest) =>
    name === "decodeTruth"
      ? Promise.reject(new NadirError({ code: "storage", found: "The disk is full.", needed: "", next: "" }))
      : call(name, ...rest);
  removeScene(studio, studio.store.getState().scenes.selectedId!);
  await openSample(studio);
  const { scene } = await until(
    studio,
    ({ scenes }) => scenes.records.find(({ truth }) => truth.status === "failed"),
    "the failure",
  );
  expect(Object.values(studio.store.getState().results)).toEqual([
    expect.objectContaining({
      of: { kind: "truth", rasterId: scene.truth?.rasterId, opticalId: scene.optical.rasterId },
      state: { status: "failed", error: expect.objectContaining({ found: "The disk is full." }) },
    }),
  ]);
  expect(await stored()).toEqual([]);
});

test("a run of a scene that is removed while it runs leaves nothing", async () => {
  const { studio } = opened;
  setArea(studio, null);
  runChosenModels(studio);
  await until(studio, ({ progress }) => Object.values(progress).some(({ windowsDone }) => windowsDone > 0), "windows");
  removeScene(studio, studio.store.getState().scenes.selectedId!);
  dismissNotices();
  expect(await stored()).toEqual([]);
  expect(studio.store.getState().runs.records).toEqual([]);
});
