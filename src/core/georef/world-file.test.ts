import { describe, expect, test } from "vitest";
import { areaInsideRectangle, outlineDistance } from "./convex-overlap";
import { decodeGeoKeys, identifyGeoKeys } from "./geo-keys";
import { greatCircleMetres } from "./great-circle";
import { affineMapping, mapPixel } from "./pixel-mapping";
import { formatWorldFile, parseWorldFile } from "./world-file";

describe("world files", () => {
  test("the last two lines are the centre of the upper-left pixel", () => {
    expect(parseWorldFile("0.05\n0\n0\n-0.05\n500000.025\n5599999.975\n")).toEqual([
      500000, 0.05, 0, 5600000, 0, -0.05,
    ]);
  });

  test("the order is A, D, B, E, C, F: a sheared grid worked by hand, both ways", () => {
    const transform = [1000, 0.5, 0.25, 2000, 0.125, -0.5] as const;
    const text = "0.5\n0.125\n0.25\n-0.5\n1000.375\n1999.8125\n";
    expect(formatWorldFile(transform)).toBe(text);
    expect(parseWorldFile(text)).toEqual(transform);
  });

  test("decimal commas are read, nonsense is not", () => {
    expect(parseWorldFile("0,5 0 0 -0,5 10,25 19,75")).toEqual([10, 0.5, 0, 20, 0, -0.5]);
    expect(parseWorldFile("1 2 3")).toBeNull();
    expect(parseWorldFile("0 0 0 0 0 0")).toBeNull();
    expect(parseWorldFile("a b c d e f")).toBeNull();
  });

  test("turned by 45° is a grid, its columns on its rows is none", () => {
    expect(parseWorldFile("1 1 1 -1 10 20")).toEqual([9, 1, 1, 20, 1, -1]);
    expect(parseWorldFile("1 1 1 1 10 20")).toBeNull();
  });
});

describe("GeoTIFF keys", () => {
  test("text and doubles are cut out of their parameter tags", () => {
    const decoded = decodeGeoKeys({
      directory: [1, 1, 0, 3, 1024, 0, 1, 1, 1026, 34737, 6, 4, 3077, 34736, 1, 1],
      doubles: [7, 0.3048],
      ascii: "abc|UTM 3|",
    });
    expect([...decoded]).toEqual([
      [1024, 1],
      [1026, "UTM 3"],
      [3077, 0.3048],
    ]);
  });

  test("a damaged directory is read as far as it goes", () => {
    expect([...decodeGeoKeys({ directory: [1, 1, 0, 9, 1024, 0, 1, 1, 3072, 0], doubles: [], ascii: "" })]).toEqual([
      [1024, 1],
    ]);
  });

  test("a raster type alone is no CRS", () => {
    expect(identifyGeoKeys(new Map([[1025, 1]]))).toBeNull();
  });
});

describe("overlap of outlines", () => {
  test("a diamond half outside a square", () => {
    const diamond = [
      [0, -1],
      [1, 0],
      [0, 1],
      [-1, 0],
    ] as const;
    expect(areaInsideRectangle(diamond, 10, 10)).toBeCloseTo(0.5, 12);
    expect(areaInsideRectangle([...diamond].reverse(), 10, 10)).toBeCloseTo(0.5, 12);
  });

  test("the distance of two rectangles is measured between edges, not corners", () => {
    const square = (x: number, y: number) =>
      [
        [x, y],
        [x + 1, y],
        [x + 1, y + 1],
        [x, y + 1],
      ] as [number, number][];
    expect(outlineDistance(square(0, 0), square(4, 0.5))).toBe(3);
    expect(outlineDistance(square(0, 0), square(4, 5))).toBe(5);
  });

  test("a quarter of the equator", () => {
    expect(greatCircleMetres([0, 0], [90, 0])).toBeCloseTo((6_371_008.8 * Math.PI) / 2, 3);
  });
});

test("an affine mapping takes optical pixels to the other grid", () => {
  const mapping = affineMapping([0, 1, 0, 0, 0, -1], [10, 2, 0, -10, 0, -2]);
  expect(mapPixel(mapping, 14, 16)).toEqual([2, 3]);
});

test("between two sheared grids it goes over the map: (10, 20) lies at (1009, 1993), which is (4, 3) of the other", () => {
  const optical = [1000, 0.5, 0.2, 2000, 0.1, -0.4] as const;
  // 1009 = x0 + 4·2 + 3·0.25 and 1993 = y0 + 4·0.5 − 3·1.
  const other = [1000.25, 2, 0.25, 1994, 0.5, -1] as const;
  const [col, row] = mapPixel(affineMapping(optical, other), 10, 20);
  expect(col).toBeCloseTo(4, 9);
  expect(row).toBeCloseTo(3, 9);
});
