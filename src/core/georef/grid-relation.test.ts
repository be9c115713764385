import { describe, expect, test } from "vitest";
import { arrayRaster } from "../../testing/array-raster";
import type { RasterFacts } from "../raster/raster";
import { spellInEnglish } from "../remarks/spell";
import { alignRasters } from "./alignment";
import { type Crs, isSameCrs } from "./crs";
import { planPixelMapping } from "./grid-relation";
import { mapPixel } from "./pixel-mapping";

const crs = (over: Partial<Crs>): Crs => ({
  name: "local grid",
  epsg: null,
  kind: "projected",
  metresPerUnit: 1,
  proj4: null,
  geoKeys: null,
  wkt: null,
  ...over,
});
const keys = (value: number) => ({ directory: [1, 1, 0, 1, 1024, 0, 1, value], doubles: [], ascii: "" });

function raster(widthPx: number, heightPx: number, over: Partial<RasterFacts> = {}): RasterFacts {
  return { ...arrayRaster({ widthPx, heightPx, roles: ["height"], value: () => 0 }).facts, ...over };
}

describe("one coordinate system or two", () => {
  test("a code decides before anything else", () => {
    const [one, same, other] = [
      crs({ epsg: 25832, wkt: "A" }),
      crs({ epsg: 25832, wkt: "B" }),
      crs({ epsg: 25833, wkt: "A" }),
    ];
    expect(isSameCrs(one, same)).toBe(true);
    expect(isSameCrs(one, other)).toBe(false);
  });

  test("then the definition, then the file's own keys, then the text", () => {
    const tmerc = { proj4: "+proj=tmerc" };
    expect(isSameCrs(crs({ ...tmerc, epsg: 1 }), crs(tmerc))).toBe(true);
    expect(isSameCrs(crs(tmerc), crs({ proj4: "+proj=utm" }))).toBe(false);
    expect(isSameCrs(crs({ geoKeys: keys(1) }), crs({ geoKeys: keys(1) }))).toBe(true);
    expect(isSameCrs(crs({ geoKeys: keys(1) }), crs({ geoKeys: keys(2) }))).toBe(false);
    expect(isSameCrs(crs({ wkt: "PROJCS[A]" }), crs({ wkt: "PROJCS[A]" }))).toBe(true);
    expect(isSameCrs(crs({ wkt: "PROJCS[A]" }), crs({ wkt: "PROJCS[B]" }))).toBe(false);
  });

  test("what nothing is known of is not the same", () => {
    expect(isSameCrs(crs({}), crs({}))).toBe(false);
    expect(isSameCrs(crs({ geoKeys: keys(1) }), crs({ wkt: "A" }))).toBe(false);
  });

  test("two rasters of one grid without a code need no conversion, two different grids do", () => {
    const geotransform = [0, 1, 0, 9, 0, -1] as const;
    const placed = (value: number) => raster(9, 9, { geotransform, crs: crs({ geoKeys: keys(value) }) });
    expect(alignRasters(placed(1), placed(1)).verdict).toBe("same-grid");
    expect(planPixelMapping(placed(1), placed(1))).toMatchObject({ kind: "affine" });
    expect(alignRasters(placed(1), placed(2)).verdict).toBe("refused");
    expect(planPixelMapping(placed(1), placed(2))).toBeNull();
  });
});

describe("rasters that do not say where they lie", () => {
  test("are laid corner on corner up to two pixels of difference, stretched from three on", () => {
    const optical = raster(300, 200);
    for (const [widthPx, heightPx] of [
      [302, 198],
      [298, 202],
    ] as const) {
      const other = raster(widthPx, heightPx);
      expect(mapPixel(planPixelMapping(optical, other)!, 300, 200)).toEqual([300, 200]);
      expect(spellInEnglish(alignRasters(optical, other).summary)).toBe("matched by size");
    }
    for (const [widthPx, heightPx] of [
      [303, 202],
      [302, 203],
    ] as const) {
      const other = raster(widthPx, heightPx);
      const [col, row] = mapPixel(planPixelMapping(optical, other)!, 300, 200);
      expect(col).toBeCloseTo(widthPx, 9);
      expect(row).toBeCloseTo(heightPx, 9);
      expect(spellInEnglish(alignRasters(optical, other).summary)).toBe("matched by shape, second raster stretched");
    }
  });
});
