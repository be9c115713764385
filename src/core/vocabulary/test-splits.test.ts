/** The lists as the reference code of the papers has them (MoBaNet and EMSNet); names as ISPRS ships the files. */
import { expect, test } from "vitest";
import { isTestTile, TEST_SPLITS } from "./test-splits";

const [potsdam, vaihingen] = TEST_SPLITS;

test("14 tiles of Potsdam and 17 of Vaihingen are for testing", () => {
  const columns = Array.from({ length: 6 }, (_, row) => row + 2).flatMap((row) =>
    Array.from({ length: 9 }, (_, column) => `${row}_${column + 7}`),
  );
  expect(columns.filter((tile) => isTestTile(potsdam!, `top_potsdam_${tile}_RGBIR.tif`))).toHaveLength(14);
  const areas = Array.from({ length: 38 }, (_, area) => `top_mosaic_09cm_area${area + 1}.tif`);
  expect(areas.filter((name) => isTestTile(vaihingen!, name))).toHaveLength(17);
});

test.each([
  ["top_potsdam_2_13_RGB.tif", true, null],
  ["dsm_potsdam_02_13.tif", true, null],
  ["top_potsdam_2_10_label.tif", false, null],
  ["top_potsdam_7_10_RGB.tif", false, null],
  ["top_mosaic_09cm_area38.tif", null, true],
  ["dsm_09cm_matching_area2.tif", null, true],
  ["top_mosaic_09cm_area1_noBoundary.tif", null, false],
  ["area2.tif", null, null],
])("%s", (name, ofPotsdam, ofVaihingen) => {
  expect([isTestTile(potsdam!, name), isTestTile(vaihingen!, name)]).toEqual([ofPotsdam, ofVaihingen]);
});
