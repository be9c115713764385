/** What is saved is what is opened again, wherever it was drawn; other systems come to their places; the rest is told. */
import { afterEach, expect, test } from "vitest";
import type { Stroke } from "../../core/vector/stroke";
import { photoGrid, shapeOnMap } from "../../core/vector/stroke-on-photo";
import { crsOfEpsg } from "../../io/crs-definition";
import { wayIntoCrs } from "../../io/strokes-in-crs";
import { strokePixels } from "../../teaching/stroke-pixels";
import { formatStrokes } from "../../teaching/strokes";
import { openStudioInNode, type StudioInNode, until } from "../../testing/studio-in-node";
import { openAny } from "../projects/restore-project";
import { openSample } from "../scenes/open-files";
import { undo } from "../undo";
import { addClass, addStrokes } from "./draw-strokes";
import { saveStrokes } from "./stroke-files";
import { addTruthStrokes } from "./strokes-from-truth";

const tabs: StudioInNode[] = [];

afterEach(() => {
  for (const { dispose } of tabs.splice(0)) dispose();
});

async function openTab() {
  const tab = await openStudioInNode();
  tabs.push(tab);
  await openSample(tab.studio);
  const { store } = tab.studio;
  const { scene } = store.getState().scenes.records[0]!;
  const { facts } = scene.optical;
  const grid = photoGrid(facts);
  const strokes: readonly Stroke[] = [
    { className: "building", shape: shapeOnMap({ kind: "line", points: [[100.5, 90]], widthPx: 9 }, grid) },
    {
      className: "greenhouse",
      shape: shapeOnMap(
        {
          kind: "area",
          rings: [
            [
              [10, 10],
              [40, 10],
              [40, 50],
              [10, 10],
            ],
          ],
        },
        grid,
      ),
    },
  ];
  return {
    ...tab,
    facts,
    strokes,
    sceneId: scene.id,
    drawn: () => store.getState().strokes.records.map(({ stroke }) => stroke),
    notice: () => store.getState().workspace.notices.at(-1)?.text,
  };
}

test("saved strokes are opened again as they were, with their new classes, and that is one step", async () => {
  const { studio, browser, sceneId, strokes } = await openTab();
  addStrokes(studio, sceneId, strokes);
  addClass(studio, "greenhouse", [1, 2, 3]);
  saveStrokes(studio);
  const saved = browser.downloads.at(-1)!;
  expect(saved.fileName).toMatch(/\.strokes\.geojson$/);
  const later = await openTab();
  await openAny(later.studio, [new File([saved.blob], saved.fileName)]);
  const [line, area] = later.drawn();
  // A dot is a line from a point to itself in files.
  const { points, ...rest } = line!.shape as Extract<Stroke["shape"], { kind: "line" }>;
  const drawn = strokes[0]!.shape as Extract<Stroke["shape"], { kind: "line" }>;
  expect(points).toEqual([drawn.points[0], drawn.points[0]]);
  expect(rest).toEqual({ kind: "line", widthMetres: drawn.widthMetres });
  expect(area).toEqual(strokes[1]);
  expect(later.studio.store.getState().strokes.newClasses).toEqual([{ name: "greenhouse", colour: [1, 2, 3] }]);
  expect(later.studio.store.getState().strokes.isOpen).toBe(true);
  undo(later.studio);
  expect(later.drawn()).toEqual([]);
  expect(later.studio.store.getState().strokes.newClasses).toEqual([]);
});

test("strokes in degrees come to their places, and what lies elsewhere is counted", async () => {
  const { studio, facts, strokes, drawn, notice } = await openTab();
  const move = await wayIntoCrs(facts.crs!.epsg, await crsOfEpsg(4326));
  const inDegrees = strokes.map((stroke) => move!(stroke)!);
  const elsewhere = { ...strokes[0]!, shape: { kind: "line", points: [[2, 48]], widthMetres: 1 } } as const;
  const named = { ...inDegrees[1]!, scene: "another.tif" };
  const text = formatStrokes({ strokes: [...inDegrees, elsewhere, named], epsg: 4326 });
  await openAny(studio, [new File([text], "s.geojson")]);
  expect(notice()).toBe("s.geojson: added 2 strokes. 2 more lie on no open photo.");
  const [ring] = (drawn()[1]!.shape as Extract<Stroke["shape"], { kind: "area" }>).rings;
  const [wanted] = (strokes[1]!.shape as Extract<Stroke["shape"], { kind: "area" }>).rings;
  for (const [at, [x, y]] of ring!.entries()) {
    expect(Math.hypot(x - wanted![at]![0], y - wanted![at]![1])).toBeLessThan(0.01);
  }
});

test.each([
  ["{", /no JSON|not JSON/],
  ['{"type":"FeatureCollection","features":[]}', /features must be a list of strokes, is empty/],
])("%s is refused with the reason", async (text, reason) => {
  const { studio, drawn, notice } = await openTab();
  await openAny(studio, [new File([text], "s.geojson")]);
  expect(notice()).toMatch(reason);
  expect(drawn()).toEqual([]);
});

test("a system without a way to the photo's is refused by its code", async () => {
  const { studio, strokes, notice } = await openTab();
  await openAny(studio, [new File([formatStrokes({ strokes, epsg: 99999 })], "s.geojson")]);
  expect(notice()).toContain("The strokes are in EPSG:99999");
  await openAny(studio, [
    new File([formatStrokes({ strokes: [{ ...strokes[0]!, scene: "b.tif" }], epsg: null })], "t.geojson"),
  ]);
  expect(notice()).toContain("None of these strokes lies on an open photo");
});

test("a share of the truth covers as much as it says, in classes of the truth, as one step", async () => {
  const { studio, facts, drawn, notice } = await openTab();
  const truth = await until(
    studio,
    ({ scenes: { records } }) => records[0]?.truth.status === "ready" && records[0].truth,
    "the truth",
  );
  await addTruthStrokes(studio, 0.05);
  expect(notice()).toMatch(/^Added \d+ strokes from 51 pieces of the truth/);
  const names = new Set(truth.classes.map(({ name }) => name));
  expect(drawn().every(({ className }) => names.has(className))).toBe(true);
  const grid = photoGrid(facts);
  const { widthPx, heightPx } = facts;
  const pixels = drawn().flatMap((stroke) => strokePixels(stroke, { ...grid, widthPx, heightPx }));
  expect(new Set(pixels).size).toBe(pixels.length);
  expect(pixels.length / (widthPx * heightPx)).toBeGreaterThan(0.04);
  expect(pixels.length / (widthPx * heightPx)).toBeLessThan(0.051);
  undo(studio);
  expect(drawn()).toEqual([]);
});
