/** Looking and comparing: linked cameras, swipe, blink, lens, ablation, changes, agreement, stale marks, undo. */
import { writeFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { python } from "./judge";
import { picture } from "./picture";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

test("two runs side by side: cameras, modes, ablation, agreement, paired difference", async ({ page }, info) => {
  const nano = zooModel("emsnet-nano");
  const studio = new StudioPage(page);
  await studio.runCrop(nano.name, info.outputDir);
  await studio.runs.card(`Run ${nano.name}`).getByRole("button", { name: "Without DSM" }).click();
  const flat = studio.runs.card(`Run ${nano.name}, flat DSM`);
  await expect(flat).toHaveAttribute("data-status", "done", { timeout: 120_000 });

  await test.step("panes move together while linked, alone when not", async () => {
    await studio.panes.count(4);
    await studio.panes.hover(2, 0.5, 0.5);
    await page.mouse.wheel(0, -400);
    await expect
      .poll(() => page.evaluate(() => new Set(window.nadir!.cameras().map((camera) => camera?.zoom)).size))
      .toBe(1);
    const fitted = await page.evaluate(() => window.nadir!.cameras()[0]?.zoom ?? 0);
    expect(fitted).toBeGreaterThan(-1);
    await page.getByRole("button", { name: "Linked", exact: true }).click();
    await page.mouse.wheel(0, -200);
    await studio.panes.hover(2, 0.5, 0.5);
    await page.mouse.wheel(0, -200);
    await expect
      .poll(() => page.evaluate(() => new Set(window.nadir!.cameras().map((camera) => camera?.zoom)).size))
      .toBe(2);
    await page.getByRole("button", { name: "Unlinked", exact: true }).click();
    await expect
      .poll(() => page.evaluate(() => new Set(window.nadir!.cameras().map((camera) => camera?.zoom)).size))
      .toBe(1);
    await page.keyboard.press("f");
  });

  await test.step("a run's card dragged onto a pane shows its mask there", async () => {
    await studio.panes.show(3, "Orthophoto");
    // Not dragTo: the canvas lies above the panes, which are told by place.
    await flat.locator(".card-title").hover();
    await page.mouse.down();
    const to = (await studio.panes.pane(3).boundingBox())!;
    await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 8 });
    await page.mouse.up();
    await expect(studio.panes.pane(3).getByRole("button", { name: /flat DSM/ })).toBeVisible();
  });

  await test.step("panes show errors, confidence, agreement and what the DSM changed", async () => {
    await studio.panes.show(1, "Errors");
    await studio.panes.show(2, "Confidence");
    await studio.panes.show(3, "Agreement of runs");
    await expect(studio.panes.pane(3).getByRole("button", { name: /Agreement/ })).toBeVisible();
    await studio.panes.show(4, `Changed from ${nano.name}`);
    await studio.panes.settled();
    await expect(page.getByRole("alert")).toHaveCount(0);
  });

  await test.step("swipe moves by keyboard, blink while held, lens follows", async () => {
    await page.getByRole("radio", { name: "Swipe" }).click();
    const line = page.getByRole("slider", { name: "Swipe position" });
    await line.focus();
    await page.keyboard.press("ArrowRight");
    await expect(line).toHaveAttribute("aria-valuenow", "52");
    await page.getByRole("radio", { name: "Blink" }).click();
    await page.keyboard.down("b");
    await expect(studio.panes.pane(1).getByRole("button", { name: /confidence/ })).toBeVisible();
    await page.keyboard.up("b");
    await expect(studio.panes.pane(1).getByRole("button", { name: /errors/ })).toBeVisible();
    await page.getByRole("radio", { name: "Lens" }).click();
    await studio.panes.hover(1, 0.4, 0.4);
    await page.getByRole("radio", { name: "Panes" }).click();
  });

  await test.step("a pane's picture is what the pane shows, with a footer", async () => {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await studio.panes.settled();
    const box = (await studio.panes.pane(1).boundingBox())!;
    await studio.panes.show(1, "Copy picture of this pane");
    await expect(page.getByText("Copied the picture of the pane.")).toBeVisible();
    const copied = await page.evaluate(async () => {
      const [item] = await navigator.clipboard.read();
      const bytes = new Uint8Array(await (await item!.getType("image/png")).arrayBuffer());
      return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    });
    const picture = `${info.outputDir}/pane.png`;
    writeFileSync(picture, Buffer.from(copied, "base64"));
    const shot = `${info.outputDir}/shot.png`;
    await page.screenshot({ path: shot, clip: box });
    const { width, height, difference, colours } = python(COMPARE_PICTURES, picture, shot) as Record<string, number>;
    expect([width, height]).toEqual([Math.round(box.width), Math.round(box.height) + 32]);
    // Chip, scale bar, north arrow and read-out lie over the screenshot alone.
    expect(difference).toBeLessThan(0.02);
    expect(colours).toBeGreaterThan(20);
  });

  await test.step("the paired difference is the difference of the two means", async () => {
    const [first, second] = await page.evaluate(() =>
      window.nadir!.runs().map(({ id }) => window.nadir!.scores(id)?.scored.meanIou ?? 0),
    );
    const paragraph = studio.evaluation.root.locator("[data-role=paired-difference]");
    await expect(paragraph).toBeVisible();
    expect(Number(await paragraph.getAttribute("data-difference"))).toBeCloseTo((second ?? 0) - (first ?? 0), 9);
  });

  await test.step("areas are shown in square metres", async () => {
    await studio.evaluation.open("Areas");
    await expect(studio.evaluation.root.getByRole("table", { name: "Area per class" })).toContainText("m²");
  });

  await test.step("changed settings mark results stale, undo freshens them", async () => {
    const card = studio.runs.card(`Run ${nano.name}`).first();
    await expect(card).not.toContainText("stale");
    await studio.runs.settings({ overlapPercent: 50 });
    await expect(card).toContainText("stale");
    await expect(card).toContainText("stride 64 → 32 px");
    for (let step = 0; step < 20; step++) {
      await page.keyboard.press("Control+z");
    }
    await page.keyboard.press("Control+Shift+z");
    await studio.runs.settings({ overlapPercent: 0 });
    await expect(card).not.toContainText("stale");
  });

  await test.step("tables are copied as seen", async () => {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await studio.evaluation.open("Scores");
    await studio.evaluation.root.getByRole("button", { name: "Markdown" }).first().click();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    expect(text).toContain("IoU per class, percent, with boundary");
    expect(text.split("\n").length).toBeGreaterThan(8);
  });
  expect(studio.errors).toEqual([]);
});

/** Share of pixels of the middle that differ, and how many colours there are. */
const COMPARE_PICTURES = `
import sys, json, numpy as np
from PIL import Image
picture, shot = (np.asarray(Image.open(path).convert("RGB")).astype(int) for path in sys.argv[1:])
rows, cols = shot.shape[0], shot.shape[1]
middle = (slice(rows // 4, 3 * rows // 4), slice(cols // 4, 3 * cols // 4))
a, b = picture[:rows, :cols][middle], shot[middle]
print(json.dumps(dict(width=picture.shape[1], height=picture.shape[0], difference=float((np.abs(a - b).max(-1) > 8).mean()), colours=len(np.unique(a.reshape(-1, 3), axis=0)))))
`;

test("with four runs every item of a lower pane's menu can be reached, on large and small screens", async ({
  page,
}, info) => {
  const nano = zooModel("emsnet-nano");
  const studio = new StudioPage(page);
  await studio.runCrop(nano.name, info.outputDir, 160);
  for (let run = 2; run <= 4; run++) await studio.runs.runToEnd();
  await studio.panes.count(4);
  for (const viewport of [
    { width: 1440, height: 900 },
    { width: 800, height: 600 },
  ]) {
    await page.setViewportSize(viewport);
    await page.getByRole("button", { name: "Export…" }).click();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowRight");
    await expect(page.getByRole("menuitem", { name: /^GeoTIFF/ })).toBeFocused();
    for (const menu of await page.getByRole("menu").all()) {
      const box = (await menu.boundingBox())!;
      expect(Math.min(box.x, box.y)).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(viewport.width);
      expect(box.y + box.height).toBeLessThanOrEqual(viewport.height);
    }
    await page.keyboard.press("Escape");
    for (const pane of [1, 4]) {
      await studio.panes.pane(pane).getByRole("button", { name: /shows/ }).click();
      const menu = page.getByRole("menu");
      const box = (await menu.boundingBox())!;
      expect(box.y).toBeGreaterThanOrEqual(0);
      expect(box.y + box.height).toBeLessThanOrEqual(viewport.height);
      await picture(page, `test-results/screens/pane-menu-${pane}-${viewport.width}.png`);
      for (const name of ["Orthophoto", "DSM hillshade", "Truth", "Entropy of runs", "Copy picture"]) {
        const item = page.getByRole("menuitem", { name: new RegExp(`^${name}`) }).first();
        await item.scrollIntoViewIfNeeded();
        const place = (await item.boundingBox())!;
        expect(place.y).toBeGreaterThanOrEqual(box.y);
        expect(place.y + place.height).toBeLessThanOrEqual(box.y + box.height);
      }
      await page.keyboard.press("Escape");
      await expect(menu).toHaveCount(0);
    }
  }
  expect(studio.errors).toEqual([]);
});
