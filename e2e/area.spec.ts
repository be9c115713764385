/** Before the run: how the rasters lie on each other, in numbers, and where to run; drawn, typed, or where the DSM lies. */
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { cropSample, python } from "./judge";
import { picture } from "./picture";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

test("an area is drawn, typed and taken back", async ({ page }, info) => {
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
  await picture(page, "test-results/screens/area-drawn.png");

  await studio.runs.models.getByRole("button", { name: "Settings…" }).click();
  const form = page.getByRole("form", { name: "Area of interest" });
  for (const [side, value] of Object.entries({ left: 70, top: 90, width: 130, height: 100 })) {
    await form.getByLabel(side).fill(String(value));
  }
  await form.getByRole("button", { name: "Set" }).click();
  expect(await area()).toEqual({ col: 70, row: 90, widthPx: 130, heightPx: 100 });
  const papers = page.getByRole("switch", { name: "Reproduce the paper" });
  await papers.click();
  await expect(papers).toBeChecked();
  await expect(page.getByText(`Stride ${nano.stitch.papersStridePx} px (${nano.name})`)).toBeVisible();
  expect(await page.evaluate(() => window.nadir?.state().evaluation.boundary)).toBe("without");
  await picture(page, "test-results/screens/area-form.png");
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(studio.runs.models).toContainText("area 130 × 100 px at 70, 90");

  await page.keyboard.press("Shift+A");
  expect(await area()).toBeNull();
  expect(studio.errors).toEqual([]);
});

test("a DSM over a part: the report shows GDAL's numbers, and the user says where to run", async ({ page }, info) => {
  const [image, dsm] = cropSample(info.outputDir, 320);
  const judged = python(HALF_DSM, image!, dsm!) as { overlap: string; min: number; max: number };
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
  await picture(page, "test-results/screens/alignment.png");
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
  expect(studio.errors).toEqual([]);
});

/** Leaves the left part of the DSM. */
const HALF_DSM = `
import sys, json, rasterio
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
masked = b.read(1, masked=True)
print(json.dumps(dict(overlap=f"{100 * (r - l) * (e - t) / (a.width * a.height):.1f}", min=float(masked.min()), max=float(masked.max()))))
`;
