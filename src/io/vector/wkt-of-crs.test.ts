/** Systems that are known by code alone, as text: PROJ understands the same by both. */
import { describe, expect, test } from "vitest";
import { runPython, withoutPython } from "../../testing/run-python";
import { crsOfEpsg, crsOfWkt } from "../crs-definition";
import { wktOfCrs } from "./wkt-of-crs";

const JUDGE = `
import json, sys
from pyproj import CRS, Transformer
worst = []
for code, text in json.load(sys.stdin):
    named, told = CRS.from_epsg(code), CRS.from_wkt(text)
    lng, lat = named.area_of_use.west * 0.4 + named.area_of_use.east * 0.6, named.area_of_use.south * 0.3 + named.area_of_use.north * 0.7
    here = [Transformer.from_crs(crs.geodetic_crs, crs, always_xy=True).transform(lng, lat) for crs in (named, told)]
    worst.append([max(abs(a - b) for a, b in zip(*here)), told.ellipsoid.semi_major_metre == named.ellipsoid.semi_major_metre])
print(json.dumps(worst))
`;

describe.skipIf(withoutPython)("coordinate systems as WKT", () => {
  test("UTM in both halves, Gauss–Krüger, national grids, degrees", async () => {
    const codes = [25832, 32633, 32733, 31467, 2180, 27700, 4258, 4326];
    const told = await Promise.all(codes.map(async (code) => [code, wktOfCrs((await crsOfEpsg(code))!)] as const));
    const judged = runPython(JUDGE, told) as [number, boolean][];
    for (const [index, [metres, isEllipsoid]] of judged.entries()) {
      expect([codes[index], metres < 0.001, isEllipsoid]).toEqual([codes[index], true, true]);
    }
  });

  test("what was read as text is given out as that text; other projections have none", async () => {
    const text =
      'PROJCS["mine",GEOGCS["g",DATUM["d",SPHEROID["s",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Lambert_Azimuthal_Equal_Area"],PARAMETER["latitude_of_center",50],UNIT["metre",1]]';
    expect(wktOfCrs(await crsOfWkt(text))).toBe(text);
    expect(wktOfCrs((await crsOfEpsg(3035))!)).toBeNull();
  });
});
