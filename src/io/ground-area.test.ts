/** Areas and distances on the ground of 400 × 300 pixels, against pyproj's geodesics (pyproj 3.7.2, `Geod` of each CRS's ellipsoid). */
import { describe, expect, test } from "vitest";
import type { Geotransform } from "../core/georef/geotransform";
import { columnDistanceMetres, groundSamplingDistanceMetres } from "../core/georef/ground-sampling-distance";
import { pixelAreaByRow } from "../core/georef/pixel-area";
import { blobOf, isWithoutTestData, testDataPath } from "../testing/test-data";
import { crsOfGeoKeys } from "./crs-definition";
import { openRaster } from "./open-raster";
import { placeGrid, toOwnLngLat } from "./reproject";

describe("UTM, Web Mercator, Lambert and degrees from the equator to 70° N", () => {
  // Code, latitude, origin, pixel size in map units, area in m² (polygon_area_perimeter of the densified outline),
  // metres between pixels of the middle row (inv).
  test.each([
    [32632, 0, 577894.424969, 0, 0.25, 7504.874, 0.250081],
    [3857, 0, 1079799.060695, 0, 0.25, 7449.792, 0.25],
    [4326, 0, 9.7, 0, 3e-6, 13293.798, 0.333958],
    [32633, 0, 822836.194044, 0, 0.25, 7486.655, 0.249777],
    [32632, 45, 555170.709733, 4983188.714389, 0.25, 7505.441, 0.250091],
    [3857, 45, 1079799.060695, 5621521.486192, 0.25, 3749.989, 0.177074],
    [3034, 45, 3977044.965254, 2047345.299355, 0.25, 7963.675, 0.257612],
    [4326, 45, 9.7, 45, 3e-6, 9463.453, 0.236542],
    [32632, 60, 539043.891836, 6651617.746101, 0.25, 7505.722, 0.250095],
    [3857, 60, 1079799.060695, 8399737.889818, 0.25, 1881.311, 0.125316],
    [3034, 60, 3983610.816515, 3664585.54734, 0.25, 7824.491, 0.255351],
    [4326, 60, 9.7, 60, 3e-6, 6714.241, 0.167402],
    [32632, 70, 526719.377518, 7766026.51389, 0.25, 7505.872, 0.250098],
    [3857, 70, 1079799.060695, 11068715.659379, 0.25, 881.865, 0.085759],
    [3034, 70, 3988147.462341, 4782010.528321, 0.25, 7006.509, 0.241635],
    [4326, 70, 9.7, 70, 3e-6, 4601.08, 0.114562],
  ])("EPSG:%i at %i°", async (code, _, x, y, size, squareMetres, distanceMetres) => {
    const isDegrees = code === 4326;
    const crs = await crsOfGeoKeys({
      directory: isDegrees ? [1, 1, 0, 1, 2048, 0, 1, code] : [1, 1, 0, 2, 1024, 0, 1, 1, 3072, 0, 1, code],
      doubles: [],
      ascii: "",
    });
    const geotransform: Geotransform = [x, size, 0, y, 0, -size];
    const areaOf = pixelAreaByRow({ geotransform, crs, widthPx: 400 }, toOwnLngLat(crs!))!;
    let area = 0;
    for (let row = 0; row < 300; row++) area += areaOf(row) * 400;
    // The issue asks for a thousandth; a hundred-thousandth is what it takes to see a wrong formula.
    expect(area / squareMetres).toBeCloseTo(1, 5);
    const sizePx = { widthPx: 400, heightPx: 300 };
    const grid = { ...placeGrid({ geotransform, crs }, sizePx), ...sizePx };
    expect(groundSamplingDistanceMetres(grid)! ** 2 / (squareMetres / 120_000)).toBeCloseTo(1, 5);
    expect(columnDistanceMetres(grid)! / distanceMetres).toBeCloseTo(1, 5);
  });
});

test.skipIf(isWithoutTestData("field-cases"))(
  "a photo in Web Mercator at 60° N is a quarter of what the map says",
  async () => {
    const path = testDataPath("field-cases", "crs", "04_mercator_60N.tif");
    const { facts } = await openRaster({ file: await blobOf(path) });
    const areaOf = pixelAreaByRow(facts, toOwnLngLat(facts.crs!))!;
    let area = 0;
    for (let row = 0; row < facts.heightPx; row++) area += areaOf(row) * facts.widthPx;
    // The map says 2621.44 m²; the cosine of a sphere gives 655.4, PROJ's geodesics on the ellipsoid 657.56.
    expect(area).toBeCloseTo(657.56, 1);
    expect(groundSamplingDistanceMetres(facts)).toBeCloseTo(0.1, 3);
  },
);
