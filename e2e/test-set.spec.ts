/**
 * Tiles are ticked, run with several models, compared, scored and handed over together; each is a line that opens.
 * Figures: `test-set-runs.test.ts`.
 */
import { mkdirSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { python } from "./judge";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

const TILES = ["town_1_1", "town_1_2", "town_2_1"];

test("three tiles, ticked, run with two models, side by side, scored together and handed over", async ({
  page,
}, info) => {
  const [nano, other] = [zooModel("emsnet-nano"), zooModel("mobanet-nano")];
  mkdirSync(info.outputDir, { recursive: true });
  const files = python(WRITE, info.outputDir, ...TILES) as string[];
  const studio = new StudioPage(page);
  await studio.open();
  await studio.scenes.add(files);
  await expect(studio.scenes.cards).toHaveCount(3);
  await studio.truthReady();
  await studio.runs.choose(nano.name, other.name);
  await studio.runs.settings({ backend: "wasm", overlapPercent: 0 });
  await studio.scenes.root.getByRole("checkbox", { name: "All" }).click();
  await page.getByRole("button", { name: "Run 2 models × 3 scenes" }).click();
  await expect(page.getByRole("button", { name: "Cancel all" })).toBeVisible();
  const statuses = () => page.evaluate(() => window.nadir!.runs().map(({ state }) => state.status));
  await expect.poll(statuses, { timeout: 120_000 }).toEqual(Array(6).fill("done"));
  await expect(page.getByRole("button", { name: "Cancel all" })).toBeHidden();

  await studio.evaluation.open("Scores");
  await studio.evaluation.root.getByRole("radio", { name: "Ticked scenes (3)" }).click();
  const perTile = studio.evaluation.root.getByRole("table", { name: "Mean IoU per tile" });
  await expect(perTile.getByRole("row")).toHaveCount(4);
  await expect(studio.evaluation.root.locator('[data-row="Tiles scored"] td').last()).toHaveText("3");
  await expect(studio.evaluation.root.locator('[data-row^="Pooled mIoU"] td').last()).toHaveText(/^\d+\.\d$/);

  await page.getByRole("button", { name: "Compare all" }).click();
  await expect(studio.panes.root.getByRole("region")).toHaveCount(4);
  for (const [pane, content] of [nano.name, other.name, "Truth", "Orthophoto"].entries()) {
    const chip = studio.panes.pane(pane + 1).getByRole("button", { name: /shows/ });
    await expect(chip).toHaveAccessibleName(new RegExp(`shows ${content}`));
  }

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
  expect(names.filter((file) => file.endsWith(".tif"))).toHaveLength(6);
  expect(names.filter((file) => file.endsWith(".vrt"))).toHaveLength(2);
  await expect(page.getByRole("dialog")).toBeHidden();

  const worst = perTile.getByRole("button").first();
  const name = (await worst.textContent())!;
  await worst.click();
  await expect(studio.scenes.card(`Scene ${name}`).getByRole("button", { name: "Alignment…" })).toBeVisible();
  await expect(studio.scenes.root.getByRole("button", { name: "Alignment…" })).toHaveCount(1);
  expect(studio.errors).toEqual([]);
});

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
