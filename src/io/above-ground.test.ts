/** Heights above the ground as they are read, held against their twin in Python and against SciPy. */
import { describe, expect, test } from "vitest";
import type { Geotransform } from "../core/georef/geotransform";
import { groundSamplingDistanceMetres } from "../core/georef/ground-sampling-distance";
import type { BandFacts, RasterFacts, RasterSource } from "../core/raster/raster";
import { type ArrayRasterOptions, arrayRaster, noise } from "../testing/array-raster";
import { runPython, withoutPython } from "../testing/run-python";
import { aboveGround, findHeightBase } from "./above-ground";

const UTM: RasterFacts["crs"] = {
  name: "EPSG:25832",
  epsg: 25832,
  kind: "projected",
  metresPerUnit: 1,
  proj4: null,
  geoKeys: null,
  wkt: null,
};
const GRID: Geotransform = [500_000, 0.8, 0, 5_600_000, 0, -0.8];
const [WIDTH, HEIGHT] = [131, 117];
const FOOT = 0.3048;

function heights(options: Omit<ArrayRasterOptions, "roles" | "dtype">, band: Partial<BandFacts> = {}): RasterSource {
  const raster = arrayRaster({ geotransform: GRID, ...options, roles: ["height"], dtype: "float32" });
  return {
    ...raster,
    facts: { ...raster.facts, crs: UTM, bands: [{ ...raster.facts.bands[0]!, ...band }] },
    close: () => undefined,
  };
}

/** A slope with a hall and a house on it, in metres. */
function standing(col: number, row: number): number {
  const ground = 40 + 0.06 * col + 0.1 * row + (noise(3, col, row) % 100) / 1000;
  const hall = col >= 30 && col < 80 && row >= 40 && row < 80 ? 9 : 0;
  const house = col >= 95 && col < 107 && row >= 12 && row < 25 ? 6 : 0;
  return ground + hall + house;
}

const isHole = (col: number, row: number) => Math.hypot(col - 60, row - 20) < 7;

/** Read in pieces that fit neither blocks nor cells. */
async function readAll(source: RasterSource): Promise<Float32Array> {
  const { widthPx, heightPx } = source.facts;
  const all = new Float32Array(widthPx * heightPx);
  for (let row = 0; row < heightPx; row += 37) {
    for (let col = 0; col < widthPx; col += 53) {
      const rect = { col, row, widthPx: Math.min(53, widthPx - col), heightPx: Math.min(37, heightPx - row) };
      const { bands, valid } = await source.read({ rect, bands: [0] });
      for (const [at, value] of bands[0]!.entries()) {
        const pixel = (row + Math.floor(at / rect.widthPx)) * widthPx + col + (at % rect.widthPx);
        all[pixel] = value;
        expect(valid?.[at] ?? 1).toBe(Number.isNaN(value) ? 0 : 1);
      }
    }
  }
  return all;
}

function largestDifference(found: Float32Array, judged: readonly (number | null)[]): number {
  expect([...found].map(Number.isNaN)).toEqual(judged.map((value) => value === null));
  return Math.max(...found.map((value, at) => (judged[at] === null ? 0 : Math.abs(value - judged[at]!))));
}

describe.skipIf(withoutPython)("heights above the ground", () => {
  test("found under a surface model in feet with holes nobody declared, as in Python", async () => {
    const surface = heights(
      {
        widthPx: WIDTH,
        heightPx: HEIGHT,
        value: (_, col, row) => (isHole(col, row) ? -9999 : standing(col, row) / FOOT),
      },
      { unit: "ft" },
    );
    const source = aboveGround(surface, null, await findHeightBase(surface, null));
    expect(source.facts.bands[0]).toMatchObject({ role: "height", dtype: "float32", unit: "m", scale: 1, offset: 0 });
    const found = await readAll(source);
    const judged = runPython(
      `import json, sys
import numpy as np
sys.path.insert(0, "models")
from nadir_models.heights import height_above_ground
given = json.load(sys.stdin)
dsm = np.array([np.nan if v is None else v for v in given["heights"]], "float64").reshape(given["rows"], -1)
above = height_above_ground(dsm, ~np.isnan(dsm), given["pixelSizeMetres"])
print(json.dumps([None if np.isnan(v) else float(v) for v in above.ravel()]))`,
      {
        rows: HEIGHT,
        pixelSizeMetres: groundSamplingDistanceMetres(surface.facts),
        heights: Array.from({ length: WIDTH * HEIGHT }, (_, at) => {
          const [col, row] = [at % WIDTH, Math.floor(at / WIDTH)];
          return isHole(col, row) ? null : Math.fround(standing(col, row) / FOOT) * FOOT;
        }),
      },
    ) as (number | null)[];
    expect(largestDifference(found, judged)).toBeLessThan(0.01);
    expect(Math.max(...judged.map((value) => value ?? 0))).toBeGreaterThan(8.5);
  });

  test("a terrain model of another grid is taken off between its pixels, as SciPy interpolates", async () => {
    const [cols, rows] = [52, 46];
    const terrain = (col: number, row: number) => 100 + 10 * Math.sin(col / 7) + 6 * Math.cos(row / 5);
    const surface = heights({ widthPx: WIDTH, heightPx: HEIGHT, value: (_, col, row) => 120 + standing(col, row) });
    const dtm = heights(
      {
        widthPx: cols,
        heightPx: rows,
        nodata: -1,
        geotransform: [500_000 - 3.3, 2.3, 0, 5_600_000 + 1.7, 0, -2.3],
        value: (_, col, row) => (col > 40 && row > 40 ? -1 : terrain(col, row) * 10),
      },
      { scale: 0.1 },
    );
    const source = aboveGround(surface, dtm, await findHeightBase(surface, dtm));
    const found = await readAll(source);
    const judged = runPython(
      `import json, sys
import numpy as np
from scipy import ndimage
g = json.load(sys.stdin)
row, col = np.mgrid[0:g["height"], 0:g["width"]]
x = (500000 + (col + 0.5) * 0.8 - (500000 - 3.3)) / 2.3 - 0.5
y = ((5600000 + 1.7) - (5600000 - (row + 0.5) * 0.8)) / 2.3 - 0.5
dtm = np.array(g["dtm"]).reshape(g["rows"], g["cols"])
at = lambda a: ndimage.map_coordinates(a, [y, x], order=1, mode="nearest")
known = (dtm > 0).astype(float)
weight = at(known)
ground = at(dtm * known) / np.maximum(weight, 1e-9)
above = np.where(weight > 0.5, np.array(g["dsm"]).reshape(g["height"], g["width"]) - ground, np.nan)
print(json.dumps([None if np.isnan(v) else float(v) for v in above.ravel()]))`,
      {
        width: WIDTH,
        height: HEIGHT,
        cols,
        rows,
        dsm: Array.from({ length: WIDTH * HEIGHT }, (_, at) => 120 + standing(at % WIDTH, Math.floor(at / WIDTH))),
        dtm: Array.from({ length: cols * rows }, (_, at) => {
          const [col, row] = [at % cols, Math.floor(at / cols)];
          return col > 40 && row > 40 ? -1 : terrain(col, row);
        }),
      },
    ) as (number | null)[];
    expect(judged).toContain(null);
    expect(largestDifference(found, judged)).toBeLessThan(1e-3);
  });
});

describe("what cannot be had", () => {
  test("a surface model without a pixel size is refused, with the ways out", async () => {
    const surface = heights({ widthPx: 4, heightPx: 4, geotransform: null, value: () => 1 });
    await expect(findHeightBase(surface, null)).rejects.toThrow(/how large its pixels are.*add the nDSM or the DTM/);
  });

  test("a surface model without a height is refused", async () => {
    const surface = heights({ widthPx: 4, heightPx: 4, nodata: 7, value: () => 7 });
    await expect(findHeightBase(surface, null)).rejects.toThrow(/Every pixel is nodata/);
  });
});
