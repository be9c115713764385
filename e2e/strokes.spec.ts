/** Strokes on the map: painted, taken back, erased, outlined, by pointer and by keys alone; a reload keeps them. */
import { execFileSync } from "node:child_process";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import type { PixelShape } from "../src/core/vector/stroke-on-photo";
import { picture } from "./picture";
import { storedSessions } from "./regions/stored-sessions";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

const MODEL = zooModel("emsnet-nano").name;

/** Class and shape of every stroke, in pixels of the photo. */
const drawn = (page: Page): Promise<{ className: string; shape: PixelShape }[]> =>
  page.evaluate(() => {
    const { strokes, scenes } = window.nadir!.state();
    const [x0, dx, , y0, , dy] = scenes.records[0]!.scene.optical.facts.geotransform!;
    const toPixel = ([x, y]: readonly [number, number]) => [(x - x0) / dx, (y - y0) / dy] as const;
    return strokes.records.map(({ stroke: { className, shape } }) => ({
      className,
      shape:
        shape.kind === "line"
          ? { kind: "line" as const, points: shape.points.map(toPixel), widthPx: shape.widthMetres / dx }
          : { kind: "area" as const, rings: shape.rings.map((ring) => ring.map(toPixel)) },
    }));
  });

const tools = (page: Page) => page.getByRole("region", { name: "Teach" });

async function opened(page: Page, folder: string): Promise<StudioPage> {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.runs.choose(MODEL);
  await studio.openCrop(folder, 320);
  await studio.panes.settled();
  await page.getByRole("button", { name: "Teach: paint" }).click();
  await expect(tools(page)).toBeVisible();
  return studio;
}

/** From place to place of the pane, shares of its width and height, with the button held. */
async function drag(studio: StudioPage, places: readonly (readonly [number, number])[]): Promise<void> {
  for (const [at, [x, y]] of places.entries()) {
    await studio.panes.hover(1, x, y);
    if (at === 0) await studio.page.mouse.down();
  }
  await studio.page.mouse.up();
}

/** Pixels of the photo under a place of the pane. */
async function pixelAt(studio: StudioPage, [x, y]: readonly [number, number]): Promise<readonly [number, number]> {
  const { centrePx, zoom } = (await studio.page.evaluate(() => window.nadir!.cameras()[0]))!;
  const box = (await studio.panes.pane(1).boundingBox())!;
  return [centrePx[0] + ((x - 0.5) * box.width) / 2 ** zoom, centrePx[1] + ((y - 0.5) * box.height) / 2 ** zoom];
}

/** How much a place of the pane is covered by finished strokes, 0–255. */
const paintedAt = async (studio: StudioPage, [x, y]: readonly [number, number]): Promise<number> => {
  const canvas = studio.page.locator("[data-role=strokes]");
  const [over, pane] = [(await canvas.boundingBox())!, (await studio.panes.pane(1).boundingBox())!];
  const [left, top] = [pane.x - over.x + x * pane.width, pane.y - over.y + y * pane.height];
  return canvas.evaluate(
    (element, place) =>
      (element as HTMLCanvasElement)
        .getContext("2d")!
        .getImageData(place[0]! * devicePixelRatio, place[1]! * devicePixelRatio, 1, 1).data[3]!,
    [left, top],
  );
};

function expectNear(found: readonly number[], wanted: readonly number[]): void {
  for (const axis of [0, 1]) expect(Math.abs(found[axis]! - wanted[axis]!)).toBeLessThan(1.5);
}

test("painted, taken back, erased, outlined", async ({ page }, info) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const studio = await opened(page, info.outputDir);
  await page.getByRole("button", { name: "Brush" }).click();
  await page.keyboard.press("3");
  const way = [
    [0.4, 0.4],
    [0.5, 0.45],
    [0.6, 0.4],
  ] as const;
  await drag(studio, way);
  const [first] = await drawn(page);
  expect(first).toMatchObject({ className: "building", shape: { kind: "line" } });
  const { points, widthPx } = first!.shape as Extract<PixelShape, { kind: "line" }>;
  expect(widthPx).toBeCloseTo(9, 1);
  expect(points).toHaveLength(3);
  for (const [at, place] of way.entries()) expectNear(points[at]!, await pixelAt(studio, place));

  await expect.poll(() => paintedAt(studio, way[1])).toBeGreaterThan(100);
  expect(await paintedAt(studio, [0.5, 0.6])).toBe(0);

  // While the pointer is held down nothing is written to the store, whatever way it goes.
  await studio.panes.hover(1, 0.4, 0.3);
  await page.mouse.down();
  await studio.panes.hover(1, 0.41, 0.3);
  const store = await page.evaluateHandle(() => window.nadir!.state());
  for (const [x, y] of way) await studio.panes.hover(1, x, y);
  expect(await page.evaluate((before) => before === window.nadir!.state(), store)).toBe(true);
  await page.keyboard.press("Escape");
  await page.mouse.up();
  expect(await drawn(page)).toEqual([first]);

  await page.keyboard.press("Control+z");
  expect(await drawn(page)).toEqual([]);
  await page.keyboard.press("Control+Shift+Z");
  expect(await drawn(page)).toEqual([first]);

  await page.keyboard.press("]");
  await expect(tools(page).getByRole("status")).toHaveText("11 px");
  await page.keyboard.press("Shift+L");
  await page.keyboard.press("5");
  await drag(studio, [
    [0.3, 0.6],
    [0.4, 0.6],
    [0.4, 0.7],
    [0.3, 0.7],
  ]);
  await page.keyboard.press("Shift+P");
  const corners = [
    [0.6, 0.6],
    [0.7, 0.6],
    [0.9, 0.9],
    [0.65, 0.7],
  ] as const;
  for (const [x, y] of corners) {
    await studio.panes.hover(1, x, y);
    await page.mouse.down();
    await page.mouse.up();
    if (x === 0.9) await page.keyboard.press("Backspace");
  }
  await picture(page, "test-results/screens/strokes-unfinished.png");
  await page.keyboard.press("Enter");
  const [, lasso, polygon] = await drawn(page);
  expect(lasso).toMatchObject({ className: "tree", shape: { kind: "area" } });
  const [ring] = (polygon!.shape as Extract<PixelShape, { kind: "area" }>).rings;
  expect(ring).toHaveLength(4);
  expectNear(ring![1]!, await pixelAt(studio, [0.7, 0.6]));
  expectNear(ring![2]!, await pixelAt(studio, [0.65, 0.7]));

  // What is unfinished is given up, and nothing else.
  await studio.panes.hover(1, 0.5, 0.2);
  await page.mouse.down();
  await page.mouse.up();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
  expect(await drawn(page)).toHaveLength(3);
  await picture(page, "test-results/screens/strokes.png");
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`)).toEqual(
    [],
  );

  await page.keyboard.press("Shift+E");
  await drag(studio, [
    [0.35, 0.55],
    [0.35, 0.65],
  ]);
  expect(await drawn(page)).toEqual([first, polygon]);
  await page.keyboard.press("Control+z");
  expect(await drawn(page)).toHaveLength(3);

  await page.keyboard.press("Shift+F");
  await studio.panes.hover(1, 0.5, 0.3);
  await page.mouse.down();
  await page.mouse.up();
  await expect.poll(async () => (await drawn(page)).length).toBe(4);
  const filled = (await drawn(page))[3]!.shape as Extract<PixelShape, { kind: "area" }>;
  expect(filled.rings[0]!.flat().every((at) => Math.abs(at - Math.round(at)) < 1e-3)).toBe(true);

  const download = page.waitForEvent("download");
  await tools(page).getByRole("button", { name: "More for strokes" }).click();
  await picture(page, "test-results/screens/strokes-menu.png");
  await page.getByRole("menuitem", { name: "Save all strokes as GeoJSON" }).click();
  const saved = await download;
  const path = `${info.outputDir}/${saved.suggestedFilename()}`;
  await saved.saveAs(path);
  const said = execFileSync("ogrinfo", ["-al", "-so", path], { encoding: "utf8" });
  expect(said).toContain("Feature Count: 4");
  expect(said).toContain('ID["EPSG",25832]');
  expect(said).toMatch(/class: String/);
  const [left, bottom] = /Extent: \(([\d.]+), ([\d.]+)\)/.exec(said)!.slice(1).map(Number);
  const outline = (await drawn(page)).flatMap(({ shape }) => (shape.kind === "line" ? shape.points : shape.rings[0]!));
  const [x0, dx, , y0, , dy] = (await page.evaluate(
    () => window.nadir!.state().scenes.records[0]!.scene.optical.facts.geotransform,
  ))!;
  expect(left).toBeCloseTo(x0 + dx * Math.min(...outline.map(([col]) => col)), 3);
  expect(bottom).toBeCloseTo(y0 + dy * Math.max(...outline.map(([, row]) => row)), 3);
  expect(studio.errors).toEqual([]);
});

test("the map moves under a tool, and strokes with it", async ({ page }, info) => {
  const studio = await opened(page, info.outputDir);
  await page.keyboard.press("Shift+B");
  const before = await pixelAt(studio, [0.5, 0.5]);
  // The map is moved with the next frame.
  const toBeNear = (place: readonly [number, number]) =>
    expect(async () => expectNear(await pixelAt(studio, place), before)).toPass({ timeout: 20_000 });
  await studio.panes.hover(1, 0.5, 0.5);
  await page.mouse.down({ button: "middle" });
  await studio.panes.hover(1, 0.6, 0.5);
  await page.mouse.up({ button: "middle" });
  await toBeNear([0.6, 0.5]);
  await page.keyboard.down("Space");
  await page.mouse.down();
  await studio.panes.hover(1, 0.6, 0.6);
  await page.mouse.up();
  await page.keyboard.up("Space");
  await toBeNear([0.6, 0.6]);
  await page.mouse.wheel(0, -400);
  await expect.poll(async () => (await page.evaluate(() => window.nadir!.cameras()[0]))!.zoom).toBeGreaterThan(1);
  await toBeNear([0.6, 0.6]);
  expect(await drawn(page)).toEqual([]);
  // Beside the photo nothing is drawn; a click on it is a dot.
  await page.mouse.down();
  await page.mouse.up();
  expect(await drawn(page)).toMatchObject([{ shape: { kind: "line", points: [expect.anything()] } }]);
  await expect.poll(() => paintedAt(studio, [0.6, 0.6])).toBeGreaterThan(100);
  await page.keyboard.press("f");
  await expect.poll(() => paintedAt(studio, [0.6, 0.6])).toBe(0);
  expect(studio.errors).toEqual([]);
});

test("without a pointer, and kept over a reload", async ({ page }, info) => {
  const studio = await opened(page, info.outputDir);
  const newClass = tools(page).getByRole("button", { name: "New class" });
  await newClass.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: "Name of the class" }).fill("solar panel");
  await page.keyboard.press("Enter");
  await expect(tools(page).getByRole("button", { name: "solar panel", exact: true })).toHaveAttribute(
    "aria-pressed",
    "true",
  );
  // The form gives the focus back a moment after it has closed.
  await expect(newClass).toBeFocused();
  await page.getByRole("button", { name: "Polygon" }).focus();
  await page.keyboard.press("Enter");
  for (const keys of [
    ["ArrowRight"],
    ["ArrowRight", "ArrowRight", "ArrowRight"],
    ["ArrowDown", "ArrowDown", "Shift+ArrowLeft"],
  ]) {
    for (const key of keys) await page.keyboard.press(key);
    await page.keyboard.press("Space");
  }
  await picture(page, "test-results/screens/strokes-keys.png");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Shift+B");
  await page.keyboard.press("4");
  await page.keyboard.press("Enter");
  const before = await drawn(page);
  expect(before.map(({ className, shape }) => [className, shape.kind])).toEqual([
    ["solar panel", "area"],
    ["low vegetation", "line"],
  ]);
  const [ring] = (before[0]!.shape as Extract<PixelShape, { kind: "area" }>).rings;
  const [a, b, c] = ring!;
  const { zoom } = (await page.evaluate(() => window.nadir!.cameras()[0]))!;
  const step = Math.max(1, Math.round(16 / 2 ** zoom));
  expectNear([b![0] - a![0], b![1] - a![1]], [3 * step, 0]);
  expectNear([c![0] - b![0], c![1] - b![1]], [-1, 2 * step]);

  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+s");
  await expect.poll(() => storedSessions(page)).toContain("low vegetation");
  await page.reload();
  await page
    .getByRole("region", { name: "Continue where you stopped" })
    .getByRole("button", { name: /Continue/ })
    .first()
    .click();
  await studio.openCrop(info.outputDir, 320);
  await expect.poll(async () => (await drawn(page).catch(() => [])).length).toBe(2);
  expect(await drawn(page)).toEqual(before);
  expect(await page.evaluate(() => window.nadir!.state().strokes.newClasses)).toMatchObject([{ name: "solar panel" }]);
});
