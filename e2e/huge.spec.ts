/**
 * 20000 × 20000 pixels of RGB with a DSM in the page: how soon they are drawn and what a run over a part of them costs.
 *
 * Slow and large (files of a few hundred MB are made first), so it runs with `npm run test:all` only. Memory is what the
 * kernel counts for the page's process (VmHWM: resident at most, workers, decoded blocks and libraries included).
 */
import { mkdirSync, readFileSync } from "node:fs";
import { type Browser, expect, type Page, test } from "@playwright/test";
import { python } from "./judge";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

const AREA = { left: 9000, top: 7000, width: 2048, height: 2048 };

test("20000 × 20000 is drawn in time and runs over 2048 × 2048 in bounded memory", async ({ page, browser }, info) => {
  test.skip(process.env.NADIR_SLOW !== "1", "slow: NADIR_SLOW=1 runs it");
  test.skip(process.platform !== "linux", "memory is read from /proc");
  test.setTimeout(1_800_000);
  const folder = info.outputDir;
  mkdirSync(folder, { recursive: true });
  python(WRITE, folder);
  const nano = zooModel("emsnet-nano");

  const drawnMs: Record<string, number> = {};
  for (const kind of ["plain", "pyramid"]) {
    const studio = new StudioPage(page, "shipped");
    await studio.open();
    await expect(studio.runs.models.getByRole("checkbox").first()).toBeVisible();
    const started = performance.now();
    await studio.scenes.add([`${folder}/${kind}_RGB.tif`, `${folder}/${kind}_dsm.tif`]);
    await drawn(page);
    drawnMs[kind] = performance.now() - started;
    await page.screenshot({ path: `test-results/screens/huge-${kind}.png` });
  }

  const studio = new StudioPage(page, "shipped");
  await studio.runs.choose(nano.name);
  await studio.runs.settings({ backend: "wasm", overlapPercent: 0 });
  await studio.runs.models.getByRole("button", { name: "Settings…" }).click();
  const form = page.getByRole("form", { name: "Area of interest" });
  for (const [side, value] of Object.entries(AREA)) {
    await form.getByLabel(side).fill(String(value));
  }
  await form.getByRole("button", { name: "Set" }).click();
  await page.keyboard.press("Escape");
  const runStarted = performance.now();
  const [runId] = await studio.runs.runToEnd(1_200_000);
  const runSeconds = (performance.now() - runStarted) / 1000;
  await expect(studio.runs.card(`Run ${nano.name}`)).toHaveAttribute("data-status", "done");
  const histogram = (await page.evaluate((id) => window.nadir?.histogram(id!), runId)) ?? [];
  expect(histogram.slice(0, 255).reduce((sum, count) => sum + count, 0)).toBe(2048 * 2048);

  const peakMegabytes = await peakOfPage(browser);
  console.log(
    `20000 × 20000: drawn after ${Math.round(drawnMs.pyramid!)} ms with overviews, ${Math.round(drawnMs.plain!)} ms without; 2048 × 2048 run in ${runSeconds.toFixed(1)} s; page at most ${Math.round(peakMegabytes)} MB`,
  );
  expect(drawnMs.pyramid).toBeLessThan(2000);
  expect(drawnMs.plain).toBeLessThan(10_000);
  expect(peakMegabytes).toBeLessThan(1536);
});

/** Until the pane has textures and none is on its way. */
async function drawn(page: Page): Promise<void> {
  await page.waitForFunction(
    () => {
      const tiles = window.nadir?.tiles();
      return tiles !== undefined && tiles.uploads > 0 && tiles.settled;
    },
    undefined,
    { polling: 50, timeout: 60_000 },
  );
}

async function peakOfPage(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const peaks = processInfo
    .filter(({ type }) => type === "renderer")
    .map(({ id }) => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1]) / 1024);
  return Math.max(...peaks);
}

const WRITE = `
import shutil, sys, warnings
warnings.filterwarnings("ignore")
import numpy as np, rasterio
from rasterio.enums import Resampling
from rasterio.windows import Window
folder = sys.argv[1]
random = np.random.RandomState(1)
rgb = random.randint(0, 255, (3, 512, 512)).astype("uint8") // 16
heights = (random.randint(0, 64, (1, 512, 512)) / 4 + 100).astype("float32")
grid = dict(driver="GTiff", width=20000, height=20000, compress="deflate", zlevel=1, tiled=True, blockxsize=512, blockysize=512,
            crs="EPSG:25832", transform=rasterio.Affine(0.1, 0, 500000, 0, -0.1, 5600000))
for part, block, profile in [("RGB", rgb, dict(count=3, dtype="uint8", photometric="rgb", interleave="pixel")), ("dsm", heights, dict(count=1, dtype="float32"))]:
    with rasterio.open(f"{folder}/plain_{part}.tif", "w", **grid, **profile) as d:
        for row in range(0, 20000, 512):
            strip = np.tile(block, (1, 1, 40))[:, : min(512, 20000 - row), :20000].copy()
            strip[0] += strip.dtype.type(row // 128)
            d.write(strip, window=Window(0, row, 20000, strip.shape[1]))
    shutil.copy(f"{folder}/plain_{part}.tif", f"{folder}/pyramid_{part}.tif")
    with rasterio.open(f"{folder}/pyramid_{part}.tif", "r+") as d: d.build_overviews([2, 4, 8, 16, 32], Resampling.nearest)
print("{}")
`;
