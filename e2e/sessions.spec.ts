/** What a closed tab leaves is offered to the next one and goes on where it stopped. More of it: `session.test.ts`. */
import { expect, type Page, test } from "@playwright/test";
import { storedSessions } from "./regions/stored-sessions";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

const nano = zooModel("emsnet-nano");

const histogram = (page: Page, runId: string) => page.evaluate((id) => window.nadir!.histogram(id), runId);

const offer = (page: Page) => page.getByRole("region", { name: "Continue where you stopped" });

test("a run cut off by closing the tab goes on from its last finished strip, to the identical mask", async ({
  context,
}) => {
  const first = new StudioPage(await context.newPage(), "papers");
  await first.open();
  await first.openSample();
  await first.runs.choose(nano.name);
  // So many windows that there is time to pause.
  await first.runs.settings({ backend: "wasm", overlapPercent: 25 });
  await first.page.getByRole("button", { name: "Run model" }).click();
  const checkpoint = () =>
    first.page.evaluate(() => {
      const state = window.nadir!.runs()[0]?.state;
      return state?.status === "running" ? state.checkpoint : null;
    });
  await expect.poll(checkpoint, { intervals: [50] }).not.toBeNull();
  await first.runs.card(`Run ${nano.name}`).getByRole("button", { name: "Pause" }).click();
  await expect(first.runs.card(`Run ${nano.name}`)).toContainText("paused");
  // A strip that was under way may still be finished when the run already counts as paused.
  await expect(async () => {
    const { nextRow } = (await checkpoint())!;
    expect(await storedSessions(first.page)).toContain(`"nextRow": ${nextRow}`);
  }).toPass();
  const reached = (await checkpoint())!;
  expect(reached.nextRow).toBeLessThan(1024);
  const [interrupted] = await first.page.evaluate(() => window.nadir!.runs().map(({ id }) => id));
  await first.page.close();

  const second = new StudioPage(await context.newPage(), "papers");
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
