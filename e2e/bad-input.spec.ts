/** Files that cannot be used: a sentence beside each that says what was found, what is needed, what to do; the rest works. */
import { mkdirSync, writeFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { hasTestData, python, TEST_DATA } from "./judge";
import { StudioPage } from "./regions/studio";

test("bad files are refused in words and the sample still opens", async ({ page }, info) => {
  mkdirSync(info.outputDir, { recursive: true });
  const path = (name: string) => `${info.outputDir}/${name}`;
  writeFileSync(path("notes.tif"), "these are field notes, not an image");
  writeFileSync(path("broken.nadir.json"), '{"format": "nadir-model/1", "id": 7}');
  writeFileSync(path("half.nadir.json"), '{"format": ');
  writeFileSync(path("lonely.onnx"), "no graph");

  const studio = new StudioPage(page);
  await studio.open();
  await studio.scenes.add([path("notes.tif"), path("broken.nadir.json"), path("half.nadir.json"), path("lonely.onnx")]);

  const notTiff = studio.scenes.faults.filter({ hasText: "notes.tif" });
  await expect(notTiff).toContainText('starts with the text "these ar');
  await expect(notTiff).toContainText("GeoTIFF, PNG and JPEG can be opened");
  await expect(notTiff).toContainText("pick another file");

  const models = studio.runs.models.getByRole("alert");
  await expect(models.filter({ hasText: "broken.nadir.json" })).toContainText("faults");
  await expect(models.filter({ hasText: "half.nadir.json" })).toContainText("no JSON");
  await expect(models.filter({ hasText: "lonely.onnx" })).toContainText("no ONNX graph");

  await page.getByRole("button", { name: "Dismiss: notes.tif" }).click();
  await expect(notTiff).toHaveCount(0);
  await studio.openSample();
  await expect(studio.scenes.card(/nadir/)).toBeVisible();
  expect(studio.errors).toEqual([]);
});

test("a truth of another size without a position is refused beside its scene", async ({ page }, info) => {
  mkdirSync(info.outputDir, { recursive: true });
  const folder = info.outputDir;
  python(WRITE_PAIR, folder);
  const studio = new StudioPage(page);
  await studio.open();
  await studio.scenes.add([`${folder}/town_RGB.tif`, `${folder}/town_label.tif`]);
  const card = studio.scenes.cards.first();
  await expect(card.getByRole("alert")).toContainText("town_label.tif");
  await expect(card).toContainText("No DSM");
  await expect(page.getByRole("button", { name: /^Run/ })).toBeDisabled();
});

test("a DSM of another place is refused with the distance, and nothing runs", async ({ page }) => {
  test.skip(!hasTestData, `no real rasters at ${TEST_DATA}`);
  const studio = new StudioPage(page);
  await studio.open();
  const folder = `${TEST_DATA}/scenes/farapart`;
  await studio.scenes.add([`${folder}/m_4709963_se_14_1_20200831.tif`, `${folder}/dsm.tif`]);
  const alert = studio.scenes.cards.first().getByRole("alert");
  await expect(alert).toContainText("dsm.tif");
  await expect(alert).toContainText("km");
  await expect(page.getByRole("button", { name: /^Run/ })).toBeDisabled();
});

const WRITE_PAIR = `
import sys, numpy as np, rasterio, warnings
warnings.filterwarnings("ignore")
rng = np.random.default_rng(1)
with rasterio.open(sys.argv[1] + "/town_RGB.tif", "w", driver="GTiff", width=120, height=90, count=3, dtype="uint8") as d:
    d.write(rng.integers(0, 255, (3, 90, 120), dtype=np.uint8))
with rasterio.open(sys.argv[1] + "/town_label.tif", "w", driver="GTiff", width=60, height=33, count=3, dtype="uint8") as d:
    d.write(np.full((3, 33, 60), 255, np.uint8))
print("{}")
`;
