/** What panes show follows what the selected scene has. */
import { expect, test } from "vitest";
import type { PaneContent } from "../../store/panes";
import type { SceneRecord } from "../../store/scenes";
import { quietStudio } from "../../testing/quiet-studio";
import { offerContents } from "./arrange";

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
