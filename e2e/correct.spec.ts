/** A map corrected by hand in the browser: by pointer and by keys alone, undone, redone, scored, exported, kept over a reload. */
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { python } from "./judge";
import { storedSessions } from "./regions/stored-sessions";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

/** Pixels by class id, and what the file says was done. */
const JUDGE = `
import json, sys, rasterio, numpy as np
with rasterio.open(sys.argv[1]) as file:
    counts = np.bincount(file.read(1).ravel(), minlength=256).tolist()
    print(json.dumps({"counts": counts, "said": file.tags().get("CORRECTED", "")}))
`;

const edits = (page: Page) =>
  page.evaluate(() => window.nadir!.runs()[0]!.edits?.edits.map(({ place, to }) => `${place.kind} ${to}`) ?? []);

test("drawn, undone, redone, scored, exported; a reload brings it back", async ({ page }, info) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const studio = new StudioPage(page);
  const runId = await studio.runCrop(zooModel("emsnet-nano").name, info.outputDir, 160);
  await studio.panes.settled();
  const scores = () => page.evaluate((id) => window.nadir!.scores(id)?.counts ?? null, runId);
  const histogram = () => page.evaluate((id) => window.nadir!.histogram(id), runId);
  await expect.poll(scores).not.toBeNull();
  const [own, ownScores] = [await histogram(), await scores()];

  await page.getByRole("button", { name: "Correct", exact: true }).click();
  await page.getByRole("region", { name: "Correct" }).getByRole("button", { name: "building" }).click();
  await page.keyboard.press("Shift+B");
  await studio.panes.hover(1, 0.3, 0.3);
  await page.mouse.down();
  await studio.panes.hover(1, 0.6, 0.6);
  await page.mouse.up();
  // With the keys alone: the patch in the middle of the map.
  await page.keyboard.press("Shift+F");
  for (const key of ["ArrowLeft", "ArrowRight", "Space"]) await page.keyboard.press(key);
  await expect.poll(() => edits(page)).toEqual(["line building", "patch building"]);
  const { violations } = await new AxeBuilder({ page }).include(".stroke-tools").analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);

  await expect.poll(scores).not.toEqual(ownScores);
  const corrected = await histogram();
  expect(corrected).not.toEqual(own);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await expect.poll(histogram).toEqual(own);
  await page.keyboard.press("Control+Shift+z");
  await page.keyboard.press("Control+Shift+z");
  await expect.poll(histogram).toEqual(corrected);

  const files = await studio.export("GeoTIFF", info.outputDir);
  const judged = python(JUDGE, files.tif!) as { counts: number[]; said: string };
  expect(judged.counts).toEqual(corrected);
  expect(judged.said).toMatch(/^by hand: 2 edits, /);
  expect(files.json).toMatch(/\.edits\.json$/);

  await expect.poll(() => storedSessions(page)).toContain('"patch"');
  await page.reload();
  await page
    .getByRole("region", { name: "Continue where you stopped" })
    .getByRole("button", { name: /Continue/ })
    .first()
    .click();
  await studio.openCrop(info.outputDir, 160);
  await expect.poll(() => edits(page).catch(() => [])).toEqual(["line building", "patch building"]);
  await expect.poll(histogram).toEqual(corrected);
});
