/**
 * Scenes that other programs' users reported, dropped on the page and run there: the masks have the counts that each
 * report's own description gives, or NumPy makes of the file, as `cli/field-cases.test.ts` wants them of the terminal.
 */
import { describe, expect, test } from "vitest";
import { histogram, runToEnd, sceneReady } from "../../testing/journey";
import { fileAt, JOURNEY } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { isWithoutTestData, testDataPath } from "../../testing/test-data";
import { correctRaster } from "../scenes/correct-raster";
import { openFiles } from "../scenes/open-files";
import type { Studio } from "../studio";
import { changeSettings } from "../view/arrange";

const CASES = "field-cases";

describe.skipIf(isWithoutTestData(CASES))("field reports run on the page", JOURNEY, () => {
  const studios = studiosOfTests();
  const filesAt = (paths: readonly string[]) => Promise.all(paths.map((path) => fileAt(testDataPath(CASES, path))));

  /** @param model Folder and name of a model that gives one of its bands back in eight classes. */
  async function opened(model: string, paths: readonly string[]): Promise<Studio> {
    const { studio } = await studios.open({ models: [] });
    await openFiles(studio, await filesAt([`${model}.nadir.json`, `${model}.onnx`]));
    await openFiles(studio, await filesAt(paths));
    await sceneReady(studio);
    return studio;
  }

  async function classesOf(studio: Studio) {
    const [run] = await runToEnd(studio);
    const counts = await histogram(studio, run!);
    return { classes: counts.slice(0, 8), missing: counts[255], result: run!.state.result.result };
  }

  test.each(["20230701_AnalyticMS_SR.tif", "s2_scale_offset.tif"])("%s is no black picture", async (name) => {
    const folder = "uint16-reflectance-fed-as-black";
    const studio = await opened(`${folder}/echo-red`, [`${folder}/${name}`, `${folder}/dsm.tif`]);
    const { classes } = await classesOf(studio);
    // numpy.bincount(numpy.minimum(7, numpy.floor((red − black) / (white − black) × 8)))
    expect(classes).toEqual([4806, 4989, 4990, 5072, 5005, 5077, 4998, 5063]);
  });

  test.each(["site_RGBIR.tif", "site4_band_descriptions.tif"])("%s: no pixel of it is missing", async (name) => {
    const folder = "rgbn-fourth-band-tagged-alpha";
    const studio = await opened(`${folder}/echo-red`, [`${folder}/${name}`, `${folder}/site_dsm.tif`]);
    const { missing, classes } = await classesOf(studio);
    expect([missing, classes.reduce((sum, count) => sum + count)]).toEqual([0, 40_000]);
  });

  test("a collar is missing until the user takes it for ground", async () => {
    const scenes = "../scenes/poitou";
    const studio = await opened("uint16-reflectance-fed-as-black/echo-red", [
      `${scenes}/rgb_from_points.tif`,
      `${scenes}/dsm.tif`,
    ]);
    changeSettings(studio, { scale: 4 });
    expect((await classesOf(studio)).missing).toBe(279_465);
    const { optical } = studio.store.getState().scenes.records[0]!.scene;
    await correctRaster(studio, optical.facts, { collar: "leave" });
    expect((await classesOf(studio)).missing).toBe(0);
  });

  test.each([
    ["dsm_one_pixel_minus10000.tif", [2325, 5735, 5960, 5960, 5999, 5960, 5735, 2325], 1, 0],
    ["dsm_uint16_65535_margin.tif", [2175, 4880, 4930, 4930, 4930, 4930, 4900, 2325], 6000, 150],
    ["dsm_uint16_zero_margin.tif", [2175, 4880, 4930, 4930, 4930, 4930, 4900, 2325], 6000, 150],
  ])("%s: no height on earth flattens the others", async (dsm, wanted, missing, onBorders) => {
    const folder = "dsm-spike-and-uint16-fill";
    const studio = await opened(`${folder}/echo-dsm`, [`${folder}/rgb.tif`, `${folder}/${dsm}`]);
    const { classes } = await classesOf(studio);
    // As on the command line: the missing ones come on top, and whole metres lie between two classes.
    const more = classes.map((pixels, id) => pixels - wanted[id]!);
    for (const [id, pixels] of more.entries()) expect(pixels, `class ${id}`).toBeGreaterThanOrEqual(-onBorders);
    expect(more.reduce((sum, pixels) => sum + pixels)).toBe(missing);
  });

  test.each([
    ["gcp-only-orthophoto", ["ortho.tif", "dsm.tif"], [400000, 0.1, 0, 5800000, 0, -0.1], 32633],
    ["esri-tfwx-and-geodataxform", ["ortho.tif", "ortho.tfwx", "ortho.tif.aux.xml", "dsm.tif"], [400000, 0.1], 32633],
    ["crs", ["02_both_keys_utm32.tif", "02_dsm_25832.tif"], [], 32632],
  ])("%s: the photo lies where it belongs, with its heights", async (folder, names, geotransform, epsg) => {
    const { studio } = await studios.open({ files: await filesAt(names.map((name) => `${folder}/${name}`)) });
    const { scene } = await sceneReady(studio);
    for (const [at, value] of geotransform.entries())
      expect(scene.optical.facts.geotransform![at]).toBeCloseTo(value, 7);
    expect(scene.optical.facts.crs).toMatchObject({ epsg });
    expect(scene.auxiliary!.alignment.overlapFraction).toBeCloseTo(1, 6);
  });

  test("what cannot be opened says why, beside its name, and everything else works", async () => {
    const names = ["faults/poison_RGB.tif", "faults/poison_dsm.tif", "faults/s2_RGB.tif", "faults/s3_RGB.tif"];
    const { studio } = await studios.open({ files: await filesAt([...names, "crs/01_strip_offset_rational.tif"]) });
    const { records, refused } = studio.store.getState().scenes;
    expect(records.map(({ scene }) => scene.optical.facts.fileName)).toEqual(["s2_RGB.tif", "s3_RGB.tif"]);
    expect(refused.map(({ fileName }) => fileName)).toEqual([
      "poison_RGB.tif",
      "poison_dsm.tif",
      "01_strip_offset_rational.tif",
    ]);
    await openFiles(studio, await filesAt(["crs/02_both_keys_utm32.tif", "crs/02_dsm_25832.tif"]));
    const added = studio.store
      .getState()
      .scenes.records.find(({ scene }) => scene.optical.facts.fileName.startsWith("02"));
    expect(added?.scene.auxiliary?.alignment.verdict).toBe("same-grid");
  });
});
