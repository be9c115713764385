/** The network off after the first visit: the sample scene still goes from opening to export. */
import { expect, test } from "@playwright/test";
import { describeRaster } from "./judge";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

test("kept for offline use, the studio opens, runs and exports without a network", async ({ page, context }, info) => {
  const nano = zooModel("emsnet-nano");
  const studio = new StudioPage(page, "shipped");
  await studio.open();
  await studio.runs.choose(nano.name);
  await studio.runs.settings({ backend: "wasm", overlapPercent: 0 });
  await page.getByRole("button", { name: "Keep for offline use" }).click();
  await expect(page.locator("[data-role=offline]")).toHaveText("works offline", { timeout: 90_000 });

  await context.setOffline(true);
  await page.reload();
  await expect(page.getByRole("heading", { name: "Nadir" })).toBeVisible();
  await studio.openSample();
  await studio.runs.choose(nano.name);
  await studio.runs.runToEnd();
  await expect(studio.runs.card(`Run ${nano.name}`)).toHaveAttribute("data-status", "done");
  const saved = await studio.export("GeoTIFF", info.outputDir);
  expect(describeRaster(saved.tif!)).toMatchObject({ size: [1024, 1024], nodata: 255 });
});

test("the first visit loads less than 2 MB before a model is chosen", async ({ page }) => {
  const sizes: Promise<number>[] = [];
  page.on("requestfinished", (request) => sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize)));
  const studio = new StudioPage(page, "shipped");
  await studio.open();
  await expect(studio.runs.models.getByRole("checkbox").first()).toBeVisible();
  await page.waitForLoadState("networkidle");
  const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  console.log(`first visit: ${(total / 1e6).toFixed(2)} MB in ${sizes.length} answers`);
  expect(total).toBeLessThan(2e6);
});
