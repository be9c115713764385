/** Ground area of pixels, by hand on projected grids. (In degrees `write-png.test.ts` holds it against pyproj.) */
import { describe, expect, test } from "vitest";
import type { Crs } from "./crs";
import type { Geotransform } from "./geotransform";
import { pixelAreaByRow } from "./pixel-area";

const crs = (over: Partial<Crs>): Crs => ({
  name: "test",
  epsg: null,
  kind: "projected",
  metresPerUnit: 1,
  proj4: null,
  geoKeys: null,
  wkt: null,
  ...over,
});

/** Areas as the map has them. */
const areaOnMap = (geotransform: Geotransform | null, of: Crs | null) =>
  pixelAreaByRow({ geotransform, crs: of, widthPx: 10 }, null);

describe("area of a pixel", () => {
  const sheared: Geotransform = [1000, 0.5, 0.2, 2000, 0.1, -0.4];

  test("of a sheared grid is the parallelogram's: |0.5 · −0.4 − 0.2 · 0.1| = 0.22 m²", () => {
    expect(areaOnMap(sheared, crs({}))!(7)).toBeCloseTo(0.22, 12);
  });

  test("in feet is measured in square metres: 2 ft × 3 ft = 0.55741824 m²", () => {
    const feet = crs({ metresPerUnit: 0.3048 });
    expect(areaOnMap([0, 2, 0, 0, 0, -3], feet)!(0)).toBeCloseTo(0.55741824, 12);
  });

  test("shrinks towards the pole, row by row, and both hemispheres are alike", () => {
    const degrees = crs({ kind: "geographic", metresPerUnit: null });
    const area = areaOnMap([10, 0.5, 0, 2, 0, -1], degrees)!;
    // Rows: 2°…1°, 1°…0°, 0°…−1°, −1°…−2°.
    expect(area(0)).toBeLessThan(area(1));
    expect(area(2)).toBeCloseTo(area(1), 3);
    expect(area(3)).toBeCloseTo(area(0), 3);
    // All of the ellipsoid: 510 065 621.7 km² (NIMA TR 8350.2).
    const earth = areaOnMap([-180, 360, 0, 90, 0, -180], degrees)!(0);
    expect(earth / 1e6).toBeCloseTo(510_065_621.7, 0);
  });

  test("is not known without a position, a unit, or rows of equal latitude", () => {
    expect(areaOnMap(null, crs({}))).toBeNull();
    expect(areaOnMap(sheared, null)).toBeNull();
    expect(areaOnMap(sheared, crs({ metresPerUnit: null }))).toBeNull();
    expect(areaOnMap(sheared, crs({ kind: "unknown" }))).toBeNull();
    const degrees = crs({ kind: "geographic", metresPerUnit: null });
    expect(areaOnMap([0, 1, 0.1, 0, 0, -1], degrees)).toBeNull();
    expect(areaOnMap([0, 1, 0, 0, 0.1, -1], degrees)).toBeNull();
  });
});
