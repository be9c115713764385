import { describe, expect, test } from "vitest";
import { canonicalClass } from "../core/labels/class-mapping";
import type { ModelManifest } from "../core/manifest/manifest";
import type { RunCheckpoint } from "../core/run/run-checkpoint";
import type { RunSettings } from "../core/run/run-settings";
import { initialEvaluation, withCounting } from "./evaluation";
import { initialLegend, withClassColour, withClassToggled, withOnlyClass } from "./legend";
import { initialPanes, withCamera, withLinked, withoutRunContents, withPaneCount } from "./panes";
import { initialRuns, type RunRecord, withCheckpoint, withRun } from "./runs";
import { initialScenes, type SceneRecord, withArea, withAuxiliaryChoice, withTicked } from "./scenes";
import { areaToRun, runSettingsOf, sceneToRun } from "./selectors";
import { initialSettings, settingsDifferences, settingsFor } from "./settings";
import { createStudioStore } from "./studio-store";

const MANIFEST = {
  id: "m",
  window: { sizePx: 256, padPx: 0, suggestedStridePx: 192, fixed: true },
  stitch: { accumulate: "sum-logits", blend: "trapezoid", papersStridePx: 32 },
} as unknown as ModelManifest;

const CHECKPOINT: RunCheckpoint = {
  strip: 0,
  stripCount: 1,
  nextRow: 64,
  windows: { run: 3, skipped: 0 },
  classPixels: [],
  nodataPixels: 0,
};

function run(id: string, state: RunRecord["state"]): RunRecord {
  const settings = {} as RunSettings;
  return { id, sceneId: "s", modelId: "m", modelName: "M", classes: [], windowPx: 256, settings, state };
}

describe("runs", () => {
  test("a checkpoint that comes after the end changes nothing", () => {
    const done = withRun(initialRuns, run("a", { status: "cancelled", checkpoint: null, share: 0, graphSha256: null }));
    expect(withCheckpoint(done, "a", CHECKPOINT)).toBe(done);
  });

  test("a checkpoint moves only its own run", () => {
    const running = { status: "running", paused: false, checkpoint: null } as const;
    const state = withCheckpoint(withRun(withRun(initialRuns, run("a", running)), run("b", running)), "b", CHECKPOINT);
    expect(state.records.map((record) => record.state)).toEqual([running, { ...running, checkpoint: CHECKPOINT }]);
  });
});

describe("evaluation", () => {
  test("a run that is counted anew loses its lit cell, and no other run's", () => {
    const lit = { runId: "a", truthClass: 0, predictedClass: 1, pixels: 5, blobs: [], blobIndex: 0 };
    const state = { ...initialEvaluation, lit };
    expect(withCounting(state, "b", "2").lit).toBe(lit);
    expect(withCounting(withCounting(state, "b", "2"), "a", "3")).toEqual({
      ...state,
      lit: null,
      byRun: { b: { id: "2", status: "counting" }, a: { id: "3", status: "counting" } },
    });
  });
});

describe("panes", () => {
  const camera = { centrePx: [5, 6] as const, zoom: 1 };

  test("a linked camera moves all, an unlinked one only its own", () => {
    expect(withCamera(initialPanes, 2, camera).cameras.every((each) => each === camera)).toBe(true);
    const unlinked = withCamera({ ...initialPanes, linked: false }, 2, camera);
    expect(unlinked.cameras.filter((each) => each === camera)).toHaveLength(1);
  });

  test("linking again brings all to the active pane's place", () => {
    const moved = withCamera({ ...initialPanes, linked: false, activePane: 1 }, 1, camera);
    expect(withLinked(moved, true).cameras.every((each) => each === camera)).toBe(true);
  });

  test("fewer panes keep the active one in sight", () => {
    expect(withPaneCount({ ...initialPanes, activePane: 5 }, 2).activePane).toBe(1);
  });

  test("a removed run leaves no pane without content", () => {
    const state = { ...initialPanes, contents: [{ kind: "mask", runId: "a" } as const, { kind: "truth" } as const] };
    expect(withoutRunContents(state, "a").contents).toEqual([{ kind: "optical" }, { kind: "truth" }]);
  });
});

describe("settings", () => {
  test("overlap becomes the stride of the model's own window", () => {
    expect(settingsFor({ ...initialSettings, overlapFraction: 0.25 }, MANIFEST)).toMatchObject({
      stridePx: 192,
      blend: "trapezoid",
    });
  });

  test("the paper's preset takes stride and stitching from the manifest", () => {
    expect(settingsFor({ ...initialSettings, papers: true }, MANIFEST)).toMatchObject({
      stridePx: 32,
      blend: "papers",
    });
  });

  test("a result is stale exactly when the map would differ; the backend makes no difference", () => {
    const made = settingsFor(initialSettings, MANIFEST);
    expect(settingsDifferences(made, { ...made, backend: "wasm", batch: 4, confidence: false })).toEqual([]);
    expect(settingsDifferences(made, { ...made, stridePx: 128, blend: "flat" })).toEqual([
      "stride 192 → 128 px",
      "blend trapezoid → flat",
    ]);
  });
});

describe("legend", () => {
  test("different spellings are one class", () => {
    expect(new Set(["Low_Vegetation", "low vegetation", "grass"].map(canonicalClass)).size).toBe(1);
    expect(canonicalClass("tree")).not.toBe(canonicalClass("car"));
  });

  test("one class alone, and all again", () => {
    const keys = ["a", "b", "c"];
    const alone = withOnlyClass(initialLegend, "b", keys);
    expect(alone.hidden).toEqual(["a", "c"]);
    expect(withOnlyClass(alone, "b", keys).hidden).toEqual([]);
    expect(withClassToggled(withClassToggled(initialLegend, "a"), "a").hidden).toEqual([]);
  });

  test("a colour of one's own goes back to the palette's", () => {
    const red = withClassColour(initialLegend, "tree", [255, 0, 0]);
    expect(red.colours).toEqual({ tree: [255, 0, 0] });
    expect(withClassColour(red, "tree", null)).toEqual(initialLegend);
  });
});

describe("where and with what a scene is run", () => {
  const overlapRect = { col: 40, row: 0, widthPx: 60, heightPx: 50 };
  const scene = {
    id: "s",
    optical: { facts: { geotransform: null, crs: null, heightPx: 40 } },
    auxiliary: { alignment: { overlapRect } },
  };
  const plain = { scene } as unknown as SceneRecord;
  const area = { col: 0, row: 10, widthPx: 50, heightPx: 20 };

  test("an area is set and taken back, a choice too", () => {
    const state = { ...initialScenes, records: [plain] };
    const withBoth = withAuxiliaryChoice(withArea(state, "s", area), "s", "leave-out");
    expect(withBoth.records[0]).toMatchObject({ area, auxiliaryChoice: "leave-out" });
    expect(withAuxiliaryChoice(withArea(withBoth, "s", null), "s", null).records[0]).toEqual(plain);
    expect(withArea(state, "other", area).records[0]).toBe(plain);
  });

  test("only where the heights lie: their part of the area, or all of theirs when the two do not meet", () => {
    expect(areaToRun(plain)).toBeNull();
    expect(areaToRun({ ...plain, area })).toBe(area);
    expect(areaToRun({ ...plain, auxiliaryChoice: "only-where-it-lies" })).toBe(overlapRect);
    expect(areaToRun({ ...plain, area, auxiliaryChoice: "only-where-it-lies" })).toEqual({
      col: 40,
      row: 10,
      widthPx: 10,
      heightPx: 20,
    });
    const apart = { ...area, widthPx: 10 };
    expect(areaToRun({ ...plain, area: apart, auxiliaryChoice: "only-where-it-lies" })).toBe(overlapRect);
  });

  test("of ticked scenes only the records that change are new", () => {
    const [one, other] = [plain, { ...plain, scene: { ...plain.scene, id: "other" }, ticked: true as const }];
    const state = { ...initialScenes, records: [one, other] };
    const both = withTicked(state, ["s", "other"], true).records;
    expect(both).toEqual([{ ...plain, ticked: true }, other]);
    expect(both[1]).toBe(other);
    const back = withTicked({ ...state, records: both }, ["s"], false).records;
    expect(back[0]).toEqual(plain);
    expect(back[1]).toBe(other);
  });

  test("heights left out are left out of the scene and of the settings, and come back", () => {
    const state = createStudioStore().getState();
    const without = { ...plain, auxiliaryChoice: "leave-out" } as const;
    expect(sceneToRun(without).auxiliary).toBeNull();
    expect(sceneToRun(plain).auxiliary).not.toBeNull();
    expect(runSettingsOf(state, without, MANIFEST, "flattened").heights).toBe("left-out");
    expect(runSettingsOf(state, plain, MANIFEST, "left-out").heights).toBe("as-is");
    expect(runSettingsOf(state, plain, MANIFEST, "flattened").heights).toBe("flattened");
    const made = settingsFor(initialSettings, MANIFEST);
    expect(settingsDifferences(made, { ...made, areaOfInterest: area })).toEqual(["area of interest"]);
  });
});
