import { describe, expect, test } from "vitest";
import type { RunRecord, RunState } from "../../store/runs";
import type { SceneRecord } from "../../store/scenes";
import { arrangeScenes, isSameSummary, linesBetween, type SceneOrder, summariseScenes } from "./scene-list";

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
    const of = (modelName: string, place: number, status: RunState["status"]) => ({ modelName, place, status });
    expect(Object.fromEntries(SUMMARIES)).toEqual({
      "2_10": {
        ...{ state: "done", meanIou: 0.6, bestModel: "b" },
        models: [of("a", 0, "done"), of("b", 1, "done")],
      },
      "2_9": {
        ...{ state: "running", meanIou: 0.5, bestModel: "a" },
        models: [of("a", 0, "done"), of("b", 1, "running")],
      },
      Öhr: {
        ...{ state: "failed", meanIou: null, bestModel: null },
        models: [of("a", 0, "failed"), of("b", 1, "queued")],
      },
      "7_1": { state: "needs-look", meanIou: null, bestModel: null, models: [] },
      "3_1": { state: "not-run", meanIou: null, bestModel: null, models: [] },
    });
  });

  test("of several runs of a model the newest counts, and only what changed is another line", () => {
    const models = (...runs: RunRecord[]) => summariseScenes(SCENES, runs, () => null).get("2_9")!;
    const twice = models(run("2_9", "a", "failed"), run("2_9", "b", "queued"), run("2_9", "a", "done"));
    expect(twice.models.map(({ modelName, place, status }) => `${modelName} ${place} ${status}`)).toEqual([
      "a 2 done",
      "b 1 queued",
    ]);
    expect(isSameSummary(twice, models(...[twice].flatMap(() => RUNS)))).toBe(false);
    const again = summariseScenes(SCENES, RUNS, ({ id }) => IOU[id] ?? null);
    expect([...again].map(([id, summary]) => isSameSummary(summary, SUMMARIES.get(id)!))).toEqual(Array(5).fill(true));
    const ended = summariseScenes(
      SCENES,
      [...RUNS.slice(0, -1), run("Öhr", "b", "running")],
      ({ id }) => IOU[id] ?? null,
    );
    expect(isSameSummary(ended.get("Öhr")!, SUMMARIES.get("Öhr")!)).toBe(false);
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
