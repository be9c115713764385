/** What is removed comes back exactly as it was, and is gone for good only when it can no longer be undone. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { readyRaster } from "../../store/results";
import { isDone } from "../../store/runs";
import { openStudioInNode, type StudioInNode, until } from "../../testing/studio-in-node";
import { cancelRun, removeRun, resumeRun, runChosenModels } from "../runs/run-model";
import { openSample, removeScene } from "../scenes/open-files";
import { setArea } from "../scenes/set-area";
import { dismissNotice, undoNotice } from "../studio";
import { redo, undo } from "../undo";
import { setPaneContent, setPaneCount } from "../view/arrange";

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
});

afterEach(() => opened.dispose());

/** Two runs over one window, scored, with their agreement in a pane. */
async function twoRuns(): Promise<{ runIds: string[]; sceneId: string }> {
  const { studio } = opened;
  setArea(studio, { col: 0, row: 0, widthPx: 96, heightPx: 96 });
  setPaneCount(studio, 4);
  for (const _ of [1, 2]) runChosenModels(studio);
  await until(studio, ({ runs }) => runs.records.filter(isDone).length === 2, "the runs");
  await until(
    studio,
    ({ evaluation: { byRun } }) => Object.values(byRun).filter(({ status }) => status === "ready").length === 2,
    "the scores",
  );
  const sceneId = studio.store.getState().scenes.selectedId!;
  setPaneContent(studio, 3, { kind: "agreement" });
  await until(studio, ({ results }) => readyRaster(results, "agreement", sceneId), "the agreement");
  return { runIds: studio.store.getState().runs.records.map(({ id }) => id), sceneId };
}

/** All that must come back; results in any order. */
function whole() {
  const { scenes, runs, results, responses, evaluation, panes } = opened.studio.store.getState();
  return { scenes, runs, results, responses, evaluation, contents: panes.contents };
}

async function stored(): Promise<string[]> {
  await Promise.resolve();
  await opened.studio.working.engineQueue.add(async () => undefined);
  await opened.studio.working.resultQueue.add(async () => undefined);
  return opened.browser.files!.list("masks").sort();
}

function newestNotice() {
  return opened.studio.store.getState().workspace.notices.at(-1)!;
}

test("a run comes back by the notice with its scores, maps and panes, without being counted again", async () => {
  const { studio } = opened;
  const { runIds } = await twoRuns();
  const before = { state: whole(), stored: await stored(), counted: called.filter((name) => name === "evaluate") };
  removeRun(studio, runIds[0]!);
  expect(studio.store.getState().runs.records.map(({ id }) => id)).toEqual([runIds[1]]);
  expect(newestNotice()).toMatchObject({ text: expect.stringMatching(/^Removed a run of /), undoable: true });
  expect(await stored()).toEqual(before.stored);
  undoNotice(studio, newestNotice().id);
  expect(await stored()).toEqual(before.stored);
  expect(whole()).toEqual(before.state);
  expect(called.filter((name) => name === "evaluate")).toEqual(before.counted);
  expect(studio.store.getState().workspace.notices).toEqual([]);
});

test("a scene comes back by undo with its files; redone and dismissed it leaves nothing, and undo nothing to do", async () => {
  const { studio } = opened;
  const { sceneId } = await twoRuns();
  const before = { state: whole(), stored: await stored() };
  const rasters = [...studio.registry.rasters.keys()];
  removeScene(studio, sceneId);
  expect(whole()).toMatchObject({ scenes: { records: [], selectedId: null }, runs: { records: [] }, results: {} });
  expect(await stored()).toEqual(before.stored);
  undo(studio);
  expect(await stored()).toEqual(before.stored);
  expect(whole()).toEqual(before.state);
  expect([...studio.registry.rasters.keys()]).toEqual(rasters);
  const tile = { level: 0, x: 0, y: 0 };
  const { rasterId: opticalId } = before.state.scenes.records[0]!.scene.optical;
  expect(await studio.rasters.call("opticalTile", { opticalId, tile })).toHaveProperty("length");

  redo(studio);
  expect(studio.store.getState().scenes.records).toEqual([]);
  dismissNotice(studio, newestNotice().id);
  expect(await stored()).toEqual([]);
  undo(studio);
  expect(studio.store.getState().scenes.records).toEqual([]);
  await expect(studio.rasters.call("opticalTile", { opticalId, tile })).rejects.toThrow(
    expect.objectContaining({ name: "AbortError" }),
  );
});

test("opening its files again makes the removal of a scene final", async () => {
  const { studio } = opened;
  await until(studio, ({ scenes }) => scenes.records[0]?.truth.status === "ready", "the truth");
  removeScene(studio, studio.store.getState().scenes.selectedId!);
  await openSample(studio);
  await until(studio, ({ scenes }) => scenes.records[0]?.truth.status === "ready", "the truth again");
  const { scenes } = studio.store.getState();
  undo(studio);
  expect(studio.store.getState().scenes).toEqual(scenes);
  expect(await stored()).toHaveLength(1);
});

test("a cancelled run goes on from its checkpoint to the mask of a whole run, also after its scene was away", async () => {
  const { studio } = opened;
  setArea(studio, { col: 0, row: 0, widthPx: 160, heightPx: 512 });
  runChosenModels(studio);
  const reached = await until(
    studio,
    ({ runs }) => {
      const state = runs.records[0]?.state;
      return state?.status === "running" && state.checkpoint;
    },
    "a checkpoint",
  );
  const { id: runId, sceneId } = studio.store.getState().runs.records[0]!;
  cancelRun(studio, runId);
  const halted = await until(
    studio,
    ({ runs }) => {
      const state = runs.records[0]?.state;
      return state?.status === "cancelled" && state;
    },
    "the end",
  );
  expect(halted.checkpoint?.nextRow).toBeGreaterThanOrEqual(reached.nextRow);
  expect(halted.share).toBeGreaterThan(0);
  expect(halted.share).toBeLessThan(1);
  removeScene(studio, sceneId);
  undo(studio);
  resumeRun(studio, runId);
  await until(studio, ({ runs }) => runs.records.every(isDone), "the rest of the run");
  runChosenModels(studio);
  await until(studio, ({ runs }) => runs.records.length === 2 && runs.records.every(isDone), "a whole run");
  const [first, second] = await Promise.all(
    studio.store
      .getState()
      .runs.records.filter(isDone)
      .map(async ({ state: { result } }) => {
        const { widthPx, heightPx } = result.result;
        const size = { widthPx, heightPx };
        const tiles = [0, 1].map((y) =>
          studio.rasters.call("classTile", { maskId: result.maskId, size, tile: { level: 0, x: 0, y } }),
        );
        return Promise.all(tiles);
      }),
  );
  expect(first![0]!.some((id) => id !== 255)).toBe(true);
  expect(first).toEqual(second);
});
