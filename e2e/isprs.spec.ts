/**
 * Potsdam and Vaihingen as they are shipped, with made-up pixels: the folder is dropped, the official test tiles are
 * ticked, three models run over them, and everything is handed over. Every figure of the handed tables is scikit-learn's
 * on the handed rasters; GDAL opens those, pandas the tables, pdfLaTeX the document.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { manifestAsInThePapers } from "../src/testing/as-in-the-papers";
import { dropFolder } from "./drop-folder";
import { isprsTiles, judgeHandOver, python } from "./judge";
import { NANOS } from "./light-model";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

const SIDE_PX = 300;
/** A minute and a half of work, on a machine that may have other. */
const PATIENCE_MS = 600_000;

/** Vaihingen has no blue band and no coordinate system: models that read it are the papers', not the shipped ones. */
const BENCHMARKS = [
  { name: "Potsdam", tiles: 38, testTiles: 14, models: "shipped", labels: "5_Labels_all", into: "folder" },
  { name: "Vaihingen", tiles: 33, testTiles: 17, models: "papers", labels: "gts_for_participants", into: "zip" },
] as const;

for (const { name, tiles, testTiles, models, labels, into } of BENCHMARKS) {
  test(`the test tiles of ${name}, three models, one table, handed over as a ${into}`, async ({ page }, info) => {
    test.setTimeout(2 * PATIENCE_MS);
    const source = isprsTiles(SIDE_PX);
    const studio = new StudioPage(page, "shipped");
    if (models === "papers") await servePapersModels(page.context());
    await studio.open();
    await dropFolder(page, join(source, name));
    await expect(studio.scenes.cards).toHaveCount(tiles);
    await studio.truthReady();
    await expect(studio.scenes.faults).toHaveCount(0);

    await studio.runs.choose(...NANOS.map((id) => zooModel(id).name));
    await studio.runs.settings({ backend: "wasm", overlapPercent: 0 });
    await studio.scenes.root.getByRole("button", { name: `${name} test` }).click();
    await page.getByRole("button", { name: `Run 3 models × ${testTiles} scenes` }).click();
    const done = () => page.evaluate(() => window.nadir!.runs().filter(({ state }) => state.status === "done").length);
    await expect.poll(done, { timeout: PATIENCE_MS }).toBe(3 * testTiles);

    await studio.evaluation.open("Scores");
    await studio.evaluation.root.getByRole("radio", { name: `Ticked scenes (${testTiles})` }).click();
    await expect(studio.evaluation.root.locator('[data-row="Tiles scored"] td').last()).toHaveText(String(testTiles));

    const handed = await handOver(page, into, info.outputDir);
    expect(judgeHandOver(handed, join(source, name, labels))).toMatchObject({
      models: 3,
      tiles: testTiles,
      rasters: 3 * testTiles,
      mosaics: 3,
    });
    compileLatex(join(handed, "scores"));
    expect(studio.errors).toEqual([]);
  });
}

/** The shipped nanos, as if they were trained as in the papers on Vaihingen's bands. */
async function servePapersModels(context: BrowserContext): Promise<void> {
  for (const id of NANOS) {
    const manifest = manifestAsInThePapers(zooModel(id));
    const [optical, heights] = manifest.inputs;
    const json = { ...manifest, inputs: [{ ...optical, bands: ["nir", "red", "green"] }, heights] };
    await context.route(`**/zoo/${id}.nadir.json`, (route) => route.fulfill({ json }));
  }
}

/** Saves everything of the ticked scenes; the folder it then lies in. */
async function handOver(page: Page, into: "folder" | "zip", outputDir: string): Promise<string> {
  await page.evaluate(giveFolder, FOLDER);
  await page.getByRole("button", { name: "Export…" }).click();
  await page.getByRole("menuitem", { name: /^Everything…/ }).click();
  const dialog = page.getByRole("dialog");
  const handed = join(outputDir, "handed");
  if (into === "folder") {
    await dialog.getByRole("button", { name: "Into a folder…" }).click();
    await expect(dialog).toBeHidden();
    for (const { path, text } of await page.evaluate(readFolder, FOLDER)) {
      mkdirSync(dirname(join(handed, path)), { recursive: true });
      writeFileSync(join(handed, path), Buffer.from(text, "latin1"));
    }
    return handed;
  }
  const download = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Save .zip" }).click();
  const archive = join(outputDir, "handed.zip");
  await (await download).saveAs(archive);
  const [root] = python(UNPACK, archive, handed) as [string];
  return join(handed, root);
}

const FOLDER = "chosen-by-the-user";

const UNPACK = `
import sys, json, zipfile
archive = zipfile.ZipFile(sys.argv[1])
archive.extractall(sys.argv[2])
print(json.dumps(sorted({name.split("/")[0] for name in archive.namelist()})))
`;

/** In the page: the dialog of the system, which no test can answer, gives a folder of the private file system. */
async function giveFolder(name: string): Promise<void> {
  const root = await navigator.storage.getDirectory();
  Object.assign(window, { showDirectoryPicker: () => root.getDirectoryHandle(name, { create: true }) });
}

/** In the page: every file below that folder, a character for each byte. */
async function readFolder(name: string): Promise<{ path: string; text: string }[]> {
  const files: { path: string; text: string }[] = [];
  const visit = async (folder: FileSystemDirectoryHandle, place: string): Promise<void> => {
    for await (const [entry, handle] of folder.entries()) {
      if (handle.kind === "directory") await visit(handle as FileSystemDirectoryHandle, `${place}${entry}/`);
      else {
        const bytes = new Uint8Array(await (await (handle as FileSystemFileHandle).getFile()).arrayBuffer());
        files.push({ path: `${place}${entry}`, text: Array.from(bytes, (byte) => String.fromCharCode(byte)).join("") });
      }
    }
  };
  await visit(await (await navigator.storage.getDirectory()).getDirectoryHandle(name), "");
  return files;
}

/** pdfLaTeX compiles the scores as they are; without it (Debian: texlive-latex-recommended) that is left out and said. */
function compileLatex(folder: string): void {
  try {
    execFileSync("pdflatex", ["--version"], { stdio: "pipe" });
  } catch {
    console.info("pdflatex is not installed: scores.tex is not compiled here.");
    return;
  }
  execFileSync("pdflatex", ["-halt-on-error", "-interaction=nonstopmode", "scores.tex"], {
    cwd: folder,
    stdio: "pipe",
  });
  expect(statSync(join(folder, "scores.pdf")).size).toBeGreaterThan(1000);
}
