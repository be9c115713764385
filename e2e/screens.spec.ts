/**
 * Pictures of the studio's states, and axe on each of them: no violation on any screen. With NADIR_SCREENS=1 the
 * pictures in docs/screens are made anew.
 *
 * The figures in them are of this run, with the small model.
 */
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { screenPath } from "./judge";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

const MODEL = "emsnet-nano";

async function picture(page: Page, name: string): Promise<void> {
  await page.mouse.move(2, 450);
  await expect.poll(() => page.evaluate(() => window.nadir?.tiles().settled ?? true)).toBe(true);
  await page.waitForTimeout(300);
  await page.screenshot({ path: screenPath(`${name}.jpg`), type: "jpeg", quality: 60 });
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`)).toEqual(
    [],
  );
}

test("every state has a picture and passes axe", async ({ page }) => {
  const model = zooModel(MODEL);
  const studio = new StudioPage(page, "shipped");
  await studio.open();
  await expect(studio.runs.models.getByRole("checkbox").first()).toBeVisible();
  await picture(page, "empty-dark");
  await page.keyboard.press("t");
  await picture(page, "empty-light");
  await page.keyboard.press("t");

  await studio.openSample();
  await studio.runs.choose(model.name);
  await studio.runs.settings({ backend: "wasm", overlapPercent: 75 });
  await page.getByRole("button", { name: "Run model" }).click();
  const card = studio.runs.card(`Run ${model.name}`).first();
  await expect(card.getByRole("status")).toContainText("windows", { timeout: 60_000 });
  await picture(page, "running-dark");
  await expect(card).toHaveAttribute("data-status", "done", { timeout: 240_000 });
  await studio.panes.settled();
  await expect(studio.evaluation.root).toContainText("mIoU");
  for (const dismiss of await page.getByRole("button", { name: "Dismiss" }).all()) {
    await dismiss.click();
  }
  await picture(page, "one-pane-dark");

  await studio.panes.count(4);
  await studio.panes.show(1, "Orthophoto");
  await studio.panes.show(2, "Truth");
  await studio.panes.show(3, "Mask");
  await studio.panes.show(4, "Errors");
  await studio.evaluation.open("Confusion");
  await studio.evaluation.cell(2, 3).click();
  await picture(page, "four-panes-dark");
  await studio.evaluation.cell(2, 3).click();
  await page.keyboard.press("t");
  await studio.evaluation.open("Scores");
  await picture(page, "four-panes-light");
  await page.keyboard.press("t");
  for (const tab of ["Confusion", "Calibration", "Areas", "Cost", "Report"] as const) {
    await studio.evaluation.open(tab);
    await picture(page, `evaluation-${tab.toLowerCase()}`);
  }

  await studio.evaluation.open("Scores");
  const scene = studio.scenes.cards.first();
  await scene.getByRole("button", { name: "Truth classes…" }).click();
  await picture(page, "truth-classes");
  await page.keyboard.press("Escape");
  await scene.getByRole("button", { name: /^Alignment/ }).click();
  await picture(page, "alignment");
  await page.keyboard.press("Escape");
  await scene.getByText("Bands and nodata").click();
  await picture(page, "bands");
  await scene.getByText("Bands and nodata").click();

  await studio.panes.count(2);
  await studio.panes.hover(1, 0.5, 0.5);
  await page.mouse.wheel(0, -500);
  await studio.panes.showProbability(2, "building");
  await expect(studio.panes.pane(2)).toContainText("100 % building");
  await picture(page, "response-map");
  await page.keyboard.press("f");
  await studio.panes.drawArea(1, [0.3, 0.3], [0.6, 0.55]);
  await picture(page, "area-of-interest");
  await page.keyboard.press("Shift+A");
  await studio.panes.count(4);

  await page.getByRole("button", { name: `About ${model.name}` }).click();
  await picture(page, "model-card");
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await picture(page, "shortcuts");
  await page.keyboard.press("Escape");

  await studio.evaluation.open("Scores");
  await page.setViewportSize({ width: 1024, height: 768 });
  await picture(page, "four-panes-1024");
  await page.getByRole("button", { name: "Scores", exact: true }).click();
  await picture(page, "scores-drawer-1024");
  expect(studio.errors).toEqual([]);
});

test("errors beside their cause have a picture and pass axe", async ({ page }, info) => {
  const { mkdirSync, writeFileSync } = await import("node:fs");
  mkdirSync(info.outputDir, { recursive: true });
  writeFileSync(`${info.outputDir}/notes.tif`, "these are field notes, not an image");
  writeFileSync(`${info.outputDir}/broken.nadir.json`, '{"format": "nadir-model/1", "id": 7}');
  const studio = new StudioPage(page, "shipped");
  await studio.open();
  await studio.scenes.add([`${info.outputDir}/notes.tif`, `${info.outputDir}/broken.nadir.json`]);
  await expect(studio.scenes.faults).toHaveCount(1);
  await picture(page, "errors");
  await page.setViewportSize({ width: 1024, height: 768 });
  await picture(page, "errors-1024");
});
