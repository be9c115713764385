/** The ticked scenes on one map: every mask in its place, read and opened there. Where each lies: `grid-placement.test.ts`. */
import { readdirSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { python, townTiles } from "./judge";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

test("the masks of four tiles lie on one map, with a read-out, and a click opens a tile", async ({ page }, info) => {
  const folder = townTiles(4, 128);
  const studio = new StudioPage(page);
  await studio.open();
  await studio.scenes.add(readdirSync(folder).map((file) => `${folder}/${file}`));
  await expect(studio.scenes.cards).toHaveCount(4);
  await studio.truthReady();
  await studio.runs.choose(zooModel("emsnet-nano").name);
  await studio.runs.settings({ backend: "wasm", overlapPercent: 0 });
  await studio.scenes.root.getByRole("checkbox", { name: "All" }).click();
  await page.getByRole("button", { name: "Run model × 4 scenes" }).click();
  const statuses = () => page.evaluate(() => window.nadir!.runs().map(({ state }) => state.status));
  await expect.poll(statuses, { timeout: 120_000 }).toEqual(Array(4).fill("done"));
  await studio.scenes.root.getByRole("button", { name: "Show scene town 0 0" }).click();
  await studio.panes.show(1, "Mask");

  await page.getByRole("button", { name: "Ticked scenes on one map" }).click();
  await studio.panes.settled();
  const map = `${info.outputDir}/map.png`;
  await studio.panes.pane(1).screenshot({ path: map });
  // Of each quarter of the map the share that is drawn upon, at its middle.
  const drawn = python(DRAWN, map) as number[];
  for (const share of drawn) expect(share).toBeGreaterThan(0.9);

  await studio.panes.hover(1, 0.5 + QUARTER, 0.5 + QUARTER);
  const readOut = studio.panes.pane(1).locator("[data-role=beyond]");
  await expect(readOut).toContainText("town 1 1");
  await expect(readOut.locator("[data-role=pixel-values]")).toHaveText(/^\d+ \d+ \d+$/);
  const before = await page.evaluate(() => window.nadir!.cameras()[0]!.zoom);
  await page.mouse.down();
  await page.mouse.up();
  const shown = () =>
    page.evaluate(() => {
      const { records, selectedId } = window.nadir!.state().scenes;
      return records.find(({ scene }) => scene.id === selectedId)?.scene.name;
    });
  await expect.poll(shown).toBe("town 1 1");
  // Nothing moves on the screen: what was under the pointer still is.
  await studio.panes.hover(1, 0.5 + QUARTER, 0.5 + QUARTER + 0.01);
  await expect(studio.panes.pane(1).locator("[data-role=hover]")).toBeVisible();
  await expect(readOut).toBeHidden();
  expect(await page.evaluate(() => window.nadir!.cameras()[0]!.zoom)).toBeCloseTo(before, 9);
  await expect(studio.panes.pane(1).getByRole("button", { name: /shows/ })).toContainText("mask");
  expect(studio.errors).toEqual([]);
});

/** From the middle of the map to that of a tile, of the pane's sides: within every tile of two by two. */
const QUARTER = 0.12;

const DRAWN = `
import sys, json, numpy as np
from PIL import Image
picture = np.asarray(Image.open(sys.argv[1]).convert("RGB")).astype(int)
height, width = picture.shape[:2]
back = picture[height // 2, 4]
def share(x, y):
    col, row = int(width * x), int(height * y)
    part = picture[row - 15 : row + 15, col - 15 : col + 15].reshape(-1, 3)
    return float((np.abs(part - back).sum(axis=1) > 30).mean())
print(json.dumps([share(0.5 + dx, 0.5 + dy) for dx in (-0.12, 0.12) for dy in (-0.12, 0.12)]))
`;
