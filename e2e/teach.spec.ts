/**
 * Teaching, from strokes to a model of one's own: painted, learnt, compared, corrected once more, saved, there again
 * after a reload, and the same map on another computer. Once by pointer, once by keys alone.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { ROOF_SIDE_PX, roofScene } from "../src/testing/roof-scene";
import { screenPath } from "./judge";
import { picture } from "./picture";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

const MODEL = zooModel("mfnet-nano").name;

const panel = (page: Page) => page.getByRole("region", { name: "Learning" });
const learn = (page: Page) => panel(page).getByRole("button", { name: "Learn", exact: true });

/** Roofs on a lawn that the network tells wrongly, without their truth. */
function sceneFiles(folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  const { photo, dsm } = roofScene();
  writeFileSync(join(folder, "roofs_RGB.tif"), photo);
  writeFileSync(join(folder, "roofs_dsm.tif"), dsm);
  return ["roofs_RGB.tif", "roofs_dsm.tif"].map((name) => join(folder, name));
}

async function opened(page: Page, files: readonly string[]): Promise<StudioPage> {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const studio = new StudioPage(page, "shipped");
  await studio.open();
  await studio.runs.choose(MODEL);
  await studio.runs.settings({ backend: "wasm", overlapPercent: 0 });
  await studio.scenes.add(files);
  await expect(studio.scenes.cards).toHaveCount(1);
  await studio.panes.settled();
  return studio;
}

/** Where a pixel of the photo is in a pane, as shares of its width and height. */
async function placeOf(studio: StudioPage, pane: number, [col, row]: Pixel): Promise<readonly [number, number]> {
  const { centrePx, zoom } = (await studio.page.evaluate((at) => window.nadir!.cameras()[at], pane - 1))!;
  const box = (await studio.panes.pane(pane).boundingBox())!;
  return [0.5 + ((col - centrePx[0]) * 2 ** zoom) / box.width, 0.5 + ((row - centrePx[1]) * 2 ** zoom) / box.height];
}

type Pixel = readonly [col: number, row: number];

/** Strokes of 14 by 6 pixels of the photo, of the class of a number key. */
async function paint(studio: StudioPage, key: string, pixels: readonly Pixel[]): Promise<void> {
  await studio.page.keyboard.press(key);
  for (const [col, row] of pixels) {
    await studio.panes.hover(1, ...(await placeOf(studio, 1, [col, row])));
    await studio.page.mouse.down();
    await studio.panes.hover(1, ...(await placeOf(studio, 1, [col + 14, row + 6])));
    await studio.page.mouse.up();
  }
}

const ROOFS = [
  [28, 28],
  [76, 40],
  [28, 80],
  [78, 76],
] as const;
const LAWN = [
  [4, 40],
  [52, 20],
  [54, 54],
  [100, 30],
] as const;

/** The id of the finished run of a version. */
async function versionRun(page: Page, version: number): Promise<string> {
  const find = () =>
    page.evaluate(
      (name) => window.nadir!.runs().find((run) => run.modelName === name && run.state.status === "done")?.id ?? null,
      `${MODEL} taught ${version}`,
    );
  await expect.poll(find, { timeout: 120_000 }).not.toBeNull();
  return (await find())!;
}

const histogram = (page: Page, runId: string) => page.evaluate((id) => window.nadir!.histogram(id), runId);

test("painted, learnt, corrected, saved, reloaded, and dropped elsewhere", async ({ page, browser }, info) => {
  test.setTimeout(400_000);
  const files = sceneFiles(info.outputDir);
  const studio = await opened(page, files);
  const [old] = await studio.runs.runToEnd();
  await page.keyboard.press("j");
  await expect(learn(page)).toBeDisabled();
  await expect(panel(page)).toContainText("Paint a few strokes");
  await page.keyboard.press("Shift+B");
  await paint(studio, "2", ROOFS.slice(0, 3));
  await paint(studio, "3", LAWN.slice(0, 3));
  await expect(panel(page).getByRole("row", { name: /building/ })).toContainText("3");
  await picture(page, screenPath("teach-painted.jpg"));

  await learn(page).click();
  const first = await versionRun(page, 1);
  expect(await histogram(page, first)).not.toEqual(await histogram(page, old!));
  await expect(studio.panes.root.getByRole("region")).toHaveCount(2);
  expect(await page.evaluate(() => window.nadir!.state().panes.contents.slice(0, 2))).toEqual([
    { kind: "mask", runId: old },
    { kind: "mask", runId: first },
  ]);
  await studio.panes.settled();
  await picture(page, screenPath("teach-learnt.jpg"));
  expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([]);

  await paint(studio, "2", ROOFS.slice(3));
  await paint(studio, "3", LAWN.slice(3));
  await expect(panel(page).getByRole("row", { name: /building/ })).toContainText("4 (+1)");
  await learn(page).click();
  const second = await versionRun(page, 2);
  await expect(panel(page).getByRole("listitem")).toHaveCount(2);
  await expect(studio.runs.models.getByRole("checkbox", { name: `${MODEL} taught 2` })).toBeChecked();
  const wanted = await histogram(page, second);
  const waits = page.waitForEvent("download");
  await panel(page)
    .getByRole("button", { name: `Save ${MODEL} taught 2 as files` })
    .click();
  const archive = join(info.outputDir, (await waits).suggestedFilename());
  await (await waits).saveAs(archive);
  expect(studio.errors).toEqual([]);

  await page.reload();
  await page
    .getByRole("button", { name: /Continue/ })
    .first()
    .click();
  await studio.scenes.add(files);
  await page.keyboard.press("j");
  await expect(panel(page).getByRole("listitem")).toHaveCount(2);
  expect(await histogram(page, await versionRun(page, 2))).toEqual(wanted);
  const [again] = (await studio.runs.runToEnd()).slice(-1);
  expect(await histogram(page, again!)).toEqual(wanted);

  const other = await (await browser.newContext({ baseURL: info.project.use.baseURL! })).newPage();
  const fresh = await opened(other, files);
  await fresh.scenes.add([archive]);
  await fresh.runs.choose(`${MODEL} taught 2`);
  const [run] = await fresh.runs.runToEnd();
  expect(await histogram(other, run!)).toEqual(wanted);
  expect(fresh.errors).toEqual([]);
  await other.context().close();
});

test("by keys alone", async ({ page }, info) => {
  test.setTimeout(300_000);
  const studio = await opened(page, sceneFiles(info.outputDir));
  await page.keyboard.press("j");
  await page.keyboard.press("Shift+B");
  for (let step = 0; step < 3; step++) await page.keyboard.press("]");
  // The cross-hair begins in the middle of the photo, where two roofs and two pieces of lawn meet.
  let [col, row] = [ROOF_SIDE_PX / 2, ROOF_SIDE_PX / 2];
  const dot = async (key: string, [toCol, toRow]: Pixel) => {
    const press = async (arrow: string, times: number) => {
      for (let step = 0; step < times; step++) await page.keyboard.press(`Shift+${arrow}`);
    };
    await press(toCol < col ? "ArrowLeft" : "ArrowRight", Math.abs(toCol - col));
    await press(toRow < row ? "ArrowUp" : "ArrowDown", Math.abs(toRow - row));
    [col, row] = [toCol, toRow];
    await page.keyboard.press(key);
    await page.keyboard.press("Enter");
  };
  for (const place of [
    [84, 84],
    [84, 132],
    [132, 132],
  ] as const)
    await dot("2", place);
  for (const place of [
    [108, 108],
    [108, 84],
    [84, 108],
  ] as const)
    await dot("3", place);
  await expect(panel(page).getByRole("row", { name: /low vegetation/ })).toContainText("3");
  await page.keyboard.press("Shift+J");
  await versionRun(page, 1);
  const before = await page.evaluate(() => window.nadir!.cameras()[0]);
  await page.keyboard.press("Shift+N");
  await expect(panel(page).getByRole("region", { name: "Places worth a stroke" })).toContainText(
    /^Next place‹1 of \d+/,
  );
  expect(await page.evaluate(() => window.nadir!.cameras()[0])).not.toEqual(before);
  await picture(page, screenPath("teach-next-place.jpg"));
  const waits = page.waitForEvent("download");
  await panel(page)
    .getByRole("button", { name: `Save ${MODEL} taught 1 as files` })
    .focus();
  await page.keyboard.press("Enter");
  expect((await waits).suggestedFilename()).toBe("mfnet-nano-taught-1.zip");
  expect(studio.errors).toEqual([]);
});
