/** A folder dropped on the page: its files are opened with the folders they lie in. */
import { copyFileSync, mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "@playwright/test";
import { dropFolder } from "./drop-folder";
import { cropSample } from "./judge";
import { StudioPage } from "./regions/studio";

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
