/** A map cleaned on the page and taken away as polygons; GDAL reads them. */
import { execFileSync } from "node:child_process";
import { expect, test } from "@playwright/test";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

test("a run is cleaned beside itself, and its buildings leave with right angles", async ({ page }, info) => {
  const model = zooModel("emsnet-nano");
  const studio = new StudioPage(page);
  await studio.runCrop(model.name, info.outputDir, 320);
  const form = studio.runs.card(`Run ${model.name}`).locator("[data-role=clean]");
  await form.locator("summary").click();
  await form.getByLabel("Close holes below").fill("4");
  await form.getByLabel(/^Patches of [Cc]ar below$/).fill("1");
  await form.getByRole("button", { name: "Clean" }).click();
  const cleaned = studio.runs.card(`Run ${model.name}, cleaned`);
  await expect(cleaned.locator("[data-role=cleaned]")).toContainText(
    /Cleaned: majority of 3 x 3 px, holes below 4 m2 closed, patches below 2 m2 \([Cc]ar: 1 m2\) joined/,
  );

  await page.getByRole("button", { name: "Export…" }).click();
  await page.getByRole("menuitem", { name: /How polygons are made/ }).click();
  const dialog = page.getByRole("dialog", { name: "Polygons" });
  await dialog.getByRole("slider", { name: "Corners may be off by" }).focus();
  for (let step = 0; step < 3; step++) await page.keyboard.press("ArrowRight");
  await expect(dialog).toContainText("1.5 px");
  await expect(dialog.getByRole("checkbox", { name: "building", exact: true })).toBeChecked();
  await page.keyboard.press("Escape");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    studio.chooseExport(/Right-angled buildings/, "last"),
  ]);
  const path = info.outputPath("buildings.gpkg");
  await download.saveAs(path);
  const said = execFileSync("ogrinfo", ["-al", path, "buildings"], { encoding: "utf8" });
  expect(said).toMatch(/outline \(String\) = (right-angled|as traced)/);
  expect(said).toMatch(/height_median_m \(Real\) = \d/);
});
