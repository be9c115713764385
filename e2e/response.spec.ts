/** The probability of one class: computed for what a pane shows, readable under the pointer, stopped when asked. */
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

test("a response map covers what is in view, and can be cancelled", async ({ page }, info) => {
  const nano = zooModel("emsnet-nano");
  const studio = new StudioPage(page);
  await studio.runCrop(nano.name, info.outputDir);
  await studio.panes.count(2);
  await studio.panes.hover(1, 0.5, 0.5);
  await page.mouse.wheel(0, -300);
  const pane = studio.panes.pane(2);
  const show = async (name: string) => {
    await pane.getByRole("button", { name: /shows/ }).click();
    await page.getByRole("menuitem", { name: /^Probability of one class/ }).click();
    await page.getByRole("menuitem", { name, exact: true }).last().click();
  };
  const shown = () =>
    page.evaluate(() => window.nadir!.state().responses.records.map((record) => record.shown?.area ?? null));

  await test.step("it covers the view and no more", async () => {
    await show("building");
    await expect.poll(shown).toEqual([expect.anything()]);
    const [area] = await shown();
    expect(area!.widthPx).toBeLessThan(320);
    expect(area!.widthPx).toBeGreaterThan(64);
    await expect(pane.getByRole("button", { name: /probability of building/ })).toBeVisible();
    await expect(pane).toContainText("100 % building");
    await studio.panes.settled();
    expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([]);
  });

  await test.step("another view is computed when asked for, or not", async () => {
    await studio.panes.hover(2, 0.5, 0.5);
    await page.mouse.wheel(0, 600);
    const before = await shown();
    // A map of this size takes a moment only; the busy worker keeps the offer to cancel standing.
    const engine = page.workers().find((worker) => worker.url().includes("engine.worker"));
    await engine!.evaluate((busyMs) => {
      setTimeout(() => {
        for (const start = performance.now(); performance.now() - start < busyMs; );
      });
    }, 5000);
    await pane.getByRole("button", { name: "Compute for this view" }).click();
    await pane.getByRole("button", { name: "Cancel" }).click();
    await expect(pane.getByRole("button", { name: "Compute for this view" })).toBeVisible();
    expect(await shown()).toEqual(before);
    await pane.getByRole("button", { name: "Compute for this view" }).click();
    await expect.poll(shown).toEqual([{ col: 0, row: 0, widthPx: 320, heightPx: 320 }]);
    await expect(pane.getByRole("button", { name: "Compute for this view" })).toBeHidden();
  });

  await test.step("a removed run takes its maps with it", async () => {
    await page.getByRole("button", { name: `Remove run ${nano.name}` }).click();
    expect(await shown()).toEqual([]);
    await expect(pane.getByRole("button", { name: /Orthophoto/ })).toBeVisible();
  });
  expect(studio.errors).toEqual([]);
});
