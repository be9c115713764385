/**
 * The engine's worker hangs: it is replaced, the run's mask is the one plain Python gives, and the studio goes on. The
 * runtime cannot be loaded once: the run says so, and the next one works.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { copyAsInThePapers } from "../src/testing/as-in-the-papers";
import { python } from "./judge";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

const OPTICAL = "public/sample/top_nadir_1_1_RGB.tif";
const DSM = "public/sample/dsm_nadir_01_01.tif";

test("a worker that hangs is replaced and the run goes on where it was", async ({ page }, info) => {
  await page.clock.install();
  const studio = new StudioPage(page, "papers");
  await studio.open();
  await studio.openSample();
  await studio.runs.choose(zooModel("emsnet-nano").name);
  await studio.runs.settings({ backend: "wasm" });
  const ended = studio.runs.runToEnd();
  // Several strips are finished; looked at often, since the run is over in seconds.
  await expect
    .poll(() => studio.runs.runs.textContent(), { intervals: [20], timeout: 60_000 })
    .toMatch(/\b[1-9]\d\d of \d+ windows/);
  await hangEngine(page);
  const notice = page.getByText(/stopped answering.*goes on from row [1-9]/);
  // In steps shorter than the six seconds after which notices close by themselves.
  await expect
    .poll(
      async () => {
        await page.clock.runFor(4000);
        return notice.isVisible();
      },
      { intervals: [20], timeout: 120_000 },
    )
    .toBe(true);
  await ended;
  const exported = (await studio.export("GeoTIFF", info.outputDir)).tif!;
  const reference = join(info.outputDir, "reference.u8");
  execFileSync("models/.venv/bin/python", [
    "models/tests/reference_segment.py",
    OPTICAL,
    DSM,
    copyAsInThePapers("emsnet-nano", join(info.outputDir, "papers")),
    reference,
  ]);
  expect(python(COUNT_DIFFERENCES, exported, reference)).toBe(0);
  studio.expectNothingSent();
});

test("WebAssembly that could not be loaded once is told, and the next run works", async ({ browser }, info) => {
  // What a service worker answers is not asked for.
  const context = await browser.newContext({ serviceWorkers: "block" });
  let isBroken = true;
  await context.route(/ort-wasm.*\.wasm$/, (route) => (isBroken ? route.abort() : route.continue()));
  const studio = new StudioPage(await context.newPage());
  await studio.open();
  await studio.openCrop(info.outputDir);
  const { name } = zooModel("emsnet-nano");
  await studio.runs.choose(name);
  await studio.runs.settings({ backend: "wasm", overlapPercent: 0 });
  await studio.page.getByRole("button", { name: "Run model" }).click();
  const card = studio.runs.card(`Run ${name}`).first();
  await expect(card.getByRole("alert")).toContainText("What runs models (WebAssembly) could not be loaded");
  isBroken = false;
  await card.getByRole("button", { name: "Run again" }).click();
  await expect(studio.runs.card(`Run ${name}`).last()).toHaveAttribute("data-status", "done");
  await context.close();
});

async function hangEngine(page: Page): Promise<void> {
  const engine = page.workers().find((worker) => worker.url().includes("engine.worker"));
  await engine!.evaluate(() => {
    setTimeout(() => {
      for (;;);
    });
  });
}

const COUNT_DIFFERENCES = `
import sys, numpy as np, rasterio
page = rasterio.open(sys.argv[1]).read(1)
print(int((page != np.fromfile(sys.argv[2], np.uint8).reshape(page.shape)).sum()))
`;
