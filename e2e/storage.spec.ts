/**
 * The browser's storage under load and without it: results of earlier visits come back every time, many truths at once
 * are all read, and where the browser refuses its private file system everything works from memory.
 *
 * Whether storage answers is a matter of timing, so with NADIR_SLOW=1 the visits and the drops are repeated twenty
 * times. More of it: `session.test.ts`.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContext, expect, type Page, test } from "@playwright/test";
import { cropSample, describeRaster, python } from "./judge";
import { storedSessions } from "./regions/stored-sessions";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

const nano = zooModel("emsnet-nano");
const IS_SLOW = process.env.NADIR_SLOW === "1";
const TIMES = IS_SLOW ? 20 : 1;

const offer = (page: Page) => page.getByRole("region", { name: "Continue where you stopped" });

/** Confusion counts of every run by id, as far as they are known. */
const scores = (page: Page) =>
  page.evaluate(() => Object.fromEntries(window.nadir!.runs().map(({ id }) => [id, window.nadir!.scores(id)?.counts])));

/** How far the newest run has come while it is running. */
const checkpoint = (page: Page) =>
  page.evaluate(() => {
    const state = window.nadir!.runs().at(-1)!.state;
    return state.status === "running" ? state.checkpoint : null;
  });

declare global {
  interface Window {
    /** Windows done of every run, as often as was looked. */
    windowsSeen: Record<string, number[]>;
  }
}

/** In the page. */
function watchWindows(): void {
  window.windowsSeen = {};
  setInterval(() => {
    for (const [id, progress] of Object.entries(window.nadir?.state().progress ?? {})) {
      window.windowsSeen[id] ??= [];
      if (progress.stage === "running") window.windowsSeen[id].push(progress.windowsDone);
    }
  }, 10);
}

/** Opens a new tab, goes on with what the last one left and drops its files again. @param prelude  Runs in the page first. */
async function goOn(context: BrowserContext, files: readonly string[], prelude?: () => void): Promise<StudioPage> {
  const studio = new StudioPage(await context.newPage(), "papers");
  if (prelude !== undefined) await studio.page.addInitScript(prelude);
  await studio.open();
  await offer(studio.page)
    .getByRole("button", { name: /^Continue/ })
    .click();
  await expect(studio.page.getByRole("region", { name: /^Files wanted for/ })).toBeVisible();
  await studio.scenes.add(files);
  await expect(studio.scenes.cards).toHaveCount(1);
  return studio;
}

test("four finished runs get their scores back on every visit, also while another run goes on", async ({
  browser,
}, info) => {
  test.setTimeout(480_000 + TIMES * 60_000);
  const context = await browser.newContext();
  const files = cropSample(info.outputDir, 320);
  let studio = new StudioPage(await context.newPage(), "papers");
  await studio.runCrop(nano.name, info.outputDir);
  for (let run = 1; run < 3; run++) await studio.runs.runToEnd();
  // So many windows that there is time to pause.
  await studio.runs.settings({ overlapPercent: 75 });
  const whole = (await studio.runs.runToEnd()).at(-1)!;
  const counted = async () => Object.values(await scores(studio.page)).filter((counts) => counts !== undefined).length;
  await expect.poll(counted).toBe(4);
  const wanted = await scores(studio.page);
  const mask = await histogram(studio.page, whole);

  for (let visit = 0; visit < TIMES; visit++) {
    await studio.page.close();
    studio = await goOn(context, files);
    await expect.poll(() => scores(studio.page), { timeout: 30_000, message: `visit ${visit + 1}` }).toEqual(wanted);
    expect(studio.errors).toEqual([]);
  }

  for (let visit = 0; visit < (IS_SLOW ? 2 : 1); visit++) {
    await studio.page.getByRole("button", { name: "Run model" }).click();
    await expect.poll(() => checkpoint(studio.page), { intervals: [50] }).not.toBeNull();
    await studio.runs.card(`Run ${nano.name}`).last().getByRole("button", { name: "Pause" }).click();
    await expect(studio.runs.card(`Run ${nano.name}`).last()).toContainText("paused");
    // A strip that was under way may still be finished when the run already counts as paused.
    await expect(async () => {
      const { nextRow } = (await checkpoint(studio.page))!;
      expect(await storedSessions(studio.page)).toContain(`"nextRow": ${nextRow}`);
    }).toPass();
    const reached = (await checkpoint(studio.page))!;
    expect(reached.nextRow).toBeLessThan(320);
    await studio.page.close();
    studio = await goOn(context, files, watchWindows);
    await expect.poll(() => scores(studio.page), { timeout: 120_000 }).toMatchObject(wanted);
    await expect.poll(counted, { timeout: 120_000 }).toBe(5 + visit);
    await expect(studio.runs.card(`Run ${nano.name}`).last()).toContainText("was interrupted and went on later");
    const resumed = (await studio.page.evaluate(() => window.nadir!.runs().at(-1)!.id))!;
    expect(await histogram(studio.page, resumed)).toEqual(mask);
    // It did the rest only: it never counted fewer windows than had been done before.
    const seen = await studio.page.evaluate((id) => window.windowsSeen[id] ?? [], resumed);
    expect(seen.length).toBeGreaterThan(0);
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(reached.windows.run);
    expect(studio.errors).toEqual([]);
  }
  await context.close();
});

test("twenty tiles of four files dropped together are twenty scenes with their truths", async ({ browser }, info) => {
  test.setTimeout(60_000 + TIMES * 60_000);
  mkdirSync(info.outputDir, { recursive: true });
  const files = python(TILES, info.outputDir) as string[];
  expect(files).toHaveLength(80);
  for (let drop = 0; drop < TIMES; drop++) {
    const context = await browser.newContext();
    const studio = new StudioPage(await context.newPage());
    await studio.open();
    await studio.scenes.add(files);
    const statuses = () =>
      studio.page.evaluate(() => window.nadir!.state().scenes.records.map(({ truth }) => truth.status));
    await expect.poll(statuses, { timeout: 120_000, message: `drop ${drop + 1}` }).toEqual(new Array(20).fill("ready"));
    expect(studio.errors).toEqual([]);
    await context.close();
  }
});

test("removing every run leaves the storage at the bytes it had", async ({ page }, info) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.openCrop(info.outputDir, 256);
  const before = await storedBytes(page);
  expect(Object.keys(before)).toHaveLength(1);
  await studio.runs.choose(nano.name);
  await studio.runs.settings({ backend: "wasm", overlapPercent: 0 });
  await studio.runs.runToEnd();
  await studio.runs.runToEnd();
  await expect
    .poll(async () => Object.values(await scores(page)).filter((counts) => counts !== undefined))
    .toHaveLength(2);
  await studio.panes.count(4);
  await studio.panes.show(2, "Agreement of runs");
  await studio.panes.show(3, "IoU by window");
  await studio.panes.showProbability(4, "building");
  // Two masks with confidence, eroded truth, two window maps, agreement, entropy and a response map.
  await expect.poll(async () => Object.keys(await storedBytes(page)).length).toBe(1 + 4 + 1 + 2 + 2 + 1);
  for (let run = 0; run < 2; run++) {
    await studio.runs
      .card(`Run ${nano.name}`)
      .first()
      .getByRole("button", { name: /^Remove run/ })
      .click();
    // While the notice is there the run can come back.
    await page
      .getByText(/^Removed a run/)
      .locator("..")
      .getByRole("button", { name: "Dismiss" })
      .click();
  }
  await expect.poll(() => storedBytes(page)).toEqual(before);
  expect(studio.errors).toEqual([]);
});

/** Bytes of every mask in the private file system, by name. */
const storedBytes = (page: Page) =>
  page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle("masks", { create: true });
    const bytes: Record<string, number> = {};
    for await (const file of (folder as unknown as { values(): AsyncIterable<FileSystemFileHandle> }).values()) {
      bytes[file.name] = (await file.getFile()).size;
    }
    return bytes;
  });

/** A context whose pages and workers have no private file system. */
async function withoutStorage(browser: Browser, how: "absent" | "refused"): Promise<BrowserContext> {
  const context = await browser.newContext({ serviceWorkers: "block" });
  const prelude = {
    absent: `Object.defineProperty(navigator, "storage", { value: undefined });`,
    refused: `navigator.storage.getDirectory = () => Promise.reject(new DOMException("refused", "SecurityError"));`,
  }[how];
  await context.addInitScript(prelude);
  await context.route(/\.worker-.*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${prelude}\n${await response.text()}` });
  });
  return context;
}

test("without a private file system, absent or refused: mask, scores, probe, response map and exports", async ({
  browser,
}, info) => {
  test.setTimeout(600_000);
  const journey = async (context: BrowserContext, folder: string) => {
    const studio = new StudioPage(await context.newPage());
    const runId = await studio.runCrop(nano.name, folder);
    await expect.poll(() => studio.page.evaluate((id) => window.nadir!.scores(id)?.counts, runId)).toBeTruthy();
    await studio.panes.settled();
    const { tif } = await studio.export("GeoTIFF", folder);
    const { png } = await studio.export("PNG", folder);
    return { studio, runId, tif: tif!, png: png!, histogram: await histogram(studio.page, runId) };
  };
  const normal = await journey(await browser.newContext(), join(info.outputDir, "normal"));
  const normalScores = Object.values(await scores(normal.studio.page));
  await normal.studio.page.context().close();
  for (const how of IS_SLOW ? (["absent", "refused"] as const) : (["refused"] as const)) {
    const bare = await journey(await withoutStorage(browser, how), join(info.outputDir, how));
    expect(await bare.studio.page.evaluate(() => navigator.storage?.getDirectory?.().catch(() => "refused"))).toBe(
      how === "refused" ? "refused" : undefined,
    );
    expect(bare.histogram).toEqual(normal.histogram);
    expect(Object.values(await scores(bare.studio.page))).toEqual(normalScores);
    expect(describeRaster(bare.tif)).toEqual(describeRaster(normal.tif));
    expect(describeRaster(bare.png)).toEqual(describeRaster(normal.png));

    const { studio } = bare;
    await expect(studio.panes.pane(1).getByRole("button", { name: /shows/ })).toContainText(nano.name);
    await studio.panes.count(2);
    await studio.panes.showProbability(2, "building");
    await expect
      .poll(() =>
        studio.page.evaluate(() => window.nadir!.state().responses.records.map(({ shown }) => shown !== null)),
      )
      .toEqual([true]);
    await studio.panes.hover(1, 0.5, 0.5);
    await expect
      .poll(() => studio.page.evaluate(() => window.nadir!.state().probe.reading?.runs.map(({ classId }) => classId)))
      .toEqual([expect.any(Number)]);
    await expect(studio.page.getByRole("contentinfo")).toContainText("nothing will be kept");
    await expect(studio.page.getByRole("alert")).toHaveCount(0);
    expect(studio.errors).toEqual([]);
    await studio.page.context().close();
  }
});

const histogram = (page: Page, runId: string) => page.evaluate((id) => window.nadir!.histogram(id), runId);

/** Twenty tiles of 240 pixels under Potsdam's names: photo, DSM, labels, and labels without boundaries. */
const TILES = `
import sys, json, numpy as np, rasterio
from pathlib import Path
from rasterio.transform import from_origin
PALETTE = np.array([[255,255,255],[0,0,255],[0,255,255],[0,255,0],[255,255,0],[255,0,0]], np.uint8)
side, files = 240, []
def write(name, values, row, col):
    path = Path(sys.argv[1]) / name
    place = from_origin(366000 + col * side * 0.05, 5807000 - row * side * 0.05, 0.05, 0.05)
    with rasterio.open(path, "w", driver="GTiff", width=side, height=side, count=len(values), dtype=values.dtype,
                       transform=place, crs="EPSG:32633") as out: out.write(values)
    files.append(str(path))
for row in range(2, 6):
    for col in range(10, 15):
        rng = np.random.default_rng(100 * row + col)
        classes = np.kron(rng.integers(0, 6, (15, 15)), np.ones((16, 16), int))
        colours = PALETTE[classes].transpose(2, 0, 1)
        photo = (colours * 0.5 + 60 + rng.integers(0, 40, colours.shape)).clip(0, 255).astype(np.uint8)
        edge = np.zeros(classes.shape, bool)
        edge[:, 1:] |= classes[:, 1:] != classes[:, :-1]
        edge[1:] |= classes[1:] != classes[:-1]
        write(f"top_potsdam_{row}_{col}_RGB.tif", photo, row, col)
        write(f"dsm_potsdam_{row:02d}_{col:02d}.tif", (30 + 3 * classes + rng.random(classes.shape)).astype(np.float32)[None], row, col)
        write(f"top_potsdam_{row}_{col}_label.tif", colours, row, col)
        write(f"top_potsdam_{row}_{col}_label_noBoundary.tif", np.where(edge, 0, colours).astype(np.uint8), row, col)
print(json.dumps(files))
`;
