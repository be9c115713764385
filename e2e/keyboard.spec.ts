/** From the empty page to the export without a mouse. */
import { expect, test } from "@playwright/test";
import { picture } from "./picture";
import { StudioPage } from "./regions/studio";

test("keyboard only: sample scene, run, panes, palette, export", async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Keyboard" });
  await expect(sheet).toContainText("Run the chosen models");
  await page.keyboard.press("Escape");
  await expect(sheet).toBeHidden();

  await page.keyboard.press("s");
  await expect(studio.scenes.cards).toHaveCount(1);
  await studio.truthReady();
  // Only the small model: tab to the list and use the space bar.
  for (const box of await studio.runs.models.getByRole("checkbox").all()) {
    const nano = ((await box.getAttribute("aria-label")) ?? "").toLowerCase().includes("emsnet nano");
    if ((await box.isChecked()) !== nano) {
      await box.focus();
      await page.keyboard.press("Space");
    }
  }
  await page.keyboard.press("r");
  await expect(studio.runs.runs.getByRole("article")).toHaveAttribute("data-status", "done", { timeout: 180_000 });

  await page.keyboard.press("4");
  await expect(studio.panes.root.getByRole("region")).toHaveCount(4);
  await page.keyboard.press("c");
  await page.keyboard.press("+");
  await page.keyboard.press("f");

  await page.keyboard.press("Control+k");
  await page.keyboard.type("light or dark");
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  await page.keyboard.press("t");

  const download = page.waitForEvent("download");
  await page.keyboard.press("e");
  expect((await download).suggestedFilename()).toMatch(/\.tif$/);
  expect(studio.errors).toEqual([]);
});

test("every sheet closes with Esc and gives the focus back to what opened it", async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.openSample();
  await expect(studio.runs.models.getByRole("checkbox").first()).toBeVisible();
  const scene = studio.scenes.cards.first();
  const openers = [
    page.getByRole("button", { name: "Address…" }),
    scene.getByRole("button", { name: /^Alignment/ }),
    scene.getByRole("button", { name: "Truth classes…" }),
    studio.runs.models.getByRole("button", { name: "Settings…" }),
    studio.runs.models.getByRole("button", { name: /^About/ }).first(),
    page.getByRole("button", { name: "Keyboard shortcuts" }),
  ];
  for (const opener of openers) {
    await opener.focus();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog")).toHaveCount(1);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(opener).toBeFocused();
  }
  // From one sheet into the next: the focus goes back to where the first was called from.
  await page.keyboard.press("Control+k");
  await page.keyboard.type("from an address");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Open from an address" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(openers.at(-1)!).toBeFocused();
  expect(studio.errors).toEqual([]);
});

test("Esc closes what is on top and never ends a run; Ctrl+. does, and it goes on from where it was", async ({
  page,
}, info) => {
  // A run that is not over before it can be paused.
  const studio = new StudioPage(page, "papers");
  await studio.runCrop("EMSNet nano", info.outputDir);
  await studio.runs.settings({ overlapPercent: 75 });
  await page.getByRole("button", { name: "Run model" }).click();
  const card = studio.runs.runs.getByRole("article").last();
  await expect(card).toHaveAttribute("data-status", "running");
  const checkpoint = () =>
    page.evaluate(() => {
      const state = window.nadir!.runs().at(-1)?.state;
      return state?.status === "running" ? state.checkpoint : null;
    });
  await expect.poll(checkpoint, { intervals: [20] }).not.toBeNull();
  await card.getByRole("button", { name: "Pause" }).click();

  const menus = [
    page.getByRole("button", { name: "Export…" }),
    studio.runs.models.getByRole("button", { name: "Settings…" }),
    studio.panes.pane(1).getByRole("button", { name: /shows/ }),
    page.getByRole("button", { name: "Keyboard shortcuts" }),
  ];
  for (const opener of menus) {
    await opener.click();
    await expect(page.getByRole("menu").or(page.getByRole("dialog"))).toHaveCount(1);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("menu").or(page.getByRole("dialog"))).toHaveCount(0);
    await expect(card).toHaveAttribute("data-status", "running");
  }
  await page.keyboard.press("Escape");
  await expect(card).toHaveAttribute("data-status", "running");

  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard" })).toContainText("Ctrl+.");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+.");
  await expect(card).toHaveAttribute("data-status", "cancelled");
  await expect(card).toContainText(/Stopped after \d/);
  await picture(page, "test-results/screens/cancelled.png");
  await card.getByRole("button", { name: "Go on" }).click();
  await expect(card).toHaveAttribute("data-status", "done", { timeout: 180_000 });
  await expect(card).toContainText("This run was interrupted and went on later");

  // Removed by a click, back by the notice or by Ctrl+Z.
  const cards = studio.runs.runs.getByRole("article");
  await card.getByRole("button", { name: /^Remove/ }).click();
  await expect(cards).toHaveCount(1);
  await picture(page, "test-results/screens/removed.png");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(cards).toHaveCount(2);
  await card.getByRole("button", { name: /^Remove/ }).click();
  await expect(cards).toHaveCount(1);
  await page.keyboard.press("Control+z");
  await expect(cards).toHaveCount(2);
  expect(studio.errors).toEqual([]);
});
