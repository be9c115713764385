/** Truth of any make: a table of one's own, unknown colours counted, two variants, several model classes in one; judged by numpy and scikit-learn. */
import { readFileSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { cropSample, python } from "./judge";
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
  await page.screenshot({ path: `test-results/screens/truth-own-table.png` });
  for (const [value, name] of Object.entries({ 1: "ground", 2: "building", 3: "trees" })) {
    await table.getByLabel(`Name of ${value}`, { exact: true }).fill(name);
  }
  await table.getByRole("button", { name: "Use this table" }).click();
  await studio.truthReady();
  await expect(dialog.getByRole("table", { name: "Pixels per truth value" })).toContainText("ground");
  await page.keyboard.press("Escape");

  const [runId] = await studio.runs.runToEnd();
  await expect(studio.runs.card(`Run ${nano.name}`)).toHaveAttribute("data-status", "done");
  const counts = () => page.evaluate((id) => window.nadir?.scores(id)?.counts ?? [], runId!);
  await expect.poll(async () => (await counts()).length).toBe(9);
  const saved = await studio.export("GeoTIFF", info.outputDir);
  const judge = (groups: Record<string, number[]>) =>
    python(CONFUSION, saved.tif!, truthPath, JSON.stringify(groups)) as number[];
  // Ids of the model: 1 impervious surface, 2 building, 3 low vegetation, 4 tree, 5 car, 0 clutter.
  expect(await counts()).toEqual(judge({ 1: [1, 3], 2: [2], 3: [4] }));

  await card.getByRole("button", { name: "Truth classes…" }).click();
  const summary = dialog.locator("[data-role=mapping-summary]");
  await expect(summary).toContainText("ground ← impervious surface + low vegetation");
  await dialog.getByLabel("car counts as").selectOption("ground");
  await expect(summary).toContainText("ground ← impervious surface + low vegetation + car");
  await expect.poll(counts).toEqual(judge({ 1: [1, 3, 5], 2: [2], 3: [4] }));
  await dialog.getByLabel("tree counts as").selectOption("");
  await expect(summary).toContainText("trees: no model class");
  await expect.poll(counts).toEqual(judge({ 1: [1, 3, 5], 2: [2] }));
  await page.keyboard.press("Control+z");
  await expect.poll(counts).toEqual(judge({ 1: [1, 3, 5], 2: [2], 3: [4] }));
  await page.keyboard.press("Control+Shift+z");
  await expect.poll(counts).toEqual(judge({ 1: [1, 3, 5], 2: [2] }));
  await page.screenshot({ path: `test-results/screens/truth-mapping.png` });
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
  await expect.poll(counts).toEqual(judge({ 1: [1, 3], 2: [2], 3: [4] }));
  await page.locator("[data-role=mapping-input]").setInputFiles(mappingPath);
  await expect.poll(counts).toEqual(judge({ 1: [1, 3, 5], 2: [2] }));
  expect(studio.errors).toEqual([]);
});

test("unknown colours are counted, and either of two truth files can count", async ({ page }, info) => {
  const files = cropSample(info.outputDir, 200);
  const eroded = `${info.outputDir}/crop_label_noBoundary.tif`;
  const pixels = python(WITH_STRANGERS, files[2]!, eroded) as { full: number; eroded: number };
  const studio = new StudioPage(page);
  await studio.open();
  await studio.scenes.add([...files, eroded]);
  await studio.truthReady();
  await studio.scenes.cards.first().getByRole("button", { name: "Truth classes…" }).click();
  const dialog = page.getByRole("dialog", { name: "Truth classes" });
  await expect(dialog.locator("[data-role=unknown-value]")).toContainText("200,30,200");
  await expect(dialog.locator("[data-role=unknown-value]")).toContainText("120");
  const labelled = () =>
    page.evaluate(() => {
      const truth = window.nadir?.state().scenes.records[0]?.truth;
      return truth?.status === "ready" ? Object.values(truth.classPixels).reduce((sum, count) => sum + count, 0) : -1;
    });
  expect(await labelled()).toBe(pixels.full);
  await dialog.getByLabel("Truth file").selectOption("eroded");
  await expect.poll(labelled).toBe(pixels.eroded);
  await page.screenshot({ path: `test-results/screens/truth-unknown.png` });
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

const CONFUSION = `
import sys, json, numpy as np, rasterio
from sklearn.metrics import confusion_matrix
mask, truth = rasterio.open(sys.argv[1]).read(1), rasterio.open(sys.argv[2]).read(1)
groups = json.loads(sys.argv[3])
lookup = np.full(256, 255, np.uint8)
for position, (value, ids) in enumerate(groups.items()): lookup[ids] = position
order = np.full(256, 255, np.uint8)
for position, value in enumerate(groups): order[int(value)] = position
p, t = lookup[mask], order[truth]
kept = (p != 255) & (t != 255)
print(json.dumps(confusion_matrix(t[kept], p[kept], labels=list(range(len(groups)))).ravel().tolist()))
`;

const WITH_STRANGERS = `
import sys, json, numpy as np, rasterio
from scipy.ndimage import binary_erosion
with rasterio.open(sys.argv[1]) as d: rgb, profile = d.read(), d.profile
rgb[:, 20:30, 40:52] = np.array([200, 30, 200], np.uint8)[:, None, None]
with rasterio.open(sys.argv[1], "w", **profile) as d: d.write(rgb)
code = rgb[0].astype(int) << 16 | rgb[1].astype(int) << 8 | rgb[2]
kept = np.zeros(code.shape, bool)
for value in np.unique(code): kept |= binary_erosion(code == value, iterations=2)
eroded = np.where(kept, rgb, 0).astype("uint8")
with rasterio.open(sys.argv[2], "w", **profile) as d: d.write(eroded)
known = [0xffffff, 0x0000ff, 0x00ffff, 0x00ff00, 0xffff00, 0xff0000]
print(json.dumps(dict(full=int(np.isin(code, known).sum()), eroded=int((np.isin(code, known) & kept).sum()))))
`;
