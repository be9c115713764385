/** Points of a map: drawn, answered by keys on the photo alone, figures that follow, saved, and there after a reload. */
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

test("points are drawn, answered by keys and kept", async ({ page }, info) => {
  const studio = new StudioPage(page);
  await studio.runCrop(zooModel("emsnet-nano").name, info.outputDir, 160);
  const panel = studio.evaluation.root;
  await studio.evaluation.open("Accuracy");
  await panel.getByLabel("Points", { exact: true }).fill("12");
  await panel.getByLabel("At least of each class").fill("2");
  await panel.getByRole("button", { name: "Draw points" }).click();
  await expect(panel).toContainText(/\d+ points, by area, at least 2 of each class, seed 1\./);
  const all = Number(/(\d+) points/.exec((await panel.textContent())!)![1]);

  await page.keyboard.press("Shift+R");
  const bar = page.getByRole("region", { name: "What is there?" });
  await expect(bar.getByRole("status")).toHaveText(`1 of ${all}`);
  await expect(page.locator("[data-role=sample-point]")).toBeVisible();
  const pane = page.getByRole("region", { name: "Pane 1" });
  await expect(pane.getByRole("button", { name: /Orthophoto/ })).toBeVisible();
  await page.keyboard.press("h");
  await expect(pane.getByRole("button", { name: /EMSNet nano/ })).toBeVisible();
  await page.keyboard.press("1");
  await expect(bar.getByRole("status")).toHaveText(`2 of ${all}`);
  await expect(pane.getByRole("button", { name: /Orthophoto/ })).toBeVisible();
  await bar.getByRole("button", { name: "Cannot be told" }).click();
  await page.keyboard.press("PageUp");
  await expect(bar.getByRole("button", { name: "Cannot be told" })).toHaveAttribute("aria-pressed", "true");
  for (let point = 1; point < all; point++) await page.keyboard.press("2");
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`)).toEqual(
    [],
  );
  await page.keyboard.press("Escape");
  await expect(bar).toBeHidden();
  await expect(panel.locator("[data-role=answers]")).toHaveText(`${all} answered · 0 cannot be told · 0 open`);
  await expect(panel.locator("[data-role=overall-accuracy]")).toContainText(/±.*%/);
  await expect(panel.getByRole("table", { name: /^Area in hectares/ }).locator("tbody tr")).toHaveCount(6);

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    panel.getByRole("button", { name: "CSV", exact: true }).first().click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/-points\.csv$/);
  expect(studio.errors).toEqual([]);
  studio.expectNothingSent();
});
