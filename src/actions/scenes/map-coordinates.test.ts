import { expect, test } from "vitest";
import type { Geotransform } from "../../core/georef/geotransform";
import type { RasterFacts } from "../../core/raster/raster";
import { crsOfGeoKeys } from "../../io/crs-definition";
import { lngLatOf } from "./map-coordinates";

async function placed(epsg: number, isProjected: boolean, geotransform: Geotransform | null) {
  const directory = [1, 1, 0, 2, 1024, 0, 1, isProjected ? 1 : 2, isProjected ? 3072 : 2048, 0, 1, epsg];
  const crs = await crsOfGeoKeys({ directory, doubles: [], ascii: "" });
  return { geotransform, crs } as unknown as RasterFacts;
}

test("a pixel on UTM's central meridian, and one on the edge of its zone, both on the equator", async () => {
  // Zone 32 N: its meridian is 9° at 500 000 m; 6° lies at 166 021.443 m.
  const facts = await placed(32632, true, [166021.443, 10, 0, 20, 0, -10]);
  expect(lngLatOf(facts, [0, 2])).toEqual([expect.closeTo(6, 8), expect.closeTo(0, 8)]);
  expect(lngLatOf(facts, [33397.8557, 2])).toEqual([expect.closeTo(9, 8), expect.closeTo(0, 8)]);
});

test("degrees are said by the map's own coordinates; without a place there are none", async () => {
  expect(lngLatOf(await placed(4326, false, [9, 0.1, 0, 50, 0, -0.1]), [1, 1])).toBeNull();
  expect(lngLatOf(await placed(32632, true, null), [1, 1])).toBeNull();
  expect(lngLatOf({ geotransform: [0, 1, 0, 0, 0, -1], crs: null } as unknown as RasterFacts, [1, 1])).toBeNull();
});
