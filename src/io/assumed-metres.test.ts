/** Positions without a coordinate system, as rasterio writes them: metres where nothing else can be meant, and said. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { groundSamplingDistanceMetres } from "../core/georef/ground-sampling-distance";
import { runPython, withoutPython } from "../testing/run-python";
import { openRaster } from "./open-raster";

/** The photos' own numbers: Vaihingen's area 1, degrees at 1 cm, pixels counted as GDAL and as image viewers do. */
const WRITE = `
import json, sys, warnings, numpy as np, rasterio
warnings.filterwarnings("ignore")
root, crs = json.load(sys.stdin)
places = {"vaihingen": (0.09, 0, 496597.0, 0, -0.09, 5419317.0), "turned": (0, 0.5, 496597.0, 0.5, 0, 5419317.0),
          "degrees": (1e-7, 0, 9.0, 0, -1e-7, 48.0), "pixels": (1, 0, 0, 0, 1, 0), "map": (1, 0, 0, 0, -1, 0)}
for name, place in places.items():
    with rasterio.open(f"{root}/{name}.tif", "w", driver="GTiff", width=400, height=400, count=1, dtype="uint8",
                       transform=rasterio.Affine(*place), crs=crs) as out:
        out.write(np.zeros((1, 400, 400), np.uint8))
print("null")
`;

describe.skipIf(withoutPython)("a position without a coordinate system", () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "nadir-metres-"));
    runPython(WRITE, [root, null]);
  });
  afterAll(() => rmSync(root, { recursive: true }));

  test.each([
    ["vaihingen", 0.09],
    ["turned", 0.5],
    ["degrees", null],
    ["pixels", null],
    ["map", null],
  ])("%s: pixels of %s m", async (name, metres) => {
    const bytes = readFileSync(join(root, `${name}.tif`));
    const { facts, ...source } = await openRaster({ file: new File([bytes], `${name}.tif`) });
    source.close();
    const found = groundSamplingDistanceMetres(facts);
    if (metres === null) expect(found).toBeNull();
    else expect(found).toBeCloseTo(metres, 9);
    expect(facts.notes.some((note) => note.includes("taken for metres"))).toBe(metres !== null);
  });
});
