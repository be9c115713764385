/** Typed places on the raster; coordinates by pyproj (PROJ 9, `Transformer.from_crs(4326, 25832, always_xy=True)`). */
import { describe, expect, test } from "vitest";
import type { RasterFacts } from "../../core/raster/raster";
import { crsOfGeoKeys } from "../../io/crs-definition";
import { arrayRaster } from "../../testing/array-raster";
import { placeIn } from "./go-to";

const { facts: plain } = arrayRaster({ widthPx: 1000, heightPx: 800, roles: ["red"], value: () => 0 });
const directory = [1, 1, 0, 2, 1024, 0, 1, 1, 3072, 0, 1, 25832];
const crs = await crsOfGeoKeys({ directory, doubles: [], ascii: "" });
const facts: RasterFacts = { ...plain, crs, geotransform: [691_500, 0.5, 0, 5_335_000, 0, -0.5] };

describe("a typed place", () => {
  // 11.577 E, 48.1365 N is 691 717.9682 E, 5 334 683.7472 N.
  test.each([
    ["E 691717.9682 N 5334683.7472", 435.9365, 632.5056],
    ["691717.9682, 5334683.7472", 435.9365, 632.5056],
    ["48.1365, 11.577", 435.9365, 632.5056],
    ["11.577 48.1365", 435.9365, 632.5056],
    ["48°08′11.4″N 11°34′37.2″E", 435.9365, 632.5056],
    ["px 12 34", 12.5, 34.5],
  ])("%s is found", (typed, col, row) => {
    const [foundCol, foundRow] = placeIn(facts, typed);
    // A millimetre is 0.002 pixels here.
    expect(Math.abs(foundCol - col)).toBeLessThan(0.004);
    expect(Math.abs(foundRow - row)).toBeLessThan(0.004);
  });

  test.each([
    ["nowhere", "is no place"],
    ["52.5, 13.4", "does not lie on"],
    ["px 1000 0", "does not lie on"],
    ["691499 5335000", "It goes from 691500 5334600 to 692000 5335000"],
  ])("%s is refused with a reason", (typed, sentence) => {
    expect(() => placeIn(facts, typed)).toThrow(sentence);
  });

  test("without a position only columns and rows are places", () => {
    expect(placeIn(plain, "col 3 row 4")).toEqual([3.5, 4.5]);
    expect(() => placeIn(plain, "48.1365, 11.577")).toThrow("columns go to 999, rows to 799");
  });
});
