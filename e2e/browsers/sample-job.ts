/** The sample job in any browser: open, run on WebAssembly, score, save; judged by onnxruntime, scikit-learn and GDAL. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { copyAsInThePapers } from "../../src/testing/as-in-the-papers";
import { describeRaster, python, scoreWithScikit } from "../judge";
import type { StudioElsewhere } from "./studio-elsewhere";

const OPTICAL = "public/sample/top_nadir_1_1_RGB.tif";
const DSM = "public/sample/dsm_nadir_01_01.tif";
const TRUTH = "public/sample/top_nadir_1_1_label.tif";
/** The nano with the contract that plain Python knows, dropped like a model of one's own. */
const MODEL = { id: "papers-nano", name: "Nano as in the papers" };
const PARTS = ["nadir.json", "onnx", "golden.json", "golden.bin"];

/** @returns Path of a copy of the saved GeoTIFF, of the same name but for "elsewhere-". */
export async function expectSampleJob(studio: StudioElsewhere, folder: string): Promise<string> {
  await studio.openSample();
  const manifest = copyAsInThePapers("emsnet-nano", join(folder, "papers"), MODEL);
  await studio.add(PARTS.map((part) => manifest.replace("nadir.json", part)));
  await studio.choose(MODEL.name);
  await studio.settings({ backend: "wasm" });
  const run = await studio.runToEnd();
  expect(run).toMatchObject({ status: "done", error: null, backend: "wasm" });
  expect(run.selfCheck).toContain("passed");

  const tiff = await studio.exportTiff(folder);
  const exported = describeRaster(tiff);
  const { size, epsg, transform } = describeRaster(OPTICAL);
  expect(exported).toMatchObject({ size, epsg, transform, count: 1, dtype: "uint8", nodata: 255 });
  expect(exported.histogram).toEqual(run.histogram);

  const reference = join(folder, "reference.u8");
  execFileSync("models/.venv/bin/python", ["models/tests/reference_segment.py", OPTICAL, DSM, manifest, reference]);
  // Rounding differs between processors' kernels; only pixels on the edge of two classes may.
  expect(python(EQUAL_SHARE, tiff, reference)).toBeGreaterThan(0.999);

  const { counts, overallAccuracy, colours, maskToClass } = await studio.scores(run.id);
  const judged = scoreWithScikit(tiff, TRUTH, {
    colours,
    maskToClass: Object.fromEntries(maskToClass.flatMap((target, id) => (target === null ? [] : [[id, target]]))),
  });
  expect(counts).toEqual(judged.confusion.flat());
  expect(overallAccuracy).toBeCloseTo(judged.oa, 9);
  expect(await studio.trouble()).toEqual([]);
  expect(await studio.foreignRequests()).toEqual([]);
  return tiff;
}

/** Share of the pixels that at least must have changed class, from counts per class. */
export function movedShare(before: readonly number[], after: readonly number[]): number {
  const moved = before.reduce((sum, count, id) => sum + Math.abs(count - (after[id] ?? 0)), 0);
  return moved / before.reduce((sum, count) => sum + count, 0);
}

const EQUAL_SHARE = `
import sys, numpy as np, rasterio
mask = rasterio.open(sys.argv[1]).read(1)
print((mask == np.fromfile(sys.argv[2], np.uint8).reshape(mask.shape)).mean())
`;
