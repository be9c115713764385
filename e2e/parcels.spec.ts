/** Polygons dropped on the page: counted in the worker, drawn by share, sorted, saved with their columns; GDAL reads them. */
import { execFileSync } from "node:child_process";
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { python } from "./judge";
import { picture } from "./picture";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

/** Fields of a crop, striped so that no two have one size, with names. */
const FIELDS = `
import sys, json, rasterio
with rasterio.open(sys.argv[1]) as d:
    left, bottom, right, top = d.bounds
    crs = d.crs.to_epsg()
features, width, height = [], right - left, top - bottom
for row in range(4):
    for col in range(5):
        skew = 0.03 * width * ((row * 3 + col * 2) % 4 - 1.5)
        x0, x1 = left + width * col / 5 + skew / 4, left + width * (col + 0.92) / 5 + skew / 3
        y0, y1 = top - height * row / 4, top - height * (row + 0.9) / 4
        ring = [[x0, y0], [x1, y0], [x1 + skew, y1], [x0 + skew, y1], [x0, y0]]
        features.append({"type": "Feature", "properties": {"parcel": f"{'ABCD'[row]} {col + 1}", "owner": 10 * row + col},
                         "geometry": {"type": "Polygon", "coordinates": [ring]}})
name = f"urn:ogc:def:crs:EPSG::{crs}"
json.dump({"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": name}}, "features": features}, open(sys.argv[2], "w"))
print("{}")
`;

const SIZES = [
  [800, 600],
  [1024, 768],
  [1440, 900],
  [2560, 1440],
] as const;

test("polygons of a GeoPackage are counted, drawn, sorted and saved", async ({ page }, info) => {
  const model = zooModel("emsnet-nano");
  const studio = new StudioPage(page);
  const at = (name: string) => info.outputPath(name);
  await studio.runCrop(model.name, info.outputDir, 320);
  const panel = studio.evaluation.root;

  python(FIELDS, `${info.outputDir}/crop_RGB.tif`, at("fields.geojson"));
  execFileSync("ogr2ogr", ["-f", "GPKG", at("fields.gpkg"), at("fields.geojson"), "-nln", "fields"]);
  await studio.scenes.add([at("fields.gpkg")]);
  await expect(panel).toContainText("fields.gpkg · 20 polygons");
  const table = panel.getByRole("table", { name: "What lies in each polygon" });
  await expect(table.locator("tbody tr")).toHaveCount(20, { timeout: 60_000 });
  await expect(table.getByRole("button", { name: "mean height" })).toBeVisible();

  const canvas = page.locator("canvas[data-role=parcels]");
  const painted = () =>
    canvas.evaluate((element: HTMLCanvasElement) => {
      const { data } = element.getContext("2d")!.getImageData(0, 0, element.width, element.height);
      let pixels = 0;
      for (let alpha = 3; alpha < data.length; alpha += 4) pixels += Number(data[alpha]! > 0);
      return pixels / (data.length / 4);
    });
  await expect.poll(painted).toBeGreaterThan(0.005);
  const outlines = await painted();
  const className = model.classes[1]!.name;
  await panel.getByLabel("Share on the map").selectOption(className);
  await expect.poll(painted).toBeGreaterThan(5 * outlines);

  const head = table.getByRole("columnheader", { name: className, exact: false }).first();
  await head.getByRole("button").click();
  await expect(head).toHaveAttribute("aria-sort", "descending");
  const column = await head.evaluate((element: HTMLTableCellElement) => element.cellIndex);
  const shares = await table
    .locator("tbody tr")
    .evaluateAll(
      (rows, index) => rows.map((row) => Number.parseFloat(row.children[index]!.querySelector(".share")!.textContent!)),
      column,
    );
  expect(shares).toEqual([...shares].sort((a, b) => b - a));
  expect(Math.max(...shares)).toBeGreaterThan(0);

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    panel.getByRole("button", { name: "GeoPackage", exact: true }).click(),
  ]);
  await download.saveAs(at("joined.gpkg"));
  const said = execFileSync("ogrinfo", ["-al", "-so", at("joined.gpkg")], { encoding: "utf8" });
  expect(said).toContain("Feature Count: 20");
  expect(said).toMatch(/parcel: String/);
  expect(said).toMatch(/mean_height_m: Real/);
  for (const [width, height] of SIZES) {
    await page.setViewportSize({ width, height });
    if (width < 1200) await page.getByRole("button", { name: "Scores", exact: true }).click();
    await picture(page, `test-results/screens/parcels-${width}.png`);
    if (width < 1200) await page.keyboard.press("Escape");
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await panel.getByRole("button", { name: "Run inside them only" }).click();
  await expect(page.locator(".area-polygons").first()).toBeVisible();
  await picture(page, "test-results/screens/parcels-area.png");
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`)).toEqual(
    [],
  );

  await panel.getByRole("button", { name: "Remove", exact: true }).click();
  await expect.poll(painted).toBe(0);
  await expect(panel.getByRole("tab", { name: "Areas" })).toHaveAttribute("aria-selected", "true");
  expect(studio.errors).toEqual([]);
  studio.expectNothingSent();
});
