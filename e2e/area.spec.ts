/** Before the run: how the rasters lie on each other, in numbers, and where to run; drawn, typed, or where the DSM lies. */
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { cropSample, hasTestData, python, TEST_DATA } from "./judge";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

test("an area is drawn, typed and run over; outside it the mask is nodata", async ({ page }, info) => {
  const nano = zooModel("emsnet-nano");
  const studio = new StudioPage(page);
  await studio.open();
  await studio.runs.choose(nano.name);
  await studio.runs.settings({ backend: "wasm", overlapPercent: 0 });
  await studio.openCrop(info.outputDir, 320);
  const area = () => page.evaluate(() => window.nadir?.state().scenes.records[0]?.area ?? null);

  await page.keyboard.press("a");
  await expect(studio.panes.root.getByRole("status")).toContainText("Drag a rectangle");
  await studio.panes.hover(1, 0.45, 0.4);
  await page.mouse.down();
  await studio.panes.hover(1, 0.5, 0.5);
  await studio.panes.hover(1, 0.6, 0.65);
  await page.mouse.up();
  await expect(studio.panes.root.getByRole("status")).toHaveCount(0);
  const drawn = await area();
  expect(drawn).not.toBeNull();
  const camera = (await page.evaluate(() => window.nadir?.cameras()[0]))!;
  const box = (await studio.panes.pane(1).boundingBox())!;
  expect(Math.abs(drawn!.widthPx - (0.15 * box.width) / 2 ** camera.zoom)).toBeLessThan(2.5);
  expect(Math.abs(drawn!.heightPx - (0.25 * box.height) / 2 ** camera.zoom)).toBeLessThan(2.5);
  await expect(studio.panes.pane(1).locator("[data-role=area]")).toBeVisible();
  await page.screenshot({ path: "test-results/screens/area-drawn.png" });

  await studio.runs.models.getByRole("button", { name: "Settings…" }).click();
  const form = page.getByRole("form", { name: "Area of interest" });
  for (const [side, value] of Object.entries({ left: 70, top: 90, width: 130, height: 100 })) {
    await form.getByLabel(side).fill(String(value));
  }
  await form.getByRole("button", { name: "Set" }).click();
  expect(await area()).toEqual({ col: 70, row: 90, widthPx: 130, heightPx: 100 });
  await page.screenshot({ path: "test-results/screens/area-form.png" });
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(studio.runs.models).toContainText("area 130 × 100 px at 70, 90");

  await studio.runs.runToEnd();
  const card = studio.runs.card(`Run ${nano.name}`);
  await expect(card).toHaveAttribute("data-status", "done");
  await expect(card).toContainText("area 130 × 100 px at 70, 90");
  const saved = await studio.export("GeoTIFF", info.outputDir);
  expect(python(PREDICTED, saved.tif!)).toEqual({ box: [70, 90, 200, 190], pixels: 130 * 100 });

  await page.keyboard.press("Shift+A");
  expect(await area()).toBeNull();
  await expect(card).toContainText("area of interest");
  expect(studio.errors).toEqual([]);
});

test("a DSM over a part: the report's numbers are GDAL's, and the run goes where the user says", async ({
  page,
}, info) => {
  const [image, dsm] = cropSample(info.outputDir, 320);
  const judged = python(HALF_DSM, image!, dsm!) as { overlap: string; min: number; max: number; rect: number[] };
  const nano = zooModel("emsnet-nano");
  const studio = new StudioPage(page);
  await studio.open();
  await studio.runs.choose(nano.name);
  await studio.runs.settings({ backend: "wasm", overlapPercent: 0 });
  await studio.scenes.add([image!, dsm!]);
  const card = studio.scenes.cards.first();
  await card.getByRole("button", { name: /^Alignment/ }).click();
  const dialog = page.getByRole("dialog", { name: "How the rasters lie on each other" });
  const row = (name: string) => dialog.getByRole("row").filter({ hasText: name }).getByRole("cell").last();
  await expect(row("Covers of the orthophoto")).toHaveText(`${judged.overlap} %`);
  await expect(row("Lowest … highest value")).toHaveText(`${judged.min.toFixed(2)} … ${judged.max.toFixed(2)}`);
  await expect(dialog).toContainText("covers");
  await page.screenshot({ path: "test-results/screens/alignment.png" });
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);

  await dialog.getByRole("radio", { name: /Leave the DSM out/ }).check();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Run model" })).toBeDisabled();
  await expect(studio.runs.models.locator("[data-fit=bad]")).toContainText("also needs a DSM");

  await card.getByRole("button", { name: /^Alignment/ }).click();
  await dialog.getByRole("radio", { name: /Run only where the DSM lies/ }).check();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Run model" })).toBeEnabled();
  await studio.runs.runToEnd();
  await expect(studio.runs.card(`Run ${nano.name}`)).toHaveAttribute("data-status", "done");
  const saved = await studio.export("GeoTIFF", info.outputDir);
  const [left, top, right, bottom] = judged.rect as [number, number, number, number];
  expect(python(PREDICTED, saved.tif!)).toEqual({ box: judged.rect, pixels: (right - left) * (bottom - top) });
  expect(studio.errors).toEqual([]);
});

test("autzen: feet, another grid, a corner", async ({ page }) => {
  test.skip(!hasTestData, `no real rasters at ${TEST_DATA}`);
  const folder = `${TEST_DATA}/scenes/autzen`;
  const studio = new StudioPage(page);
  await studio.open();
  await studio.scenes.add([`${folder}/autzen_ortho.tif`, `${folder}/dsm.tif`]);
  await studio.scenes.cards
    .first()
    .getByRole("button", { name: /^Alignment/ })
    .click();
  const dialog = page.getByRole("dialog", { name: "How the rasters lie on each other" });
  const row = (name: string) => dialog.getByRole("row").filter({ hasText: name }).getByRole("cell").last();
  const { offset, overlap, min, max } = python(JUDGE, `${folder}/autzen_ortho.tif`, `${folder}/dsm.tif`) as Judged;
  await expect(row("Lowest … highest value")).toHaveText(`${min.toFixed(2)} … ${max.toFixed(2)}`);
  await expect(row("Offset")).toHaveText(offset.map(grouped).join(", "));
  await expect(row("Pixel size")).toHaveText("2.000");
  await expect(row("Covers of the orthophoto")).toHaveText(`${(100 * overlap).toFixed(1)} %`);
  await page.setViewportSize({ width: 1024, height: 768 });
  await page.screenshot({ path: "test-results/screens/alignment-autzen-1024.png" });
  expect(studio.errors).toEqual([]);
});

/** 3864.64 → "3 864.64". */
function grouped(value: number): string {
  return value.toFixed(2).replace(/\B(?=(\d{3})+\.)/g, " ");
}

interface Judged {
  readonly offset: readonly number[];
  readonly overlap: number;
  readonly min: number;
  readonly max: number;
}

const PREDICTED = `
import sys, json, numpy as np, rasterio
rows, cols = np.nonzero(rasterio.open(sys.argv[1]).read(1) != 255)
print(json.dumps(dict(box=[int(cols.min()), int(rows.min()), int(cols.max()) + 1, int(rows.max()) + 1], pixels=len(rows))))
`;

const JUDGE = `
import sys, json, rasterio
a, b = rasterio.open(sys.argv[1]), rasterio.open(sys.argv[2])
col, row = ~a.transform * (b.transform.c, b.transform.f)
c1, r1 = ~a.transform * (b.transform * (b.width, b.height))
covered = (min(c1, a.width) - max(col, 0)) * (min(r1, a.height) - max(row, 0))
data = b.read(1, masked=True)
print(json.dumps(dict(offset=[col, row], overlap=covered / (a.width * a.height), min=float(data.min()), max=float(data.max()))))
`;

/** Leaves the left part of the DSM. */
const HALF_DSM = `
import sys, json, math, rasterio
from rasterio.windows import Window
with rasterio.open(sys.argv[2]) as d:
    window = Window(0, 0, d.width * 6 // 10, d.height)
    data, profile = d.read(window=window), d.profile | dict(width=int(window.width), height=int(window.height))
with rasterio.open(sys.argv[2], "w", **profile) as d: d.write(data)
a, b = rasterio.open(sys.argv[1]), rasterio.open(sys.argv[2])
x0, y0 = ~a.transform * (b.transform.c, b.transform.f)
x1, y1 = ~a.transform * (b.transform * (b.width, b.height))
clip = lambda lo, hi, size: (max(0, lo), min(size, hi))
(l, r), (t, e) = clip(x0, x1, a.width), clip(y0, y1, a.height)
rect = [max(0, math.ceil(x0 - 0.01)), max(0, math.ceil(y0 - 0.01)), min(a.width, math.floor(x1 + 0.01)), min(a.height, math.floor(y1 + 0.01))]
masked = b.read(1, masked=True)
print(json.dumps(dict(overlap=f"{100 * (r - l) * (e - t) / (a.width * a.height):.1f}", min=float(masked.min()), max=float(masked.max()), rect=rect)))
`;
