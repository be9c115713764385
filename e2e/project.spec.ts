/** Project files: saved, read by another program, opened again with and without the results they name. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { cropSample, python } from "./judge";
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

const SHA256 = `
import sys, json, hashlib, os
print(json.dumps([[os.path.getsize(p), hashlib.sha256(open(p, "rb").read()).hexdigest()] for p in sys.argv[1:]]))
`;

test("a saved project names its files with the sizes and SHA-256 that Python finds", async ({ page }, info) => {
  const { path, histogram } = await makeProject(page, info.outputDir);
  const project = JSON.parse(readFileSync(path, "utf8"));
  const files = ["RGB", "dsm", "label"].map((part) => `${info.outputDir}/crop_${part}.tif`);
  const [scene] = project.scenes;
  const named = [scene.optical, scene.auxiliary, scene.truth];
  expect(named.map(({ name }: { name: string }) => name)).toEqual(["crop_RGB.tif", "crop_dsm.tif", "crop_label.tif"]);
  expect(named.map(({ bytes, sha256Sampled }) => [bytes, sha256Sampled])).toEqual(python(SHA256, ...files));
  const [run] = project.runs;
  expect(run.outcome.result.classPixels).toEqual(histogram.slice(0, run.outcome.result.classPixels.length));
  expect(run.settings.stridePx).toBe(run.windowPx);
});

test("a project opened on another machine shows its runs' facts and asks for files and masks", async ({
  page,
  browser,
}, info) => {
  const { path } = await makeProject(page, info.outputDir);
  const elsewhere = new StudioPage(await (await browser.newContext()).newPage());
  await elsewhere.open();
  await elsewhere.scenes.add([path]);
  await expect(wantedCard(elsewhere.page)).toContainText("crop_RGB.tif");

  // Another content under the same name is not taken for it.
  const other = `${info.outputDir}/other`;
  const [wrong] = cropSample(other, 256);
  await elsewhere.scenes.add([wrong!]);
  await expect(wantedCard(elsewhere.page)).toContainText("another content is open");
  await expect(elsewhere.runs.runs.getByRole("article")).toHaveCount(0);

  await elsewhere.scenes.add(["RGB", "dsm", "label"].map((part) => `${info.outputDir}/crop_${part}.tif`));
  await expect(wantedCard(elsewhere.page)).toBeHidden();
  await elsewhere.scenes.root.getByRole("button", { name: "Show scene" }).last().click();
  const card = elsewhere.runs.card(`Run ${nano.name}`);
  await expect(card).toHaveAttribute("data-status", "elsewhere");
  await expect(card).toContainText("not on this machine");
  expect(await elsewhere.page.evaluate(() => window.nadir!.state().settings.backend)).toBe("wasm");
  await card.getByRole("button", { name: "Run again" }).click();
  await expect(elsewhere.runs.card(`Run ${nano.name}`)).toHaveAttribute("data-status", "done", { timeout: 120_000 });
  expect(elsewhere.errors).toEqual([]);
  await elsewhere.page.context().close();
});

test("on the same machine masks come back; those of a living tab are copied, never shared", async ({
  page,
  context,
}, info) => {
  const { runId, histogram, path } = await makeProject(page, info.outputDir);
  const files = ["RGB", "dsm", "label"].map((part) => `${info.outputDir}/crop_${part}.tif`);

  const beside = new StudioPage(await context.newPage());
  await beside.open();
  await beside.scenes.add([path, ...files]);
  const copy = beside.runs.card(`Run ${nano.name}`);
  await expect(copy).toHaveAttribute("data-status", "done");
  const copyId = (await copy.getAttribute("data-run"))!;
  expect(copyId).not.toBe(runId);
  expect(await beside.page.evaluate((id) => window.nadir!.histogram(id), copyId)).toEqual(histogram);
  await copy.getByRole("button", { name: "Remove run" }).click();
  await expect(beside.runs.runs.getByRole("article")).toHaveCount(0);
  expect(await page.evaluate((id) => window.nadir!.histogram(id), runId)).toEqual(histogram);
  await page.close();

  const later = new StudioPage(await context.newPage());
  await later.open();
  await later.scenes.add([path, ...files]);
  const card = later.runs.card(`Run ${nano.name}`);
  await expect(card).toHaveAttribute("data-status", "done");
  expect(await card.getAttribute("data-run")).toBe(runId);
  expect(await later.page.evaluate((id) => window.nadir!.histogram(id), runId)).toEqual(histogram);
  expect([...beside.errors, ...later.errors]).toEqual([]);
});

test("what the user said about bands, truth and area comes back with the project", async ({ page, browser }, info) => {
  const { studio } = await makeProject(page, info.outputDir);
  const [scene] = await studio.scenes.cards.all();
  await scene!.getByText("Bands and nodata").click();
  const heights = scene!.getByRole("region", { name: "Bands of crop_dsm.tif" });
  await heights.getByLabel("Nodata").fill("NaN");
  await heights.getByRole("button", { name: "Set" }).click();
  await expect(heights).toContainText("set by you");
  await scene!.getByRole("button", { name: "Truth classes…" }).click();
  await page.getByLabel("car counts as").selectOption("building");
  await page.keyboard.press("Escape");
  await studio.runs.models.getByRole("button", { name: "Settings…" }).click();
  const form = page.getByRole("form", { name: "Area of interest" });
  for (const [side, value] of Object.entries({ left: 70, top: 90, width: 130, height: 100 })) {
    await form.getByLabel(side).fill(String(value));
  }
  await form.getByRole("button", { name: "Set" }).click();
  await page.keyboard.press("Escape");
  await expect(studio.runs.card(`Run ${nano.name}`)).toContainText("bands or files");

  const path = await saveProject(page, info.outputDir);
  const area = { col: 70, row: 90, widthPx: 130, heightPx: 100 };
  const saved = JSON.parse(readFileSync(path, "utf8"));
  expect(saved.scenes[0].area).toEqual(area);
  expect(saved.evaluation.classMapping).toEqual({ car: "building" });
  expect(Object.values(saved.corrections)).toEqual([{ nodata: { 0: "NaN" } }]);

  const elsewhere = new StudioPage(await (await browser.newContext()).newPage());
  await elsewhere.open();
  await elsewhere.scenes.add([path, ...["RGB", "dsm", "label"].map((part) => `${info.outputDir}/crop_${part}.tif`)]);
  await expect(elsewhere.runs.card(`Run ${nano.name}`)).toHaveAttribute("data-status", "elsewhere");
  const words = () =>
    elsewhere.page.evaluate(() => {
      const { scenes, evaluation, corrections } = window.nadir!.state();
      const [record] = scenes.records;
      const nodata = record!.scene.auxiliary!.facts.bands.map((band) => String(band.nodata));
      return { area: record!.area, nodata, mapping: evaluation.classMapping, makes: Object.keys(corrections).length };
    });
  expect(await words()).toEqual({ area, nodata: ["NaN"], mapping: { car: "building" }, makes: 1 });

  // Taken back afterwards, it stays taken back.
  await elsewhere.page.keyboard.press("Shift+A");
  expect((await words()).area).toBeUndefined();
  expect(elsewhere.errors).toEqual([]);
  await elsewhere.page.context().close();
});

test("a broken project is refused with the place of its fault", async ({ page }, info) => {
  mkdirSync(info.outputDir, { recursive: true });
  writeFileSync(`${info.outputDir}/broken.nadir`, '{"format": "nadir-project/1", "scenes": 7}');
  const studio = new StudioPage(page);
  await studio.open();
  await studio.scenes.add([`${info.outputDir}/broken.nadir`]);
  await expect(page.getByRole("alert")).toContainText("scenes must be a list");
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
