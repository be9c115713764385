/** Areas of classes: the sum is the scene's, in metres, feet, degrees and on turned grids; judged by pyproj's ellipsoid. */
import { describe, expect, test } from "vitest";
import type { Crs } from "../core/georef/crs";
import type { Geotransform } from "../core/georef/geotransform";
import type { PixelRect, RasterFacts } from "../core/raster/raster";
import { arrayRaster } from "../testing/array-raster";
import { runPython, withoutPython } from "../testing/run-python";
import { classAreas } from "./class-areas";

/** Taller than the strips that are read at once. */
const SIZE = { widthPx: 30, heightPx: 600 };
const CRS: Crs = {
  kind: "projected",
  epsg: null,
  name: "a plane",
  metresPerUnit: 1,
  proj4: null,
  wkt: null,
  geoKeys: null,
};

/** Rows 0–99 class 2, then 255 in the first ten columns and class 7 in the others. */
const idAt = (col: number, row: number) => (row < 100 ? 2 : col < 10 ? 255 : 7);

const mask = {
  ...SIZE,
  async read({ col, row, widthPx, heightPx }: PixelRect) {
    return Uint8Array.from({ length: widthPx * heightPx }, (_, pixel) =>
      idAt(col + (pixel % widthPx), row + Math.floor(pixel / widthPx)),
    );
  },
};

function areasOn(geotransform: Geotransform | null, crs: Crs | null) {
  const { facts } = arrayRaster({ ...SIZE, roles: ["red"], geotransform, value: () => 0 });
  const grid: RasterFacts = { ...facts, crs };
  return classAreas(mask, grid, new AbortController().signal);
}

describe("areas of classes", () => {
  test.each([
    ["metres", [0, 0.5, 0, 0, 0, -0.5], 1, 0.25],
    ["US survey feet", [0, 0.5, 0, 0, 0, -0.5], 1200 / 3937, 0.25 * (1200 / 3937) ** 2],
    // |0.5 · −0.4 − 0.2 · 0.1| = 0.22
    ["a sheared grid", [1000, 0.5, 0.2, 2000, 0.1, -0.4], 1, 0.22],
    // 30° · 0.6 m: rows and columns both turned, the pixel stays 0.36 m².
    [
      "a turned grid",
      [0, 0.6 * Math.cos(0.5), 0.6 * Math.sin(0.5), 0, 0.6 * Math.sin(0.5), -0.6 * Math.cos(0.5)],
      1,
      0.36,
    ],
  ] as const)("in %s", async (_, geotransform, metresPerUnit, pixelSquareMetres) => {
    const areas = (await areasOn(geotransform, { ...CRS, metresPerUnit }))!;
    expect(areas).toHaveLength(256);
    expect(areas[2]).toBeCloseTo(3000 * pixelSquareMetres, 6);
    expect(areas[7]).toBeCloseTo(10_000 * pixelSquareMetres, 6);
    expect(areas[255]).toBeCloseTo(5000 * pixelSquareMetres, 6);
    expect(areas.reduce((sum, area) => sum + area)).toBeCloseTo(18_000 * pixelSquareMetres, 6);
  });

  test.skipIf(withoutPython)("in degrees they are those of the ellipsoid, and shrink towards the pole", async () => {
    const degrees: Geotransform = [9, 0.001, 0, 60, 0, -0.01];
    const areas = (await areasOn(degrees, { ...CRS, kind: "geographic", metresPerUnit: null }))!;
    const expected = runPython(ELLIPSOID) as Record<"two" | "seven" | "none", number>;
    // Geodesics bound pyproj's polygon where parallels bound ours; between points 0.001° apart that is nothing.
    expect(areas[2]! / expected.two).toBeCloseTo(1, 6);
    expect(areas[7]! / expected.seven).toBeCloseTo(1, 6);
    expect(areas[255]! / expected.none).toBeCloseTo(1, 6);
  });

  test("without a place or a unit there are none", async () => {
    expect(await areasOn(null, CRS)).toBeNull();
    expect(await areasOn([0, 1, 0, 0, 0, -1], null)).toBeNull();
    expect(await areasOn([0, 1, 0, 0, 0, -1], { ...CRS, metresPerUnit: null })).toBeNull();
  });
});

const ELLIPSOID = `
import json
import numpy as np
from pyproj import Geod
geod = Geod(ellps="WGS84")
def cell(west, east, north, south):
    steps = np.linspace(west, east, 31)
    lon = [*steps, *steps[::-1]]
    lat = [south]*31 + [north]*31
    return abs(geod.polygon_area_perimeter(lon, lat)[0])
print(json.dumps(dict(two=cell(9, 9.03, 60, 59), seven=cell(9.01, 9.03, 59, 54), none=cell(9, 9.01, 59, 54))))
`;
