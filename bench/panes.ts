/**
 * Panning four linked panes over a 6000 × 6000 scene on the built page: `npx tsx bench/panes.ts` (after `npx vite build`,
 * with the models' Python environment for making the rasters). Prints frame times, heap and texture bytes.
 *
 * `NADIR_BENCH_ARGS` replaces the software adapter's flags, for machines with a GPU.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { preview } from "vite";
import { chromiumLaunchOptions } from "../e2e/chromium";
import { StudioPage } from "../e2e/regions/studio";

const SIDE_PX = 6000;
const PAN_MS = 6000;
const PORT = 4190;

/** Smooth noise with edges, 8 bits, and a DSM of half the resolution; DEFLATE tiles without overviews. */
const MAKE = `
import sys, numpy as np, rasterio
from rasterio.transform import from_origin
folder, side = sys.argv[1], int(sys.argv[2])
rng = np.random.default_rng(1)
coarse = rng.integers(0, 255, (3, side // 40, side // 40), dtype=np.uint8)
rgb = np.kron(coarse, np.ones((1, 40, 40), np.uint8))
rgb = np.clip(rgb.astype(np.int16) + rng.integers(-8, 8, rgb.shape, dtype=np.int16), 0, 255).astype(np.uint8)
common = dict(driver="GTiff", crs="EPSG:25832", tiled=True, blockxsize=256, blockysize=256, compress="deflate")
with rasterio.open(folder + "/large_RGB.tif", "w", width=side, height=side, count=3, dtype="uint8", transform=from_origin(500000, 5600000, 0.05, 0.05), **common) as d: d.write(rgb)
dsm = np.kron(rng.random((side // 80, side // 80), dtype=np.float32) * 20, np.ones((40, 40), np.float32))
with rasterio.open(folder + "/large_dsm.tif", "w", width=side // 2, height=side // 2, count=1, dtype="float32", transform=from_origin(500000, 5600000, 0.1, 0.1), **common) as d: d.write(dsm, 1)
`;

/** As text: the TypeScript runner adds helpers to functions that the page does not have. */
const TIME_FRAMES = `new Promise((resolve) => {
  const times = [];
  const end = performance.now() + ${PAN_MS};
  const tick = (now) => {
    times.push(now);
    if (now < end) requestAnimationFrame(tick);
    else resolve(times.slice(1).map((time, index) => time - times[index]));
  };
  requestAnimationFrame(tick);
})`;

const folder = mkdtempSync(join(tmpdir(), "nadir-panes-"));
const server = await preview({ preview: { port: PORT, strictPort: true }, logLevel: "error" });
const args = process.env.NADIR_BENCH_ARGS?.split(" ");
const browser = await chromium.launch({ ...chromiumLaunchOptions(), ...(args && { args }) });
try {
  execFileSync("models/.venv/bin/python", ["-c", MAKE, folder, String(SIDE_PX)]);
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, baseURL: `http://localhost:${PORT}/` });
  const studio = new StudioPage(page);
  await studio.open();
  const opened = performance.now();
  await studio.scenes.add([`${folder}/large_RGB.tif`, `${folder}/large_dsm.tif`]);
  await studio.panes.count(4);
  await studio.panes.show(3, "DSM heights");
  await page.waitForFunction(() => window.nadir?.tiles().settled, undefined, { timeout: 120_000 });
  const firstPictureSeconds = (performance.now() - opened) / 1000;

  // Closer, so that panning brings new tiles; then a steady drag to and fro while every frame is timed.
  await studio.panes.hover(1, 0.5, 0.5);
  await page.mouse.wheel(0, -300);
  await page.waitForFunction(() => window.nadir?.tiles().settled, undefined, { timeout: 120_000 });
  const frames = page.evaluate<number[]>(TIME_FRAMES);
  const box = await studio.panes.pane(1).boundingBox();
  const [x, y] = [(box?.x ?? 0) + 200, (box?.y ?? 0) + 200];
  await page.mouse.move(x, y);
  await page.mouse.down();
  const started = performance.now();
  while (performance.now() - started < PAN_MS) {
    const phase = ((performance.now() - started) / 1000) * Math.PI;
    await page.mouse.move(x + 150 * Math.sin(phase), y + 120 * Math.sin(phase * 0.7));
  }
  await page.mouse.up();
  const sorted = (await frames).sort((first, second) => first - second);
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
  const { bytes } = await page.evaluate(() => window.nadir!.tiles());
  const heap = await page.evaluate(
    () => (performance as unknown as { memory?: { usedJSHeapSize: number } }).memory?.usedJSHeapSize ?? 0,
  );
  console.table({
    "first picture of four panes, s": firstPictureSeconds.toFixed(1),
    "frames timed": sorted.length,
    "frame time while panning, median, ms": at(0.5),
    "frame time while panning, 95th percentile, ms": at(0.95),
    "page heap, MB": (heap / 1e6).toFixed(0),
    "textures, MB": (bytes / 1e6).toFixed(0),
  });
} finally {
  await browser.close();
  await server.close();
  rmSync(folder, { recursive: true });
}
