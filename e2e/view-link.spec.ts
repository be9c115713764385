/** The address says what is on the screen: followed in another tab, followed back in this one, refused when broken. */
import { expect, test } from "@playwright/test";
import { cropSample } from "./judge";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

test("a link to a view shows the same panes at the same place", async ({ page, context }, info) => {
  const nano = zooModel("emsnet-nano");
  const files = cropSample(info.outputDir, 320);
  const studio = new StudioPage(page);
  await studio.open();
  await studio.scenes.add(files);
  await studio.runs.choose(nano.name);
  await studio.runs.settings({ backend: "wasm", overlapPercent: 0 });
  await studio.runs.runToEnd();
  await studio.panes.count(2);
  await studio.panes.show(1, "DSM hillshade");
  await studio.panes.show(2, "Confidence");
  await studio.panes.hover(2, 0.3, 0.4);
  await page.mouse.wheel(0, -400);
  await expect.poll(() => page.url()).toMatch(/at=[\d.]+,[\d.]+,[\d.]+/);
  await page.getByRole("button", { name: "Linked", exact: true }).waitFor();
  const cameras = (tab = page) => tab.evaluate(() => window.nadir!.cameras());
  const before = await cameras();
  await expect.poll(() => page.url()).toContain(String(Math.round(before[0]!.centrePx[0] * 1000) / 1000));
  const link = page.url();

  await test.step("in another tab, as soon as the same files are open", async () => {
    const tab = await context.newPage();
    const other = new StudioPage(tab);
    await tab.goto(link);
    await other.scenes.add(files);
    await expect(other.panes.pane(1).getByRole("button", { name: /DSM hillshade/ })).toBeVisible();
    await expect(other.panes.root.getByRole("region")).toHaveCount(2);
    await expect.poll(async () => (await cameras(tab))[0]?.zoom).toBeCloseTo(before[0]!.zoom, 3);
    const [camera] = await cameras(tab);
    expect(camera!.centrePx[0]).toBeCloseTo(before[0]!.centrePx[0], 2);
    expect(camera!.centrePx[1]).toBeCloseTo(before[0]!.centrePx[1], 2);
    expect(other.errors).toEqual([]);
    await tab.close();
  });

  await test.step("in the same tab, runs and all", async () => {
    await studio.panes.count(1);
    await studio.panes.show(1, "Truth");
    await page.keyboard.press("f");
    await expect.poll(() => page.url()).not.toBe(link);
    await page.evaluate((hash) => location.assign(hash), new URL(link).hash);
    await expect(studio.panes.pane(2).getByRole("button", { name: /confidence/i })).toBeVisible();
    await expect(studio.panes.pane(1).getByRole("button", { name: /DSM hillshade/ })).toBeVisible();
    expect((await cameras())[1]!.zoom).toBeCloseTo(before[0]!.zoom, 3);
  });

  await test.step("a broken link is said, and changes nothing", async () => {
    await page.evaluate(() => location.assign("#scene=crop&panes=3"));
    await expect(page.getByText("The link to a view says panes=3.")).toBeVisible();
    await expect(studio.panes.root.getByRole("region")).toHaveCount(2);
  });
  expect(studio.errors).toEqual([]);
});
