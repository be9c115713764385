/**
 * Scenes that other programs' users reported, from the command line to the class map, each at the counts its own
 * description gives or NumPy makes of the file.
 */
import { mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openRaster } from "../io/open-raster";
import { nadir } from "../testing/command-line";
import { withTemporaryFolder } from "../testing/export-fixtures";
import { withoutPython } from "../testing/run-python";
import { writeShiftedScene } from "../testing/shifted-scene";
import { blobOf, isWithoutTestData, testDataPath } from "../testing/test-data";

/** Pixels per class id of the map that a model makes, and what was said meanwhile. */
async function segment(
  folder: string,
  files: { model: string; optical: string; dsm: string },
  more: readonly string[] = [],
) {
  const at = (name: string) => testDataPath("field-cases", folder, name);
  return withTemporaryFolder(async (out) => {
    const map = join(out, "map.tif");
    const { status, stderr } = await nadir([
      ...["segment", "--model", at(files.model), "--optical", at(files.optical), "--dsm", at(files.dsm), "--out", map],
      ...more,
    ]);
    if (status !== 0) throw new Error(stderr);
    const source = await openRaster({ file: await blobOf(map) });
    const { widthPx, heightPx } = source.facts;
    const { bands } = await source.read({ rect: { col: 0, row: 0, widthPx, heightPx }, bands: [0] });
    source.close();
    const counts: Record<number, number> = {};
    for (const id of bands[0]!) counts[id] = (counts[id] ?? 0) + 1;
    return { counts, stderr };
  });
}

describe.skipIf(isWithoutTestData("field-cases"))("what a number is", () => {
  test.each([
    ["20230701_AnalyticMS_SR.tif", "models see 0 as black and 3060 as white (its pixels stay below 3060)"],
    [
      "s2_scale_offset.tif",
      "models see 1000 as black and 4060 as white (the file declares scale 0.0001 and offset -0.1",
    ],
  ])("%s: reflectance is no black picture", async (optical, said) => {
    const files = { model: "echo-red.nadir.json", optical, dsm: "dsm.tif" };
    const { counts, stderr } = await segment("uint16-reflectance-fed-as-black", files);
    expect(stderr).toContain(said);
    // numpy.bincount(numpy.minimum(7, numpy.floor((red − black) / (white − black) × 8)))
    expect(Object.values(counts)).toEqual([4806, 4989, 4990, 5072, 5005, 5077, 4998, 5063]);
  });

  test.each(["site_RGBIR.tif", "site4_band_descriptions.tif"])(
    "%s: a fourth band that a name calls near infrared is no alpha, and its zeros are pixels",
    async (optical) => {
      const files = { model: "echo-red.nadir.json", optical, dsm: "site_dsm.tif" };
      const { counts } = await segment("rgbn-fourth-band-tagged-alpha", files);
      expect(counts[255]).toBeUndefined();
      const source = await openRaster({
        file: await blobOf(testDataPath("field-cases", "rgbn-fourth-band-tagged-alpha", optical)),
      });
      expect(source.facts.bands[3]).toMatchObject({ role: "nir", roleReason: expect.stringContaining("tagged alpha") });
      const { widthPx, heightPx } = source.facts;
      const { bands, valid } = await source.read({ rect: { col: 0, row: 0, widthPx, heightPx }, bands: [3] });
      // numpy: (nir == 0).sum()
      expect([...bands[0]!].filter((value) => value === 0)).toHaveLength(6000);
      expect(valid).toBeNull();
      source.close();
    },
  );
});

describe.skipIf(isWithoutTestData("field-cases"))("what is missing", () => {
  // numpy and scipy.ndimage.label: pixels of 0, 0, 0 in one piece with the edge.
  test.each([
    [
      [],
      279_465,
      "is 34.5 % black (0), in one piece with its edge, and does not declare it as missing; it was taken as missing.",
    ],
    [["--collar", "leave"], undefined, "it was taken as ground, as you said."],
  ])("a black collar that nobody declared, %j", async (more, missing, said) => {
    const scene = (name: string) => join("..", "..", "scenes", "poitou", name);
    const files = { model: "echo-red.nadir.json", optical: scene("rgb_from_points.tif"), dsm: scene("dsm.tif") };
    const scaled = ["--scale", "4", ...more];
    const { counts, stderr } = await segment("uint16-reflectance-fed-as-black", files, scaled);
    expect(counts[255]).toBe(missing);
    expect(stderr).toContain(said);
  });

  // Classes of the sane pixels by numpy's minimum and maximum; the missing ones come on top, closed from their rim.
  test.each([
    ["dsm_one_pixel_minus10000.tif", "-10000", [2325, 5735, 5960, 5960, 5999, 5960, 5735, 2325], 1, 0],
    ["dsm_uint16_65535_margin.tif", "65535", [2175, 4880, 4930, 4930, 4930, 4930, 4900, 2325], 6000, 150],
    ["dsm_uint16_zero_margin.tif", "0", [2175, 4880, 4930, 4930, 4930, 4930, 4900, 2325], 6000, 150],
  ])("%s: no height on earth flattens the others", async (dsm, value, classes, missing, onBorders) => {
    const files = { model: "echo-dsm.nadir.json", optical: "rgb.tif", dsm };
    const { counts, stderr } = await segment("dsm-spike-and-uint16-fill", files);
    expect(stderr).toContain(`${dsm} declares no nodata value; ${value} was taken as missing.`);
    // Whole metres lie exactly between two classes of the whole-numbered DSM, where rounding decides.
    const more = classes.map((pixels, id) => counts[id]! - pixels);
    for (const [id, pixels] of more.entries()) expect(pixels, `class ${id}`).toBeGreaterThanOrEqual(-onBorders);
    expect(more.reduce((sum, pixels) => sum + pixels)).toBe(missing);
  });
});

describe.skipIf(isWithoutTestData("field-cases") || withoutPython)("where things are", () => {
  test("a shift grid beside the rasters, or above their folders, takes the place of the parameters", async () => {
    await withTemporaryFolder(async (folder) => {
      mkdirSync(join(folder, "dsm"));
      writeShiftedScene(join(folder, "dsm"));
      const model = testDataPath("field-cases", "dsm-spike-and-uint16-fill", "echo-dsm.nadir.json");
      const at = (name: string) => join(folder, "dsm", name);
      const said = async () => {
        const scene = ["--optical", at("ortho.tif"), "--dsm", at("dsm.tif"), "--model", model];
        return (await nadir(["segment", ...scene, "--out", join(folder, "map.tif"), "--aoi", "0,0,8,8"])).stderr;
      };
      expect(await said()).toContain("exact only with the grid BETA2007.gsb");
      renameSync(at("little.gsb"), join(folder, "BETA2007.gsb"));
      expect(await said()).toContain("through BETA2007.gsb, ± 0.9 m.");
    });
  });
});
