/** A folder dropped on the page: its files are opened with the folders they lie in. */
import { copyFileSync, mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { cropSample } from "./judge";
import { StudioPage } from "./regions/studio";

/** As a file manager drops it; the page sees entries, not files. */
async function dropFolder(page: Page, folder: string): Promise<void> {
  const client = await page.context().newCDPSession(page);
  const data = { items: [], files: [folder], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await client.send("Input.dispatchDragEvent", { type, x: 600, y: 400, data });
  }
}

test("a dropped folder is opened whole, nested folders and all", async ({ page }, info) => {
  const root = join(info.outputDir, "delivery");
  const folders = ["photo", "heights/dsm", "truth"];
  mkdirSync(info.outputDir, { recursive: true });
  for (const [index, path] of cropSample(info.outputDir, 128).entries()) {
    const folder = join(root, folders[index]!);
    mkdirSync(folder, { recursive: true });
    copyFileSync(path, join(folder, basename(path)));
  }
  const studio = new StudioPage(page);
  await studio.open();
  await dropFolder(page, root);
  await expect(studio.scenes.cards).toHaveCount(1);
  await page.waitForFunction(() => window.nadir?.state().scenes.records[0]?.truth.status === "ready");
  const places = await page.evaluate(() => {
    const { optical, auxiliary, truth } = window.nadir!.state().scenes.records[0]!.scene;
    return [optical, auxiliary, truth].map((raster) => raster?.facts.folder);
  });
  expect(places).toEqual(folders.map((folder) => `delivery/${folder}`));
  await expect(studio.scenes.faults).toHaveCount(0);
  expect(studio.errors).toEqual([]);
});
