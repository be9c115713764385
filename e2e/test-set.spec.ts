/**
 * Tiles are ticked, run with several models, compared, scored and handed over together; each is a line that opens, by
 * mouse and by keys. Figures: `test-set-runs.test.ts`.
 */
import { mkdirSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { python } from "./judge";
import { NANOS, serveLightModel } from "./light-model";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

const TILES = ["town_1_1", "town_1_2", "town_1_10", "town_2_1", "town_2_2", "town_2_3"];

/** From files that are open to masks side by side. */
const MOST_CLICKS = 5;

test("six tiles and three models side by side in five clicks, scored together and handed over", async ({
  page,
}, info) => {
  const models = NANOS.map((id) => zooModel(id));
  mkdirSync(info.outputDir, { recursive: true });
  const files = python(WRITE, info.outputDir, ...TILES) as string[];
  const studio = new StudioPage(page);
  await page.addInitScript(countClicks);
  await serveLightModel(page.context(), NANOS);
  await studio.open();
  await studio.scenes.add(files);
  await expect(studio.scenes.cards).toHaveCount(6);
  await studio.truthReady();
  // The page begins with one model chosen; here with one that is quick.
  await studio.runs.choose(models[0]!.name);
  await studio.runs.settings({ backend: "wasm", overlapPercent: 0 });

  await page.evaluate(() => {
    window.clicksOfTest = 0;
  });
  for (const { name } of models) {
    const box = studio.runs.models.getByRole("checkbox", { name });
    if (!(await box.isChecked())) await box.click();
  }
  await studio.scenes.root.getByRole("checkbox", { name: "All" }).click();
  await page.getByRole("button", { name: "Run 3 models × 6 scenes" }).click();
  await expect(page.getByRole("button", { name: "Cancel all" })).toBeVisible();
  const statuses = () => page.evaluate(() => window.nadir!.runs().map(({ state }) => state.status));
  await expect.poll(statuses, { timeout: 120_000 }).toEqual(Array(18).fill("done"));
  await expect(page.getByRole("button", { name: "Cancel all" })).toBeHidden();
  await page.getByRole("button", { name: "Compare all" }).click();
  await expect(studio.panes.root.getByRole("region")).toHaveCount(4);
  const chips = studio.panes.root.getByRole("button", { name: /shows/ });
  for (const content of [...models.map(({ name }) => `${name} · mask`), "Truth"]) {
    await expect(chips.filter({ hasText: content })).toHaveCount(1);
  }
  expect(await page.evaluate(() => window.clicksOfTest)).toBeLessThanOrEqual(MOST_CLICKS);

  await studio.evaluation.open("Scores");
  await studio.evaluation.root.getByRole("radio", { name: "Ticked scenes (6)" }).click();
  const perTile = studio.evaluation.root.getByRole("table", { name: "Mean IoU per tile" });
  await expect(perTile.getByRole("row")).toHaveCount(7);
  await expect(studio.evaluation.root.locator('[data-row="Tiles scored"] td').last()).toHaveText("6");
  await expect(studio.evaluation.root.locator('[data-row^="Pooled mIoU"] td').last()).toHaveText(/^\d+\.\d$/);

  await studio.panes.settled();
  await studio.panes.pane(1).getByRole("button", { name: /shows/ }).click();
  await page.getByRole("menuitem", { name: "Save picture" }).press("ArrowRight");
  const saving = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "All panes, 2 ×" }).click();
  const picture = `${info.outputDir}/comparison.png`;
  await (await saving).saveAs(picture);
  const area = (await studio.panes.root.boundingBox())!;
  const { width, height, colours } = python(PICTURE, picture) as Record<string, number>;
  expect(width).toBeGreaterThan(2 * area.width);
  expect(height).toBeGreaterThan(2 * area.height);
  expect(colours).toBeGreaterThan(100);

  await page.getByRole("button", { name: "Export…" }).click();
  await page.getByRole("menuitem", { name: /^Everything…/ }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("dialog").getByRole("button", { name: "Save .zip" }).click();
  const archive = `${info.outputDir}/handed.zip`;
  await (await download).saveAs(archive);
  const { bad, names } = python(LIST, archive) as { bad: string | null; names: string[] };
  expect(bad).toBeNull();
  expect(names.filter((file) => file.endsWith(".tif"))).toHaveLength(18);
  expect(names.filter((file) => file.endsWith(".vrt"))).toHaveLength(3);
  await expect(page.getByRole("dialog")).toBeHidden();

  const worst = perTile.getByRole("button").first();
  const name = (await worst.textContent())!;
  await worst.click();
  await expect(studio.scenes.card(`Scene ${name}`).getByRole("button", { name: "Alignment…" })).toBeVisible();
  await expect(studio.scenes.root.getByRole("button", { name: "Alignment…" })).toHaveCount(1);

  // The list by keys: sorted as people count, gone through, ticked and filtered.
  const { root } = studio.scenes;
  await root.getByRole("combobox", { name: "Order of the scenes" }).selectOption("by name");
  const lines = () => root.getByRole("article").evaluateAll((rows) => rows.map((row) => row.ariaLabel));
  expect(await lines()).toEqual(["1 1", "1 2", "1 10", "2 1", "2 2", "2 3"].map((tile) => `Scene town ${tile}`));
  await root
    .getByRole("button", { name: /^Show scene/ })
    .first()
    .press("End");
  await page.keyboard.press("Space");
  await expect(root.getByRole("checkbox", { name: /town 2 3/ })).not.toBeChecked();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await expect(studio.scenes.card("Scene town 2 2").getByRole("button", { name: "Alignment…" })).toBeVisible();
  await root.getByRole("searchbox").fill("town_1_ done");
  await expect(studio.scenes.cards).toHaveCount(3);
  expect(studio.errors).toEqual([]);
});

declare global {
  interface Window {
    clicksOfTest: number;
  }
}

/** In the page. */
function countClicks(): void {
  window.clicksOfTest = 0;
  const count = ({ isTrusted }: Event) => {
    if (isTrusted) window.clicksOfTest++;
  };
  window.addEventListener("pointerdown", count, { capture: true });
}

const PICTURE = `
import sys, json, numpy as np
from PIL import Image
picture = np.asarray(Image.open(sys.argv[1]).convert("RGB"))
print(json.dumps(dict(width=picture.shape[1], height=picture.shape[0], colours=len(np.unique(picture.reshape(-1, 3), axis=0)))))
`;

const LIST = `
import sys, json, zipfile
archive = zipfile.ZipFile(sys.argv[1])
print(json.dumps(dict(bad=archive.testzip(), names=archive.namelist())))
`;

const WRITE = `
import sys, json, warnings, numpy as np, rasterio
warnings.filterwarnings("ignore")
colours = np.array([[255, 255, 255], [0, 0, 255], [0, 255, 255], [0, 255, 0]], np.uint8)
rng = np.random.default_rng(9)
paths = []
def write(path, values, **profile):
    with rasterio.open(path, "w", driver="GTiff", count=values.shape[0], dtype=values.dtype, **profile) as d: d.write(values)
    paths.append(path)
for tile, name in enumerate(sys.argv[2:]):
    grid = dict(width=128, height=96, crs="EPSG:25832", transform=rasterio.Affine(0.1, 0, 691000 + 100 * tile, 0, -0.1, 5335200))
    path = f"{sys.argv[1]}/top_{name}"
    write(path + "_RGB.tif", rng.integers(0, 255, (3, 96, 128), dtype=np.uint8), photometric="RGB", **grid)
    write(path + "_dsm.tif", rng.uniform(90, 120, (1, 96, 128)).astype("float32"), **grid)
    ids = np.kron(rng.integers(0, 4, (6, 8)), np.ones((16, 16), int))
    write(path + "_label.tif", colours[ids].transpose(2, 0, 1), photometric="RGB", **grid)
print(json.dumps(paths))
`;
