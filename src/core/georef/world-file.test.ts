import { describe, expect, test } from "vitest";
import { areaInsideRectangle, outlineDistance } from "./convex-overlap";
import { crsFromGeoKeys, decodeGeoKeys } from "./geo-keys";
import { greatCircleMetres } from "./great-circle";
import { affineMapping, mapPixel } from "./pixel-mapping";
import { formatWorldFile, parseWorldFile } from "./world-file";

describe("world files", () => {
  test("the last two lines are the centre of the upper-left pixel", () => {
    expect(parseWorldFile("0.05\n0\n0\n-0.05\n500000.025\n5599999.975\n")).toEqual([
      500000, 0.05, 0, 5600000, 0, -0.05,
    ]);
  });

  test("rotation survives both ways", () => {
    const transform = [1000, 0.6, 0.8, 2000, 0.8, -0.6] as const;
    const back = parseWorldFile(formatWorldFile(transform))!;
    for (const [at, value] of back.entries()) expect(value).toBeCloseTo(transform[at]!, 9);
  });

  test("decimal commas are read, nonsense is not", () => {
    expect(parseWorldFile("0,5 0 0 -0,5 10,25 19,75")).toEqual([10, 0.5, 0, 20, 0, -0.5]);
    expect(parseWorldFile("1 2 3")).toBeNull();
    expect(parseWorldFile("0 0 0 0 0 0")).toBeNull();
    expect(parseWorldFile("a b c d e f")).toBeNull();
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

  test("US survey feet", () => {
    const crs = crsFromGeoKeys(
      { directory: [1, 1, 0, 3, 1024, 0, 1, 1, 3072, 0, 1, 2225, 3076, 0, 1, 9003], doubles: [], ascii: "" },
      null,
    );
    expect(crs).toMatchObject({ epsg: 2225, kind: "projected", metresPerUnit: 1200 / 3937, name: "EPSG:2225" });
  });

  test("a raster type alone is no CRS", () => {
    expect(crsFromGeoKeys({ directory: [1, 1, 0, 1, 1025, 0, 1, 1], doubles: [], ascii: "" }, null)).toBeNull();
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
