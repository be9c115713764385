/** Files that cannot be used: a sentence beside each that says what was found, what is needed, what to do; the rest works. */
import { mkdirSync, writeFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
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
