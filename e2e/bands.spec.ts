/** Bands set right by the user: IRRG is never taken for RGB, corrections hold for the series and for the next visit. */
import { mkdirSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { python } from "./judge";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

test("an infrared image is refused for an RGB model until its bands are set right", async ({ page }, info) => {
  const folder = info.outputDir;
  mkdirSync(folder, { recursive: true });
  python(WRITE_TILES, folder);
  const files = [1, 2].flatMap((tile) => [`${folder}/town_IRRG_${tile}.tif`, `${folder}/town_dsm_${tile}.tif`]);
  const nano = zooModel("emsnet-nano");
  const studio = new StudioPage(page);
  await studio.open();
  await studio.runs.choose(nano.name);
  await studio.runs.settings({ backend: "wasm", overlapPercent: 0 });
  await studio.scenes.add(files);
  await expect(studio.scenes.cards).toHaveCount(2);

  const refusal = studio.runs.models.locator("[data-fit=bad]");
  await expect(refusal).toContainText("near infrared, red, green");
  await expect(refusal).toContainText("there is no blue band");
  await expect(page.getByRole("button", { name: "Run model" })).toBeDisabled();

  const card = studio.scenes.card("Scene town 1");
  await card.getByText("Bands and nodata").click();
  const bands = card.getByRole("region", { name: "Bands of town_IRRG_1.tif" });
  await expect(bands.locator("[data-role=band-reason]").first()).toHaveText("file name says IRRG");
  for (const [index, role] of ["red", "green", "blue"].entries()) {
    await bands.getByLabel(`Band ${index + 1} shows`).selectOption(role);
  }
  await expect(refusal).toHaveCount(0);
  await expect(bands.locator("[data-role=band-reason]").first()).toHaveText("set by you");
  const bandsOf = (tile: number) =>
    page.evaluate((name) => {
      const record = window.nadir?.state().scenes.records.find(({ scene }) => scene.name === name);
      return record?.scene.optical.facts.bands.map(({ role }) => role);
    }, `town ${tile}`);
  expect(await bandsOf(2)).toEqual(["red", "green", "blue"]);

  // The heights end in -9999 at the edge: assumed missing, then taken back.
  const heights = card.getByRole("region", { name: "Bands of town_dsm_1.tif" });
  await expect(heights).toContainText("assumed from the edges");
  await heights.getByRole("button", { name: "Take it back" }).click();
  const lowest = () =>
    page.evaluate(() => window.nadir?.state().scenes.records[0]?.scene.auxiliary?.alignment.valueRange?.min);
  await expect.poll(lowest).toBe(-9999);
  await heights.getByLabel("Nodata").fill("-9999");
  await heights.getByRole("button", { name: "Set", exact: true }).click();
  await expect.poll(lowest).toBe(100);
  await heights.getByLabel("What town_dsm_1.tif is").selectOption("sar");
  await expect(refusal).toContainText("It is a SAR image.");
  await page.keyboard.press("Control+z");
  await expect(refusal).toHaveCount(0);
  expect(studio.errors).toEqual([]);
});

const WRITE_TILES = `
import sys, numpy as np, rasterio
folder = sys.argv[1]
rng = np.random.default_rng(2)
for tile in (1, 2):
    grid = dict(driver="GTiff", width=128, height=128, crs="EPSG:25832", transform=rasterio.Affine(0.2, 0, 500000 + tile * 1000, 0, -0.2, 5600000))
    with rasterio.open(f"{folder}/town_IRRG_{tile}.tif", "w", count=3, dtype="uint8", photometric="RGB", **grid) as d:
        d.write(rng.integers(0, 255, (3, 128, 128), dtype=np.uint8))
    heights = np.full((128, 128), 100, "float32")
    heights[30:60, 30:60] = 110
    heights[:, :5] = -9999
    with rasterio.open(f"{folder}/town_dsm_{tile}.tif", "w", count=1, dtype="float32", **grid) as d: d.write(heights, 1)
print("{}")
`;
