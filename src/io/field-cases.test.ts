/**
 * Files that other programs' users reported as read wrongly, each at the value its own description gives.
 *
 * Positions by PROJ through gdalwarp, counts by NumPy.
 */

import { describe, expect, test } from "vitest";
import { NadirError } from "../core/errors";
import { type AlignmentReport, alignRasters } from "../core/georef/alignment";
import { planPixelMapping } from "../core/georef/grid-relation";
import { mapPixel } from "../core/georef/pixel-mapping";
import type { RasterSource } from "../core/raster/raster";
import { spellInEnglish } from "../core/remarks/spell";
import { blobOf, isWithoutTestData, testDataPath } from "../testing/test-data";
import { openRaster } from "./open-raster";
import { bandStatistics } from "./raster-statistics";
import { createReprojection } from "./reproject";

const open = async (...path: string[]): Promise<RasterSource> =>
  openRaster({ file: await blobOf(testDataPath("field-cases", ...path)) });

async function relate(ortho: string, dsm: string) {
  const [{ facts: optical }, { facts: other }] = [await open("crs", ortho), await open("crs", dsm)];
  const reprojection = createReprojection(optical.crs, other.crs);
  const report: AlignmentReport = alignRasters(optical, other, { reprojection, label: "DSM" });
  return { report, mapping: planPixelMapping(optical, other, reprojection) };
}

describe.skipIf(isWithoutTestData("field-cases"))("where things are", () => {
  // Middle of the red square in pixels of the photo; the block of the DSM has its middle at (600, 600).
  test.each([
    [
      "03_uk_ortho_32630.tif",
      "03_uk_dsm_27700.tif",
      608.5,
      "± 2 m: exact only with the grid OSTN15_NTv2_OSGBtoETRS.gsb",
    ],
    ["03_ch_ortho_32632.tif", "03_ch_dsm_2056.tif", 611.5, "± 1 m"],
    ["03_nl_ortho_32631.tif", "03_nl_dsm_28992.tif", 619.5, "± 1 m"],
    ["03_fr_ok_ortho_32631.tif", "03_fr_ok_dsm_2154.tif", 600, "± 1 m"],
  ])("%s: the block of the DSM lies on the red square", async (ortho, dsm, middle, accuracy) => {
    const { report, mapping } = await relate(ortho, dsm);
    const [col, row] = mapPixel(mapping!, middle, middle);
    expect(Math.abs(col - 600)).toBeLessThan(0.75);
    expect(Math.abs(row - 600)).toBeLessThan(0.75);
    expect(spellInEnglish(report.warnings[0]!)).toContain(accuracy);
    expect(spellInEnglish(report.warnings[0]!)).toContain("pixels of the image");
  });

  test("both a geographic and a projected code: the projected one is meant", async () => {
    const { report } = await relate("02_both_keys_utm32.tif", "02_dsm_25832.tif");
    expect(report.overlapFraction).toBeCloseTo(1, 6);
    expect(report.offsetPx.every((pixels) => Math.abs(pixels) < 0.01)).toBe(true);
  });

  test("ground control points on a grid are the grid (rasterio.transform.from_gcps)", async () => {
    const { geotransform, notes } = (await open("gcp-only-orthophoto", "ortho.tif")).facts;
    for (const [at, value] of [400000, 0.1, 0, 5800000, 0, -0.1].entries())
      expect(geotransform![at]).toBeCloseTo(value, 7);
    expect(notes.join()).toContain("Placed by the grid through its 5 ground control points");
  });

  test.each(["ortho.tfwx", "ortho.tif.aux.xml"])("ArcGIS's %s places an image", async (name) => {
    const at = (file: string) => testDataPath("field-cases", "esri-tfwx-and-geodataxform", file);
    const sideFiles = [await blobOf(at(name))].map((blob) => new File([blob], name));
    const { geotransform, crs } = (await openRaster({ file: await blobOf(at("ortho.tif")), sideFiles })).facts;
    for (const [index, value] of [400000, 0.1, 0, 5800000, 0, -0.1].entries()) {
      expect(geotransform![index]).toBeCloseTo(value, 7);
    }
    if (name.endsWith(".xml")) expect(crs).toMatchObject({ epsg: 32633 });
  });
});

describe.skipIf(isWithoutTestData("field-cases"))("what cannot be read", () => {
  test("offsets that are no whole numbers", async () => {
    await expect(open("crs", "01_strip_offset_rational.tif")).rejects.toMatchObject({ code: "corrupt-raster" });
  });

  test("a JPEG block of another process has a reason", async () => {
    const refused = await open("crs", "05_jpeg_sof9.tif").then(
      () => "",
      (error: Error) => error.message,
    );
    expect(refused).not.toBe("");
    expect(refused).not.toContain("undefined");
  });

  test.each(["poison_RGB.tif", "poison_dsm.tif"])("%s: a geotransform that cannot be inverted", async (name) => {
    await expect(open("faults", name)).rejects.toMatchObject({ code: "corrupt-raster" });
  });

  // 900 million and ten thousand million pixels in 122 bytes: what is not there is not made.
  test.each(["s2_RGB.tif", "s3_RGB.tif"])("%s is opened and read, or refused, by what is in it", async (name) => {
    const opened = await open("faults", name).catch((error: unknown) => error);
    if (opened instanceof NadirError) {
      expect(opened.facts.next).not.toBe("");
      return;
    }
    const source = opened as RasterSource;
    const { bands } = await source.read({ rect: { col: 9000, row: 9000, widthPx: 64, heightPx: 64 }, bands: [0] });
    expect(bands[0]!.every((value) => value === 0)).toBe(true);
    source.close();
  });

  test.each([
    ["dsm_one_pixel_minus10000.tif", -10000, 100, 123.87999725341797],
    ["dsm_uint16_65535_margin.tif", 65535, 1006, 1238],
    ["dsm_uint16_zero_margin.tif", 0, 1006, 1238],
  ])("%s: models are given the range of the others (NumPy's)", async (name, missing, ...range) => {
    const source = await open("dsm-spike-and-uint16-fill", name);
    const { min, max } = await bandStatistics(source, 0);
    expect(source.facts.bands[0]).toMatchObject({ nodata: missing, nodataIsAssumed: true });
    expect([min, max]).toEqual(range);
    source.close();
  });
});
