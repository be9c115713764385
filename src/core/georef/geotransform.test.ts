import { describe, expect, test } from "vitest";
import { type Geotransform, invertGeotransform, mapToPixel, pixelToMap } from "./geotransform";

/** Sheared and turned, every number different, so that no two of them can change places. */
const SHEARED: Geotransform = [1000, 0.5, 0.2, 2000, 0.1, -0.4];

describe("geotransform", () => {
  test("a north-up pixel corner lands where GDAL's formula puts it", () => {
    const transform: Geotransform = [500000, 0.1, 0, 5600000, 0, -0.1];
    expect(pixelToMap(transform, [10, 20])).toEqual([500001, 5599998]);
  });

  test("a sheared one too: 1000 + 10·0.5 + 20·0.2, 2000 + 10·0.1 − 20·0.4", () => {
    expect(pixelToMap(SHEARED, [10, 20])).toEqual([1009, 1993]);
    const [col, row] = mapToPixel(SHEARED, [1009, 1993]);
    expect(col).toBeCloseTo(10, 9);
    expect(row).toBeCloseTo(20, 9);
  });

  test("its inverse, worked by hand: determinant −0.22", () => {
    const wanted = [-800 / 0.22, 0.4 / 0.22, 0.2 / 0.22, 900 / 0.22, 0.1 / 0.22, -0.5 / 0.22];
    for (const [at, value] of invertGeotransform(SHEARED).entries()) expect(value).toBeCloseTo(wanted[at]!, 9);
  });

  test("a degenerate transform is refused", () => {
    expect(() => mapToPixel([0, 0, 0, 0, 0, 0], [1, 1])).toThrow(RangeError);
    expect(() => invertGeotransform([5, 1, 2, 7, 2, 4])).toThrow(/5, 1, 2, 7, 2, 4 cannot be inverted/);
  });
});
