/** Truth of any make: a table of one's own, unknown colours counted, two variants, several model classes in one; judged by numpy and scikit-learn. */
import { readFileSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { cropSample, python } from "./judge";
import { picture } from "./picture";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

test("class ids without names get them, and classes share a truth class as the user says", async ({ page }, info) => {
  const files = cropSample(info.outputDir, 256);
  const truthPath = files[2]!;
  const values = python(TO_IDS, truthPath) as Record<string, number>;
  const nano = zooModel("emsnet-nano");
  const studio = new StudioPage(page);
  await studio.open();
  await studio.runs.choose(nano.name);
  await studio.runs.settings({ backend: "wasm", overlapPercent: 0 });
  await studio.scenes.add(files);
  const card = studio.scenes.cards.first();
  await expect(card.getByRole("alert")).toContainText("class ids without colours or names");

  await card.getByRole("button", { name: "Truth classes…" }).click();
  const dialog = page.getByRole("dialog", { name: "Truth classes" });
  await dialog.getByLabel("Class scheme").selectOption("own");
  const table = dialog.getByRole("form", { name: "a table of my own" });
  for (const [value, pixels] of Object.entries(values)) {
    const row = table.getByRole("row").filter({ has: page.getByLabel(`Name of ${value}`, { exact: true }) });
    await expect(row.getByRole("cell").nth(1)).toHaveText(new RegExp(`^${[...String(pixels)].join("\\s?")}$`));
  }
  await picture(page, `test-results/screens/truth-own-table.png`);
  for (const [value, name] of Object.entries({ 1: "ground", 2: "building", 3: "trees" })) {
    await table.getByLabel(`Name of ${value}`, { exact: true }).fill(name);
  }
  await table.getByRole("button", { name: "Use this table" }).click();
  await studio.truthReady();
  await expect(dialog.getByRole("table", { name: "Pixels per truth value" })).toContainText("ground");
  await page.keyboard.press("Escape");

  await card.getByRole("button", { name: "Truth classes…" }).click();
  const summary = dialog.locator("[data-role=mapping-summary]");
  await expect(summary).toContainText("ground ← impervious surface + low vegetation");
  await dialog.getByLabel("car counts as").selectOption("ground");
  await expect(summary).toContainText("ground ← impervious surface + low vegetation + car");
  await dialog.getByLabel("tree counts as").selectOption("");
  await expect(summary).toContainText("trees: no model class");
  await page.keyboard.press("Control+z");
  await expect(summary).not.toContainText("trees: no model class");
  await page.keyboard.press("Control+Shift+z");
  await expect(summary).toContainText("trees: no model class");
  await picture(page, `test-results/screens/truth-mapping.png`);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);

  const download = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Save as JSON…" }).click();
  const mappingPath = `${info.outputDir}/kept.classes.json`;
  await (await download).saveAs(mappingPath);
  expect(JSON.parse(readFileSync(mappingPath, "utf8"))).toMatchObject({
    format: "nadir-class-mapping/1",
    modelToTruth: { car: "ground", tree: null, building: "building" },
  });
  await dialog.getByRole("button", { name: "Back to names that match" }).click();
  await expect(summary).not.toContainText("trees: no model class");
  await page.locator("[data-role=mapping-input]").setInputFiles(mappingPath);
  await expect(summary).toContainText("trees: no model class");
  expect(studio.errors).toEqual([]);
});

const TO_IDS = `
import sys, json, warnings, numpy as np, rasterio
warnings.filterwarnings("ignore")
with rasterio.open(sys.argv[1]) as d: rgb, grid = d.read(), dict(transform=d.transform, crs=d.crs)
ids = np.full(rgb.shape[1:], 9, np.uint8)
for value, colours in {1: [(255, 255, 255), (0, 255, 255)], 2: [(0, 0, 255)], 3: [(0, 255, 0)]}.items():
    for colour in colours: ids[np.all(rgb == np.array(colour, np.uint8)[:, None, None], axis=0)] = value
ids[:5, :7] = 4
with rasterio.open(sys.argv[1], "w", driver="GTiff", width=ids.shape[1], height=ids.shape[0], count=1, dtype="uint8", **grid) as d: d.write(ids, 1)
values, counts = np.unique(ids, return_counts=True)
print(json.dumps({str(v): int(c) for v, c in zip(values, counts)}))
`;
