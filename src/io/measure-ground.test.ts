/** Lengths and areas on the ground against pyproj (PROJ 9, `Geod.line_length`, `Geod.polygon_area_perimeter`). */
import { expect, test } from "vitest";
import type { Geotransform } from "../core/georef/geotransform";
import { crsOfGeoKeys } from "./crs-definition";
import { measureArea, measureLength } from "./measure-ground";

const PLACES = [
  [10.5, 20.25],
  [4000, 100],
  [3500.5, 5200],
  [200, 3000],
] as const;

/**
 * By `Transformer.from_crs(epsg, CRS(epsg).geodetic_crs, always_xy=True)` and `Geod(a=…, rf=…)` of the CRS's ellipsoid.
 */
test.each<[string, number, Geotransform, number, number]>([
  ["UTM 32 N", 25832, [691000, 0.1, 0, 5334000, 0, -0.1], 1308.057425259017, 149005.59924002737],
  ["Web Mercator at 60° north", 3857, [1200000, 0.2, 0, 8399737, 0, -0.2], 1310.438363242065, 149537.09028193355],
  ["degrees", 4326, [11.5, 1e-6, 0, 48.1, 0, -1e-6], 1212.387741424102, 123418.57616955042],
  [
    "a turned grid on Airy's ellipsoid",
    27700,
    [530000, 0.25, 0.05, 180000, 0.05, -0.25],
    3335.6997690212106,
    968998.5469176769,
  ],
  ["Lambert 93", 2154, [870000, 0.2, 0, 6543000, 0, -0.2], 2618.6059910060344, 597157.7111073136],
])("on the ground in %s", async (_, epsg, geotransform, lengthMetres, areaSquareMetres) => {
  const [model, key] = epsg === 4326 ? [2, 2048] : [1, 3072];
  const directory = [1, 1, 0, 2, 1024, 0, 1, model, key, 0, 1, epsg];
  const grid = { geotransform, crs: await crsOfGeoKeys({ directory, doubles: [], ascii: "" }) };
  const [length, area] = [measureLength(grid, PLACES), measureArea(grid, PLACES)];
  expect([length.unit, area.unit]).toEqual(["metres", "metres"]);
  // A millimetre, and a hundredth of a square metre in fifteen hectares.
  expect(Math.abs(length.value - lengthMetres)).toBeLessThan(1e-3);
  expect(Math.abs(area.value / areaSquareMetres - 1)).toBeLessThan(1e-7);
  expect(measureArea(grid, PLACES.toReversed()).value).toBeCloseTo(area.value, 6);
});

test("in pixels without a position, and as the map has it where only its unit is known", () => {
  const corners = [
    [0, 0],
    [3, 4],
    [3, 0],
  ] as const;
  const pixels = { geotransform: null, crs: null };
  expect(measureLength(pixels, corners)).toEqual({ value: 9, unit: "pixels" });
  expect(measureArea(pixels, corners)).toEqual({ value: 6, unit: "pixels" });
  const feet = {
    geotransform: [100, 2, 0, 100, 0, -2] as const,
    crs: {
      name: "a plane",
      epsg: null,
      kind: "projected",
      metresPerUnit: 0.3,
      proj4: null,
      geoKeys: null,
      wkt: null,
    } as const,
  };
  expect(measureLength(feet, corners).value).toBeCloseTo(9 * 0.6, 12);
  expect(measureArea(feet, corners)).toEqual({ value: expect.closeTo(6 * 0.36, 10), unit: "metres" });
  expect(measureLength(feet, [[1, 1]]).value).toBe(0);
  expect(
    measureArea(feet, [
      [1, 1],
      [2, 2],
    ]).value,
  ).toBeCloseTo(0, 12);
});
