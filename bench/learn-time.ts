/**
 * From *Learn* to the first strip of the new map, EMSNet on the sample by WebAssembly, on the built page:
 * `npx tsx bench/learn-time.ts [STROKES]` (after `npx vite build`, with the models' Python environment for drawing strokes
 * in the truth). Prints two rounds: one with nothing kept, one with a stroke more per class and the windows of the first
 * kept. Seconds until the lesson is there, and until the first row of windows has its strip.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "@playwright/test";
import { preview } from "vite";
import { chromiumLaunchOptions } from "../e2e/chromium";
import { StudioPage } from "../e2e/regions/studio";

const PORT = 4191;
const MODEL = "EMSNet base";
const SAMPLE = ["top_nadir_1_1_RGB.tif", "dsm_nadir_01_01.tif"].map((name) => join("public/sample", name));

/** Lines of 25 × 5 pixels around random pixels of each class, one of them under a name the model lacks: that head is never given up. */
const DRAW = `
import json, sys
import numpy as np, rasterio
folder, count = sys.argv[1], int(sys.argv[2])
with rasterio.open("public/sample/top_nadir_1_1_label.tif") as truth:
    colours, crs, at = truth.read(), truth.crs, truth.transform
names = {"impervious surface": (255, 255, 255), "building": (0, 0, 255), "low vegetation": (0, 255, 255), "tree": (0, 255, 0), "parked car": (255, 255, 0)}
rng = np.random.default_rng(1)
def strokes(each):
    for name, colour in names.items():
        rows, columns = np.nonzero((colours == np.array(colour)[:, None, None]).all(0))
        for pixel in rng.choice(len(rows), each, replace=False):
            x, y, turn = columns[pixel], rows[pixel], rng.uniform(0, 6.28)
            ends = [at * (x + side * 12 * np.cos(turn), y + side * 12 * np.sin(turn)) for side in (-1, 1)]
            yield {"type": "Feature", "properties": {"class": name, "width": 5 * at.a}, "geometry": {"type": "LineString", "coordinates": ends}}
for part, each in (("first", count // 5 - 1), ("more", 1)):
    json.dump({"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": str(crs)}}, "features": list(strokes(each))}, open(f"{folder}/{part}.geojson", "w"))
`;

interface Times {
  readonly lessonSeconds: number;
  readonly stripSeconds: number;
}

/** Clicks *Learn* and waits for version `version`. */
async function learnt(page: Page, version: number): Promise<Times> {
  const panel = page.getByRole("region", { name: "Learning" });
  const started = performance.now();
  const seconds = () => Math.round(performance.now() - started) / 1000;
  await panel.getByRole("button", { name: "Learn", exact: true }).click();
  const name = `${MODEL} taught ${version}`;
  const wait = { polling: 50, timeout: 300_000 } as const;
  await page.waitForFunction((name) => window.nadir!.runs().some((run) => run.modelName === name), name, wait);
  const lessonSeconds = seconds();
  await page.waitForFunction(
    (name) => {
      const run = window.nadir!.runs().find((run) => run.modelName === name)!;
      const progress = window.nadir!.state().progress[run.id];
      return run.state.status === "done" || (progress?.stage === "running" && progress.windowsDone >= 5);
    },
    name,
    wait,
  );
  const stripSeconds = seconds();
  await page.waitForFunction(
    (name) => window.nadir!.runs().find((run) => run.modelName === name)!.state.status === "done",
    name,
    wait,
  );
  return { lessonSeconds, stripSeconds };
}

const count = Number(process.argv[2] ?? 30);
const folder = mkdtempSync(join(tmpdir(), "nadir-learn-"));
const server = await preview({ preview: { port: PORT, strictPort: true }, logLevel: "error" });
const browser = await chromium.launch(chromiumLaunchOptions());
try {
  execFileSync("models/.venv/bin/python", ["-c", DRAW, folder, String(count)]);
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, baseURL: `http://localhost:${PORT}/` });
  const studio = new StudioPage(page, "shipped");
  await studio.open();
  await studio.runs.choose(MODEL);
  await studio.runs.settings({ backend: "wasm" });
  await studio.scenes.add(SAMPLE);
  await studio.scenes.cards.first().waitFor({ timeout: 120_000 });
  await studio.panes.settled();
  await page.keyboard.press("j");
  await studio.scenes.add([`${folder}/first.geojson`]);
  console.log(`${count - 5} strokes, nothing kept:`, await learnt(page, 1));
  await studio.scenes.add([`${folder}/more.geojson`]);
  console.log(`${count} strokes, windows kept:`, await learnt(page, 2));
} finally {
  await browser.close();
  await new Promise((resolve) => server.httpServer.close(resolve));
  rmSync(folder, { recursive: true });
}
