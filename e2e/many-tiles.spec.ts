/**
 * Two hundred tiles queued in one go, in a real browser: what the page, its workers and its private storage hold after
 * 10, 100 and 200 of them, and that after a reload in the middle the rest is run, and only the rest.
 *
 * Slow, so it runs with `npm run test:all` only. Figures in docs/rasters.md are of this test.
 */
import { readFileSync } from "node:fs";
import { type Browser, expect, type Page, test } from "@playwright/test";
import { dropFolder } from "./drop-folder";
import { townTiles } from "./judge";
import { serveLightModel } from "./light-model";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

const TILES = 200;
const SIDE_PX = 256;
const RELOADED_AT = 100;
const MEGABYTE = 2 ** 20;
/** For a hundred tiles, on a machine that has other work. */
const PATIENCE_MS = 1_800_000;

interface Held {
  readonly runs: number;
  /** JavaScript heap of the page after a collection. */
  readonly pageHeapMb: number;
  /** What the kernel counts for the page's process, workers and WebAssembly included. */
  readonly processMb: number;
  /** Private storage as the browser counts it. */
  readonly storedMb: number;
}

test("200 tiles, reloaded in the middle: memory and storage stay with what is there", async ({ context, browser }) => {
  test.skip(process.env.NADIR_SLOW !== "1", "slow: NADIR_SLOW=1 runs it");
  test.skip(process.platform !== "linux", "memory is read from /proc");
  test.setTimeout(5_400_000);
  const folder = townTiles(TILES, SIDE_PX);
  await serveLightModel(context);
  const held: Held[] = [];

  const first = new StudioPage(await context.newPage(), "shipped");
  await first.open();
  await dropFolder(first.page, folder);
  await expect(first.scenes.cards).toHaveCount(TILES, { timeout: PATIENCE_MS });
  await first.page.waitForFunction(
    () => window.nadir!.state().scenes.records.every(({ truth }) => truth.status === "ready"),
    undefined,
    { timeout: PATIENCE_MS },
  );
  await first.runs.choose(zooModel("emsnet-nano").name);
  await first.runs.settings({ backend: "wasm", overlapPercent: 0 });
  await first.scenes.root.getByRole("checkbox", { name: "All" }).click();
  await first.page.getByRole("button", { name: `Run model × ${TILES} scenes` }).click();
  for (const runs of [10, RELOADED_AT]) {
    await doneRuns(first.page, runs);
    held.push(await whatIsHeld(first.page, browser));
  }
  const before = await doneIds(first.page);
  await first.page.close();

  const second = new StudioPage(await context.newPage(), "shipped");
  await second.open();
  await second.page
    .getByRole("region", { name: "Continue where you stopped" })
    .getByRole("button", { name: /^Continue/ })
    .click();
  await dropFolder(second.page, folder);
  await doneRuns(second.page, TILES);
  held.push(await whatIsHeld(second.page, browser));
  console.table(held);

  const after = await second.page.evaluate(() => window.nadir!.runs().map(({ id, sceneId }) => [id, sceneId] as const));
  expect(new Set(after.map(([, sceneId]) => sceneId)).size).toBe(TILES);
  expect(after).toHaveLength(TILES);
  expect(after.map(([id]) => id)).toEqual(expect.arrayContaining([...before]));
  // A run keeps its mask, its confidence and the truth without boundaries: a few bytes a pixel, and the page itself nothing.
  const [at10, at100, at200] = held as [Held, Held, Held];
  const tileMb = SIDE_PX ** 2 / MEGABYTE;
  expect(at200.storedMb - at10.storedMb).toBeLessThan(6 * (TILES - 10) * tileMb);
  expect(at200.pageHeapMb).toBeLessThan(2 * at100.pageHeapMb);
  expect(second.errors).toEqual([]);
});

const doneIds = (page: Page) =>
  page.evaluate(() =>
    window
      .nadir!.runs()
      .filter(({ state }) => state.status === "done")
      .map(({ id }) => id),
  );

async function doneRuns(page: Page, count: number): Promise<void> {
  await expect
    .poll(async () => (await doneIds(page)).length, { timeout: PATIENCE_MS, intervals: [1000] })
    .toBeGreaterThanOrEqual(count);
}

async function whatIsHeld(page: Page, browser: Browser): Promise<Held> {
  const client = await page.context().newCDPSession(page);
  await client.send("HeapProfiler.collectGarbage");
  const { usedSize } = await client.send("Runtime.getHeapUsage");
  await client.detach();
  const whole = await browser.newBrowserCDPSession();
  const { processInfo } = await whole.send("SystemInfo.getProcessInfo");
  await whole.detach();
  const resident = processInfo
    .filter(({ type }) => type === "renderer")
    .map(({ id }) => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1]) / 1024);
  const storedBytes = await page.evaluate(async () => {
    const sizeOf = async (folder: FileSystemDirectoryHandle): Promise<number> => {
      let bytes = 0;
      for await (const handle of folder.values()) {
        bytes +=
          handle.kind === "directory"
            ? await sizeOf(handle as FileSystemDirectoryHandle)
            : // A file may go between being listed and being read.
              await (handle as FileSystemFileHandle).getFile().then(
                ({ size }) => size,
                () => 0,
              );
      }
      return bytes;
    };
    return sizeOf(await navigator.storage.getDirectory());
  });
  const rounded = (value: number) => Math.round(10 * value) / 10;
  return {
    runs: (await doneIds(page)).length,
    pageHeapMb: rounded(usedSize / MEGABYTE),
    processMb: rounded(Math.max(...resident)),
    storedMb: rounded(storedBytes / MEGABYTE),
  };
}
