/** `nadir heights` against its twin in Python, on the sample's DSM with its holes. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { groundSamplingDistanceMetres } from "../core/georef/ground-sampling-distance";
import { nadir } from "../testing/command-line";
import { temporaryFolder } from "../testing/export-fixtures";
import { runPython, withoutPython } from "../testing/run-python";
import { openRasterFile } from "./file-blob";

const DSM = "public/sample/dsm_nadir_01_01.tif";
const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true }));

test.skipIf(withoutPython)("writes what Python finds, on the DSM's grid, missing where it is", async () => {
  const out = join(folder, "above.tif");
  const ended = await nadir(["heights", "--dsm", DSM, "--out", out]);
  expect([ended.status, ended.stdout.trim(), ended.stderr]).toEqual([0, out, ""]);
  const source = await openRasterFile(DSM);
  const pixelSizeMetres = groundSamplingDistanceMetres(source.facts);
  source.close();
  const judged = runPython(
    `import json, sys
import numpy as np, rasterio
sys.path.insert(0, "models")
from nadir_models.heights import height_above_ground
given = json.load(sys.stdin)
with rasterio.open(given["dsm"]) as d, rasterio.open(given["out"]) as o:
    mask = d.dataset_mask() > 0
    above = height_above_ground(d.read(1).astype("float64"), mask, given["pixelSizeMetres"])
    found = o.read(1)
    same = o.transform == d.transform and o.crs == d.crs and bool((np.isnan(found) == ~mask).all())
    print(json.dumps(dict(same=same, unit=o.units[0], worst=float(np.nanmax(np.abs(found - above))), high=float(np.nanmax(found)))))`,
    { dsm: DSM, out, pixelSizeMetres },
  ) as { same: boolean; unit: string; worst: number; high: number };
  expect([judged.same, judged.unit]).toEqual([true, "m"]);
  expect(judged.worst).toBeLessThan(0.01);
  expect(judged.high).toBeGreaterThan(5);
});

test("an output that is its own input is refused", async () => {
  const ended = await nadir(["heights", "--dsm", DSM, "--out", DSM]);
  expect(ended.status).not.toBe(0);
  expect(ended.stderr).toContain("--out is the same file as --dsm");
});
