import { expect, test } from "vitest";
import type { Crs } from "./crs";
import { placedRect, placementOn, poseOn } from "./grid-placement";

const UTM: Crs = {
  name: "EPSG:25832",
  epsg: 25832,
  kind: "projected",
  metresPerUnit: 1,
  proj4: null,
  geoKeys: null,
  wkt: null,
};
const grid = (west: number, north: number, pixel: number, side = 100) => ({
  widthPx: side,
  heightPx: side,
  geotransform: [west, pixel, 0, north, 0, -pixel] as const,
  crs: UTM,
});

test("a neighbour lies where its coordinates say, in pixels of the other", () => {
  // 10 m to the east of a 10 m tile of 10 cm pixels is one tile's width; 20 cm pixels are two of its pixels.
  const on = grid(500_000, 5_600_000, 0.1);
  const east = placementOn(on, grid(500_010, 5_600_000, 0.2))!;
  expect(east.col).toBeCloseTo(100, 6);
  expect(east.row).toBeCloseTo(0, 6);
  expect([east.colScale, east.rowScale]).toEqual([expect.closeTo(2, 9), expect.closeTo(2, 9)]);
  expect(placedRect(east, on).widthPx).toBeCloseTo(200, 6);
  expect(placementOn(on, grid(500_000, 5_599_990, 0.1))!.row).toBeCloseTo(100, 6);
});

test("what has no place on it is not placed", () => {
  const on = grid(500_000, 5_600_000, 0.1);
  expect(placementOn(on, { ...on, geotransform: null })).toBeNull();
  expect(placementOn(on, { ...on, crs: { ...UTM, name: "EPSG:25833", epsg: 25833 } })).toBeNull();
  expect(placementOn(on, { ...on, crs: null })).toBeNull();
  // Turned by a degree; upside down.
  expect(placementOn(on, { ...on, geotransform: [500_000, 0.1, 0.0017, 5_600_000, 0.0017, -0.1] })).toBeNull();
  expect(placementOn(on, { ...on, geotransform: [500_000, 0.1, 0, 5_600_000, 0, 0.1] })).toBeNull();
});

test("what is in the middle of the screen stays there", () => {
  const place = { col: 100, row: 0, colScale: 2, rowScale: 2 };
  // Column 120 is column 10 of the neighbour, whose pixels are twice as large on the screen.
  expect(poseOn(place, { centrePx: [120, 40], zoom: 1 })).toEqual({ centrePx: [10, 20], zoom: 2 });
});
