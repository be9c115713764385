import { describe, expect, test } from "vitest";
import type { RunRecord, RunState } from "../../store/runs";
import type { SceneRecord } from "../../store/scenes";
import { arrangeScenes, linesBetween, type SceneOrder, summariseScenes } from "./scene-list";

function scene(name: string, sidePx: number, truth: SceneRecord["truth"]["status"] = "none"): SceneRecord {
  const facts = { fileName: `top_${name}_RGB.tif`, widthPx: sidePx, heightPx: sidePx };
  return {
    scene: { id: name, name, optical: { facts }, auxiliary: null, truth: null },
    truth: { status: truth },
  } as unknown as SceneRecord;
}

function run(sceneId: string, modelName: string, status: RunState["status"]): RunRecord {
  return { id: `${sceneId}/${modelName}`, sceneId, modelName, state: { status } } as unknown as RunRecord;
}

const SCENES = [
  scene("2_10", 300),
  scene("2_9", 400),
  scene("Öhr", 200),
  scene("7_1", 100, "failed"),
  scene("3_1", 300),
];
const RUNS = [
  run("2_10", "a", "done"),
  run("2_10", "b", "done"),
  run("2_9", "a", "done"),
  run("2_9", "b", "running"),
  run("Öhr", "a", "failed"),
  run("Öhr", "b", "queued"),
];
const IOU: Record<string, number> = { "2_10/a": 0.4, "2_10/b": 0.6, "2_9/a": 0.5 };
const SUMMARIES = summariseScenes(SCENES, RUNS, ({ id }) => IOU[id] ?? null);

const names = (order: SceneOrder, filter = "") =>
  arrangeScenes(SCENES, SUMMARIES, { order, filter }, "en", (state) => state).map((record) => record.scene.name);

describe("the list of scenes", () => {
  test("a line counts its runs and takes the best of their scores", () => {
    expect(Object.fromEntries(SUMMARIES)).toEqual({
      "2_10": { state: "done", runsDone: 2, runs: 2, meanIou: 0.6, bestModel: "b" },
      "2_9": { state: "running", runsDone: 1, runs: 2, meanIou: 0.5, bestModel: "a" },
      Öhr: { state: "failed", runsDone: 0, runs: 2, meanIou: null, bestModel: null },
      "7_1": { state: "needs-look", runsDone: 0, runs: 0, meanIou: null, bestModel: null },
      "3_1": { state: "not-run", runsDone: 0, runs: 0, meanIou: null, bestModel: null },
    });
  });

  test.each<[SceneOrder, string[]]>([
    ["opened", ["2_10", "2_9", "Öhr", "7_1", "3_1"]],
    ["name", ["2_9", "2_10", "3_1", "7_1", "Öhr"]],
    ["state", ["7_1", "Öhr", "2_9", "3_1", "2_10"]],
    ["worst", ["2_9", "2_10", "Öhr", "7_1", "3_1"]],
    ["largest", ["2_9", "2_10", "3_1", "Öhr", "7_1"]],
  ])("in the order %s", (order, wanted) => {
    expect(names(order)).toEqual(wanted);
  });

  test("every word of the filter must stand in name, photo or state", () => {
    expect(names("name", "2_")).toEqual(["2_9", "2_10"]);
    expect(names("name", "2_ DONE")).toEqual(["2_10"]);
    expect(names("name", "öHR top")).toEqual(["Öhr"]);
    expect(names("name", "  ")).toHaveLength(5);
    expect(names("name", "nowhere")).toEqual([]);
  });

  test("Shift takes the lines between, upwards too, and one where the first is no longer shown", () => {
    const ids = ["a", "b", "c", "d"];
    expect(linesBetween(ids, "b", "d")).toEqual(["b", "c", "d"]);
    expect(linesBetween(ids, "c", "a")).toEqual(["a", "b", "c"]);
    expect(linesBetween(ids, "gone", "c")).toEqual(["c"]);
    expect(linesBetween(ids, null, "c")).toEqual(["c"]);
  });
});
