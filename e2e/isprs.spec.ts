/**
 * Potsdam as it is shipped, with made-up pixels: the folder is dropped, the official test tiles are ticked, three models
 * run over them, and everything is handed over into a folder. Every figure of the handed tables is scikit-learn's on the
 * handed rasters; GDAL opens those, pandas the tables, pdfLaTeX the document. Vaihingen, which has neither blue nor a
 * coordinate system, and the archive: `src/actions/outputs/isprs-hand-over.test.ts`.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { dropFolder } from "./drop-folder";
import { isprsTiles, judgeHandOver } from "./judge";
import { NANOS } from "./light-model";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

const SIDE_PX = 160;
const TILES = 38;
const TEST_TILES = 14;
/** A minute and a half of work, on a machine that may have other. */
const PATIENCE_MS = 600_000;

test("the test tiles of Potsdam, three models, one table, handed over into a folder", async ({ page }, info) => {
  test.setTimeout(2 * PATIENCE_MS);
  const source = isprsTiles(SIDE_PX);
  const studio = new StudioPage(page, "shipped");
  await studio.open();
  await dropFolder(page, join(source, "Potsdam"));
  await expect(studio.scenes.cards).toHaveCount(TILES);
  await studio.truthReady();
  await expect(studio.scenes.faults).toHaveCount(0);

  await studio.runs.choose(...NANOS.map((id) => zooModel(id).name));
  await studio.runs.settings({ backend: "wasm", overlapPercent: 0 });
  await studio.scenes.root.getByRole("button", { name: "Potsdam test" }).click();
  await page.getByRole("button", { name: `Run 3 models × ${TEST_TILES} scenes` }).click();
  const done = () => page.evaluate(() => window.nadir!.runs().filter(({ state }) => state.status === "done").length);
  await expect.poll(done, { timeout: PATIENCE_MS }).toBe(3 * TEST_TILES);

  await studio.evaluation.open("Scores");
  await studio.evaluation.root.getByRole("radio", { name: `Ticked scenes (${TEST_TILES})` }).click();
  await expect(studio.evaluation.root.locator('[data-row="Tiles scored"] td').last()).toHaveText(String(TEST_TILES));

  const handed = await handOver(page, info.outputDir);
  expect(judgeHandOver(handed, join(source, "Potsdam/5_Labels_all"))).toMatchObject({
    models: 3,
    tiles: TEST_TILES,
    rasters: 3 * TEST_TILES,
    mosaics: 3,
  });
  compileLatex(join(handed, "scores"));
  expect(studio.errors).toEqual([]);
});

/** Saves everything of the ticked scenes into a folder; where it then lies. */
async function handOver(page: Page, outputDir: string): Promise<string> {
  await page.evaluate(giveFolder, FOLDER);
  await page.getByRole("button", { name: "Export…" }).click();
  await page.getByRole("menuitem", { name: /^Everything…/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Into a folder…" }).click();
  await expect(dialog).toBeHidden();
  const handed = join(outputDir, "handed");
  for (const { path, text } of await page.evaluate(readFolder, FOLDER)) {
    mkdirSync(dirname(join(handed, path)), { recursive: true });
    writeFileSync(join(handed, path), Buffer.from(text, "latin1"));
  }
  return handed;
}

const FOLDER = "chosen-by-the-user";

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
