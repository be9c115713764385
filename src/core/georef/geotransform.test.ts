import { describe, expect, test } from "vitest";
import { type Geotransform, mapToPixel, pixelToMap } from "./geotransform";

describe("geotransform", () => {
  test("a north-up pixel corner lands where GDAL's formula puts it", () => {
    const transform: Geotransform = [500000, 0.1, 0, 5600000, 0, -0.1];
    expect(pixelToMap(transform, [10, 20])).toEqual([500001, 5599998]);
  });

  test("map to pixel undoes pixel to map under rotation", () => {
    const transform: Geotransform = [1000, 0.6, 0.8, 2000, 0.8, -0.6];
    const [col, row] = mapToPixel(transform, pixelToMap(transform, [12.5, 7.25]));
    expect(col).toBeCloseTo(12.5, 9);
    expect(row).toBeCloseTo(7.25, 9);
  });

  test("a degenerate transform is refused", () => {
    expect(() => mapToPixel([0, 0, 0, 0, 0, 0], [1, 1])).toThrow(RangeError);
  });
});
