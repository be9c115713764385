/** Files that are no rasters, by what they are: the heads are those the formats' own documentation gives. */
import { describe, expect, test } from "vitest";
import { blobOf, isWithoutTestData, testDataPath } from "../testing/test-data";
import { openRaster } from "./open-raster";

function refusal(name: string, head: Uint8Array<ArrayBuffer>): Promise<string> {
  return openRaster({ file: new File([head], name) }).then(() => "opened", String);
}

describe("what is not taken says what it is", () => {
  test.each([
    ["20200612_153024_1024_3B_udm2.tif", "II*\0", /quality mask/],
    ["20200612_153024_1024_3B_AnalyticMS_DN_udm_clip.tif", "II*\0", /quality mask/],
    ["LC09_L2SP_196026_20230604_02_T1_QA_PIXEL.TIF", "II*\0", /quality mask/],
    ["LC09_L2SP_196026_20230604_02_T1_SR_QA_AEROSOL.TIF", "II*\0", /quality mask/],
    ["T32UQD_20200612T102031_MSK_CLDPRB_20m.tif", "II*\0", /quality mask/],
    ["qa_tile_udm3.tif", "", /The file is empty/],
    ["a.shp", "\0\0\x27\x0a", /Vectors.*gdal_rasterize/],
    ["a.gpkg", "SQLite format 3\0", /Vectors/],
    ["a.tif", "SQLite format 3\0", /Vectors/],
    ["a.json", '{ "type": "FeatureCollection", "features": [', /Vectors/],
    ["a.kmz", "PK\x03\x04", /Vectors/],
    ["conus.las", "NADCON EXTRACTED REGION", /A grid of shifts.*\.gsb/],
    ["conus.los", "NADCON EXTRACTED REGION", /A grid of shifts/],
    ["egm96_15.gtx", "\xc0\x56\x80\0", /A grid of shifts/],
    ["a.laz", "LASF", /A point cloud.*PDAL/],
    ["a.tif", "LASF", /A point cloud/],
    ["a.obj", "# mesh", /A mesh/],
    ["a.pdf", "%PDF-1.7", /A PDF.*gdal_translate/],
    ["a.docx", "PK\x03\x04", /A document/],
    ["a.tif", "PK\x03\x04", /An archive.*Unpack it/],
    ["a.tif", "version https://git-lfs.github.com/spec/v1\noid sha256:", /Git LFS pointer.*git lfs pull/],
    ["a.hdr", "ENVI\nsamples = 4", /A header.*gdal_translate/],
    ["a.qgz", "PK\x03\x04", /A project/],
    ["a.jp2", "\0\0\0\x0cjP  ", /A raster of a format that is not read here.*gdal_translate/],
    ["a.tif", "\0\0\0\x0cjP  ", /A raster of a format/],
    ["a.tif", "", /The file is empty/],
    ["a.tif", "field notes", /starts with the text "field no"/],
  ])("%s that begins with %j", async (name, head, sentence) => {
    expect(
      await refusal(
        name,
        Uint8Array.from(head, (letter) => letter.charCodeAt(0)),
      ),
    ).toMatch(sentence);
  });

  test.skipIf(isWithoutTestData("field-cases")).each([
    ["labels.geojson", /Vectors/],
    ["labels.json", /Vectors/],
    ["lfs.onnx", /Git LFS pointer/],
    ["ortho.hdr", /A header/],
  ])("%s of a field report", async (name, sentence) => {
    const file = await blobOf(testDataPath("field-cases", "other-files-messages", name));
    await expect(openRaster({ file })).rejects.toThrow(sentence);
  });
});
