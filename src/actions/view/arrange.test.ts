/** What panes show follows what the selected scene has. */
import { expect, test } from "vitest";
import type { PaneContent } from "../../store/panes";
import type { SceneRecord } from "../../store/scenes";
import { quietStudio } from "../../testing/quiet-studio";
import { compareAll, offerContents } from "./arrange";

const WISHED = ["truth", "hillshade", "heights", "above-ground", "optical"] as const;

/** Kinds that are left of those wished for, over a scene with these rasters. */
function shown(has: { readonly heights: boolean; readonly truth: boolean }): readonly PaneContent["kind"][] {
  const studio = quietStudio();
  const { scenes, panes } = studio.store.getState();
  const scene = { id: "one", auxiliary: has.heights ? {} : null, truth: has.truth ? {} : null };
  const record = { scene, truth: { status: "none" }, heightRange: null } as unknown as SceneRecord;
  studio.store.setState({
    scenes: { ...scenes, records: [record], selectedId: "one" },
    panes: { ...panes, contents: WISHED.map((kind) => ({ kind })) },
  });
  offerContents(studio);
  return studio.store.getState().panes.contents.map(({ kind }) => kind);
}

test("a pane that shows what the scene lacks shows the photo", () => {
  const photo = "optical";
  expect(shown({ heights: true, truth: true })).toEqual(WISHED);
  expect(shown({ heights: false, truth: true })).toEqual(["truth", photo, photo, photo, photo]);
  expect(shown({ heights: true, truth: false })).toEqual([photo, "hillshade", "heights", "above-ground", photo]);
});

/** Contents of the panes on show after comparing all of this many models. */
function compared(models: number, hasTruth: boolean): readonly string[] {
  const studio = quietStudio();
  const { scenes, runs } = studio.store.getState();
  const scene = { id: "one", auxiliary: null, truth: hasTruth ? {} : null };
  const record = { scene, truth: { status: "none" }, heightRange: null } as unknown as SceneRecord;
  const records = Array.from({ length: models }, (_, model) => ({
    id: `run-${model}`,
    sceneId: "one",
    modelName: `model ${model}`,
    state: { status: "done", result: {} },
  }));
  studio.store.setState({
    scenes: { ...scenes, records: [record], selectedId: "one" },
    runs: { ...runs, records: records as never },
  });
  compareAll(studio);
  const { contents, count } = studio.store.getState().panes;
  return contents.slice(0, count).map((content) => ("runId" in content ? content.runId : content.kind));
}

test("comparing all shows each model's mask, then truth and photo, in four panes or six", () => {
  expect(compared(2, true)).toEqual(["run-0", "run-1", "truth", "optical"]);
  expect(compared(2, false)).toEqual(["run-0", "run-1", "optical", "agreement"]);
  expect(compared(3, true)).toEqual(["run-0", "run-1", "run-2", "truth"]);
  expect(compared(4, true)).toEqual(["run-0", "run-1", "run-2", "run-3", "truth", "optical"]);
  expect(compared(7, true)).toEqual(["run-0", "run-1", "run-2", "run-3", "run-4", "truth"]);
});
