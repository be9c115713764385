/** The main states of the page pass axe: empty, and with a finished run beside its scores, in both themes. */
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

async function expectNoViolation(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`)).toEqual(
    [],
  );
}

test("the empty page and a finished run have no violation", async ({ page }, info) => {
  // Colours on their way from one state to another belong to neither.
  await page.emulateMedia({ reducedMotion: "reduce" });
  const studio = new StudioPage(page);
  await studio.open();
  await expect(studio.runs.models.getByRole("checkbox").first()).toBeVisible();
  await expectNoViolation(page);
  await studio.runCrop(zooModel("emsnet-nano").name, info.outputDir, 128);
  await studio.panes.settled();
  await studio.evaluation.open("Scores");
  await expect(studio.evaluation.root).toContainText("mIoU");
  await expectNoViolation(page);
  await page.getByRole("button", { name: "Export…" }).click();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("menu")).toHaveCount(2);
  await expectNoViolation(page);
  // A click beside a menu closes it, and is none on the map.
  await studio.panes.hover(1, 0.5, 0.8);
  await page.mouse.down();
  await page.mouse.up();
  await expect(page.getByRole("menu")).toHaveCount(0);
  const clean = page.locator("[data-role=clean]").first();
  await clean.locator("summary").click();
  await expect(clean.getByRole("button", { name: "Clean" })).toBeVisible();
  await expectNoViolation(page);
  await page.getByRole("button", { name: "Export…" }).click();
  await page.getByRole("menuitem", { name: /How polygons are made/ }).click();
  await expect(page.getByRole("dialog", { name: "Polygons" })).toBeVisible();
  await expectNoViolation(page);
  await page.keyboard.press("Escape");
  await page.keyboard.press("t");
  await expectNoViolation(page);
});
