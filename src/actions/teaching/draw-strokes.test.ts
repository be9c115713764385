/** Strokes are drawn, taken back and made again; they go and come with their scene, and with projects and sessions. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { formatProject } from "../../core/project/project";
import type { Stroke } from "../../core/vector/stroke";
import { selectStrokeClasses } from "../../store/stroke-classes";
import { openStudioInNode, type StudioInNode, until } from "../../testing/studio-in-node";
import { gatherProject } from "../projects/gather-project";
import { continueSession, openAny } from "../projects/restore-project";
import { saveSessionNow } from "../projects/session";
import { openSample, removeScene } from "../scenes/open-files";
import { undoNotice } from "../studio";
import { redo, undo } from "../undo";
import { startMeasuring } from "../view/measure";
import { chooseBrushSize, chooseClass, chooseTool, openTeaching } from "./choose-tool";
import { addClass, addStrokes, changeClass, clearStrokes, eraseStrokes, removeClass } from "./draw-strokes";

const ROOF: Stroke = { className: "building", shape: { kind: "line", points: [[10, 20]], widthMetres: 2 } };
const PANEL: Stroke = {
  className: "solar panel",
  shape: {
    kind: "area",
    rings: [
      [
        [0, 0],
        [4, 0],
        [4, 4],
        [0, 0],
      ],
    ],
  },
};

const tabs: StudioInNode[] = [];
let tab: StudioInNode;
let sceneId: string;

beforeEach(async () => {
  tab = await openTab();
  await openSample(tab.studio);
  sceneId = tab.studio.store.getState().scenes.selectedId!;
});

afterEach(() => {
  for (const { dispose } of tabs.splice(0)) dispose();
});

async function openTab(options: Parameters<typeof openStudioInNode>[0] = {}): Promise<StudioInNode> {
  const opened = await openStudioInNode(options);
  tabs.push(opened);
  return opened;
}

const drawn = ({ studio } = tab) => studio.store.getState().strokes.records.map(({ stroke }) => stroke);
const classes = ({ studio } = tab) => studio.store.getState().strokes.newClasses;

test("every change of strokes and classes is taken back and made again, one by one", () => {
  const { studio } = tab;
  const seen = [JSON.stringify([drawn(), classes()])];
  const ids = () => studio.store.getState().strokes.records.map(({ id }) => id);
  for (const change of [
    () => addStrokes(studio, sceneId, [ROOF]),
    () => addClass(studio, "solar panel", [230, 159, 0]),
    () => addStrokes(studio, sceneId, [PANEL, PANEL]),
    () => eraseStrokes(studio, [ids()[1]!]),
    () => changeClass(studio, "solar panel", { name: "greenhouse", colour: [230, 159, 0] }),
    () => changeClass(studio, "greenhouse", { name: "greenhouse", colour: [1, 2, 3] }),
    () => removeClass(studio, "greenhouse"),
    () => clearStrokes(studio, sceneId),
  ]) {
    change();
    seen.push(JSON.stringify([drawn(), classes()]));
  }
  expect(seen.every((state, at) => state !== seen[at - 1])).toBe(true);
  for (const state of seen.slice(0, -1).reverse()) {
    undo(studio);
    expect(JSON.stringify([drawn(), classes()])).toBe(state);
  }
  for (const state of seen.slice(1)) {
    redo(studio);
    expect(JSON.stringify([drawn(), classes()])).toBe(state);
  }
});

test("what changes nothing is no step", () => {
  const { studio } = tab;
  addClass(studio, "greenhouse", [1, 2, 3]);
  addClass(studio, "Greenhouse", [4, 5, 6]);
  eraseStrokes(studio, ["not there"]);
  expect(classes()).toEqual([{ name: "greenhouse", colour: [1, 2, 3] }]);
  undo(studio);
  expect(classes()).toEqual([]);
});

test("one thing is drawn at a time, in sizes that there are", () => {
  const { studio } = tab;
  const { getState } = studio.store;
  startMeasuring(studio, "length");
  chooseTool(studio, "brush");
  expect(getState().workspace.measured).toBe(null);
  expect(getState().strokes).toMatchObject({ isOpen: true, tool: "brush" });
  startMeasuring(studio, "area");
  expect(getState().strokes).toMatchObject({ isOpen: true, tool: null });
  chooseTool(studio, "lasso");
  openTeaching(studio, false);
  expect(getState().strokes).toMatchObject({ isOpen: false, tool: null });
  chooseClass(studio, "tree");
  chooseBrushSize(studio, 0.2);
  expect(getState().strokes).toMatchObject({ className: "tree", brushImagePx: 1 });
  chooseBrushSize(studio, 1000);
  expect(getState().strokes.brushImagePx).toBe(200);
});

test("strokes go with their scene and come back with it, whatever was drawn elsewhere meanwhile", () => {
  const { studio } = tab;
  addStrokes(studio, sceneId, [ROOF, PANEL]);
  removeScene(studio, sceneId);
  expect(drawn()).toEqual([]);
  undoNotice(studio, studio.store.getState().workspace.notices.at(-1)!.id);
  expect(drawn()).toEqual([ROOF, PANEL]);
  undo(studio);
  expect(drawn()).toEqual([]);
});

test("a project brings strokes and classes back, once", async () => {
  addStrokes(tab.studio, sceneId, [ROOF, PANEL]);
  addClass(tab.studio, "solar panel", [230, 159, 0]);
  const file = new File([formatProject(gatherProject(tab.studio))], "p.nadir");
  await openAny(tab.studio, [file]);
  expect(drawn()).toEqual([ROOF, PANEL]);
  const later = await openTab();
  await openAny(later.studio, [file]);
  await until(later.studio, ({ strokes }) => strokes.records.length === 2, "the strokes");
  expect(drawn(later)).toEqual([ROOF, PANEL]);
  expect(classes(later)).toEqual([{ name: "solar panel", colour: [230, 159, 0] }]);
});

test("a closed tab's strokes are there again when its visit goes on", async () => {
  addStrokes(tab.studio, sceneId, [ROOF]);
  addClass(tab.studio, "solar panel", [230, 159, 0]);
  await saveSessionNow(tab.studio);
  tab.dispose();
  const later = await openTab({ browser: tab.browser });
  const left = await until(later.studio, ({ project }) => project.left[0], "the visit");
  await continueSession(later.studio, left.sessionId);
  await until(later.studio, ({ strokes }) => strokes.records.length === 1, "the strokes");
  expect(drawn(later)).toEqual([ROOF]);
  expect(classes(later)).toEqual([{ name: "solar panel", colour: [230, 159, 0] }]);
});

test("classes to paint keep their places, and each is there once", () => {
  const { studio } = tab;
  const names = () => selectStrokeClasses(studio.store.getState()).map(({ name }) => name);
  const before = names();
  expect(before.length).toBeGreaterThan(3);
  addClass(studio, "solar panel", [230, 159, 0]);
  addStrokes(studio, sceneId, [
    { ...ROOF, className: before[1]!.toUpperCase() },
    { ...ROOF, className: "of old" },
  ]);
  expect(names()).toEqual([...before, "solar panel", "of old"]);
});
