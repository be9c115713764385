/** Project files in the page: saved and opened again elsewhere; dropped files are found again. More: `project.test.ts`. */
import { resolve } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { cropSample } from "./judge";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

const nano = zooModel("emsnet-nano");

async function saveProject(page: Page, folder: string): Promise<string> {
  const download = page.waitForEvent("download");
  await page.keyboard.press("Control+s");
  const path = `${folder}/${(await download).suggestedFilename()}`;
  await (await download).saveAs(path);
  return path;
}

/** One run over a corner of the sample, saved as a project. */
async function makeProject(page: Page, folder: string) {
  const studio = new StudioPage(page);
  const runId = await studio.runCrop(nano.name, folder);
  const histogram = await page.evaluate((id) => window.nadir!.histogram(id), runId);
  return { studio, runId, histogram, path: await saveProject(page, folder) };
}

const wantedCard = (page: Page) => page.getByRole("region", { name: /^Files wanted for/ });

test("a project opened on another machine shows its runs' facts and asks for files and masks", async ({
  page,
  browser,
}, info) => {
  const { path } = await makeProject(page, info.outputDir);
  const elsewhere = new StudioPage(await (await browser.newContext()).newPage());
  await elsewhere.open();
  await elsewhere.scenes.add([path]);
  await expect(wantedCard(elsewhere.page)).toContainText("crop_RGB.tif");

  await elsewhere.scenes.add(["RGB", "dsm", "label"].map((part) => `${info.outputDir}/crop_${part}.tif`));
  await expect(wantedCard(elsewhere.page)).toBeHidden();
  await elsewhere.scenes.root.getByRole("button", { name: "Show scene" }).last().click();
  const card = elsewhere.runs.card(`Run ${nano.name}`);
  await expect(card).toHaveAttribute("data-status", "elsewhere");
  await expect(card).toContainText("not on this machine");
  expect(await elsewhere.page.evaluate(() => window.nadir!.state().settings.backend)).toBe("wasm");
  expect(elsewhere.errors).toEqual([]);
  await elsewhere.page.context().close();
});

test("dropped files are opened, and the browser keeps what it needs to find them again", async ({ context }, info) => {
  // Files of this folder are dropped by the browser itself, so that it hands out real handles.
  const paths = cropSample(info.outputDir, 320);
  const page = await context.newPage();
  const first = new StudioPage(page);
  await first.open();
  const devtools = await context.newCDPSession(page);
  const data = { items: [], files: paths.map((path) => resolve(path)), dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await devtools.send("Input.dispatchDragEvent", { type, x: 700, y: 400, data });
  }
  await expect(first.scenes.cards).toHaveCount(1);
  await first.truthReady();
  const kept = () =>
    page.evaluate(
      () =>
        new Promise<number>((done) => {
          const opening = indexedDB.open("nadir-handles");
          opening.onsuccess = () => {
            const database = opening.result;
            const count = database.transaction("files").objectStore("files").count();
            count.onsuccess = () => {
              database.close();
              done(count.result);
            };
          };
        }),
    );
  await expect.poll(kept).toBe(3);
});
