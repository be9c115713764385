/**
 * Tabs share one storage: neither may touch the other's results. What a closed tab leaves is offered once more, goes
 * on where it stopped, or is deleted when the user starts anew.
 */
import { expect, type Page, test } from "@playwright/test";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

const nano = zooModel("emsnet-nano");

/** Names of the masks in the browser's storage. */
const masks = (page: Page) => filesIn(page, "masks");

const filesIn = (page: Page, folderName: string) =>
  page.evaluate(async (name) => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle(name, { create: true });
    const names: string[] = [];
    for await (const entry of (folder as unknown as { keys(): AsyncIterable<string> }).keys()) {
      names.push(entry);
    }
    return names.sort();
  }, folderName);

const histogram = (page: Page, runId: string) => page.evaluate((id) => window.nadir!.histogram(id), runId);

/** Text of everything that sessions have stored. */
const storedText = (page: Page) =>
  page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle("sessions", { create: true });
    let text = "";
    for await (const handle of (folder as unknown as { values(): AsyncIterable<FileSystemFileHandle> }).values()) {
      text += await (await handle.getFile()).text();
    }
    return text;
  });

const offer = (page: Page) => page.getByRole("region", { name: "Continue where you stopped" });

async function runCrop(page: Page, folder: string): Promise<{ studio: StudioPage; runId: string }> {
  const studio = new StudioPage(page);
  const runId = await studio.runCrop(nano.name, folder);
  return { studio, runId };
}

test("a second tab leaves the first one's mask alone", async ({ page, context }, info) => {
  const { studio: first, runId } = await runCrop(page, info.outputDir);
  const before = await histogram(page, runId);

  const second = new StudioPage(await context.newPage());
  await second.open();
  await expect(offer(second.page)).toBeHidden();
  await second.openSample();
  await second.runs.choose(nano.name);
  await second.page.getByRole("button", { name: "Run model" }).click();
  await expect(second.runs.runs.getByRole("article").first()).toHaveAttribute("data-status", /running|done/);
  await second.runs.card(`Run ${nano.name}`).getByRole("button", { name: "Pause" }).click();
  await expect(second.runs.card(`Run ${nano.name}`)).toContainText("paused");
  await second.runs.card(`Run ${nano.name}`).getByRole("button", { name: "Go on" }).click();
  await expect(second.runs.card(`Run ${nano.name}`)).toHaveAttribute("data-status", "done", { timeout: 120_000 });

  expect(await histogram(page, runId)).toEqual(before);
  expect([...first.errors, ...second.errors]).toEqual([]);
});

test("a closed tab's results are offered, kept by the next one and given back; other masks are deleted", async ({
  context,
}, info) => {
  const { studio: first, runId } = await runCrop(await context.newPage(), info.outputDir);
  const before = await histogram(first.page, runId);
  const left = await masks(first.page);
  expect(left).toContain(`mask-${runId}.mask`);
  expect(left.length).toBeGreaterThan(2);
  await first.page.close();

  const second = new StudioPage(await context.newPage());
  await second.open();
  await expect(offer(second.page)).toContainText("1 finished run");
  // Truth and window maps are made again when needed: only the run's own masks stay.
  await expect.poll(() => masks(second.page)).toEqual([`confidence-${runId}.mask`, `mask-${runId}.mask`]);

  await offer(second.page)
    .getByRole("button", { name: /^Continue/ })
    .click();
  const wanted = second.page.getByRole("region", { name: /^Files wanted for/ });
  await expect(wanted).toContainText("crop_RGB.tif");
  await expect(wanted).toContainText("crop_dsm.tif");
  await expect(wanted).toContainText("crop_label.tif");
  await second.openCrop(info.outputDir);
  await expect(wanted).toBeHidden();
  await expect(second.runs.card(`Run ${nano.name}`)).toHaveAttribute("data-status", "done");
  expect(await histogram(second.page, runId)).toEqual(before);
  await expect.poll(() => second.page.evaluate((id) => window.nadir!.scores(id), runId)).not.toBeNull();

  // Now they are the second tab's: a third one neither sees nor deletes them.
  const third = new StudioPage(await context.newPage());
  await third.open();
  await expect(third.runs.models.getByRole("checkbox").first()).toBeVisible();
  await expect(offer(third.page)).toBeHidden();
  expect(await masks(third.page)).toEqual(expect.arrayContaining([`mask-${runId}.mask`]));
  expect(await histogram(second.page, runId)).toEqual(before);
  expect([...second.errors, ...third.errors]).toEqual([]);
});

test("starting anew deletes what closed tabs left, and nothing of living ones", async ({ context }, info) => {
  const living = await runCrop(await context.newPage(), info.outputDir);
  const before = await histogram(living.studio.page, living.runId);
  const { studio: closed, runId } = await runCrop(await context.newPage(), info.outputDir);
  await closed.page.close();

  const next = new StudioPage(await context.newPage());
  await next.open();
  await expect(offer(next.page)).toContainText("1 finished run");
  expect(await masks(next.page)).toContain(`mask-${runId}.mask`);
  await offer(next.page).getByRole("button", { name: "Start anew" }).click();
  await expect(offer(next.page)).toBeHidden();
  const kept = await masks(next.page);
  expect(kept.filter((name) => name.includes(runId))).toEqual([]);
  expect(kept).toContain(`mask-${living.runId}.mask`);
  expect(await filesIn(next.page, "sessions")).toHaveLength(1);
  expect(await histogram(living.studio.page, living.runId)).toEqual(before);
});

test("a run cut off by closing the tab goes on from its last finished strip, to the identical mask", async ({
  context,
}) => {
  const first = new StudioPage(await context.newPage());
  await first.open();
  await first.openSample();
  await first.runs.choose(nano.name);
  await first.runs.settings({ backend: "wasm", overlapPercent: 0 });
  await first.page.getByRole("button", { name: "Run model" }).click();
  const checkpoint = () =>
    first.page.evaluate(() => {
      const state = window.nadir!.runs()[0]?.state;
      return state?.status === "running" ? state.checkpoint : null;
    });
  await expect.poll(checkpoint, { intervals: [50] }).not.toBeNull();
  await first.runs.card(`Run ${nano.name}`).getByRole("button", { name: "Pause" }).click();
  await expect(first.runs.card(`Run ${nano.name}`)).toContainText("paused");
  const reached = (await checkpoint())!;
  expect(reached.nextRow).toBeLessThan(1024);
  await expect.poll(() => storedText(first.page)).toContain(`"nextRow": ${reached.nextRow}`);
  const [interrupted] = await first.page.evaluate(() => window.nadir!.runs().map(({ id }) => id));
  await first.page.close();

  const second = new StudioPage(await context.newPage());
  await second.open();
  await expect(offer(second.page)).toContainText("1 interrupted");
  const windowsSeen = await second.page.evaluateHandle((id) => {
    const seen: number[] = [];
    setInterval(() => {
      const progress = window.nadir?.state().progress[id ?? ""];
      if (progress?.stage === "running") seen.push(progress.windowsDone);
    }, 10);
    return seen;
  }, interrupted);
  await offer(second.page)
    .getByRole("button", { name: /^Continue/ })
    .click();
  const card = second.runs.card(`Run ${nano.name}`).first();
  await expect(card).toHaveAttribute("data-status", "done", { timeout: 120_000 });
  await expect(card).toContainText("This run was interrupted and went on later");
  const whole = (await second.runs.runToEnd()).at(-1)!;
  expect(whole).not.toBe(interrupted);
  expect(await histogram(second.page, interrupted!)).toEqual(await histogram(second.page, whole));
  const [resumed, fresh] = await second.page.evaluate(() =>
    window.nadir!.runs().map(({ state }) => (state.status === "done" ? state.result.result : null)),
  );
  expect(resumed?.windowsRun).toBe(fresh?.windowsRun);
  expect(resumed?.classPixels).toEqual(fresh?.classPixels);
  // It did the rest only: it never counted fewer windows than had been done before.
  const counted = await windowsSeen.evaluate((seen) => ({ times: seen.length, fewest: Math.min(...seen) }));
  expect(counted.times).toBeGreaterThan(3);
  expect(counted.fewest).toBeGreaterThanOrEqual(reached.windows.run);
  expect([...first.errors, ...second.errors]).toEqual([]);
});
