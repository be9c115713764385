/**
 * One scene, one model, one mask: the full EMSNet on WebAssembly in the page, onnxruntime in plain Python over the same
 * windows, and the command line. A corner of the sample scene, whose windows overlap both ways; all of it with
 * NADIR_SCREENS=1, when README's picture of the page is made anew.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { copyAsInThePapers } from "../src/testing/as-in-the-papers";
import { cropSample, python, screenPath } from "./judge";
import { picture } from "./picture";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

const SAMPLE = ["top_nadir_1_1_RGB.tif", "dsm_nadir_01_01.tif", "top_nadir_1_1_label.tif"];

test("page, plain Python and command line agree with the full EMSNet", async ({ page }, info) => {
  test.setTimeout(900_000);
  const studio = new StudioPage(page, "papers");
  await studio.open();
  const files =
    process.env.NADIR_SCREENS === "1" ? SAMPLE.map((name) => `public/sample/${name}`) : cropSample(info.outputDir, 400);
  await studio.scenes.add(files);
  await expect(studio.scenes.cards).toHaveCount(1);
  await studio.truthReady();
  const [optical, dsm] = files as [string, string];
  await studio.runs.choose(zooModel("emsnet").name);
  await studio.runs.settings({ backend: "wasm" });
  await studio.runs.runToEnd(500_000);
  await expect(studio.evaluation.total("miou-scored")).toHaveText(/^\d+\.\d$/);
  await page.mouse.move(2, 450);
  await studio.panes.settled();
  await picture(page, screenPath("first-light.png"));
  const fromPage = (await studio.export("GeoTIFF", info.outputDir)).tif!;

  const manifest = copyAsInThePapers("emsnet", join(info.outputDir, "papers"));
  const reference = join(info.outputDir, "reference.u8");
  execFileSync("models/.venv/bin/python", ["models/tests/reference_segment.py", optical, dsm, manifest, reference]);
  const fromCli = join(info.outputDir, "command-line.tif");
  execFileSync(
    process.execPath,
    ["scripts/nadir.mjs", "segment", "--optical", optical, "--dsm", dsm, "--model", manifest].concat(
      "--backend",
      "cpu",
      "--out",
      fromCli,
    ),
    { stdio: "ignore" },
  );
  expect(existsSync(fromCli)).toBe(true);
  const found = python(COUNT_DIFFERENCES, fromPage, reference, fromCli) as Record<string, number>;
  expect(found.classes).toBeGreaterThan(3);
  expect(found).toMatchObject({ pageAndPython: 0, pageAndCommandLine: 0 });
  studio.expectNothingSent();
});

const COUNT_DIFFERENCES = `
import sys, json, numpy as np, rasterio
page = rasterio.open(sys.argv[1]).read(1)
plain = np.fromfile(sys.argv[2], np.uint8).reshape(page.shape)
line = rasterio.open(sys.argv[3]).read(1)
print(json.dumps(dict(classes=len(np.unique(page)), pageAndPython=int((page != plain).sum()),
    pageAndCommandLine=int((page != line).sum()))))
`;
