/**
 * Scenes that other programs' users reported, from the command line to the class map, each at the counts its own
 * description gives or NumPy makes of the file.
 */
import { copyFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ISPRS_SCHEME } from "../core/labels/class-scheme";
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

/** The map that `segment` writes, its pixels and where it lies. */
async function mapOf(
  folder: string,
  files: { optical: string; dsm: string },
  { polygons = false, area }: { polygons?: boolean; area?: string } = {},
) {
  return withTemporaryFolder(async (out) => {
    const map = join(out, "map.tif");
    const at = (name: string) => testDataPath("field-cases", folder, name);
    const model = testDataPath("field-cases", "dsm-spike-and-uint16-fill", "echo-dsm.nadir.json");
    const scene = ["--optical", at(files.optical), "--dsm", at(files.dsm), "--model", model];
    const shapes = join(out, "map.geojson");
    const more = [...(polygons ? ["--polygons", shapes] : []), ...(area === undefined ? [] : ["--aoi", area])];
    const { status, stderr } = await nadir(["segment", ...scene, "--out", map, ...more]);
    if (status !== 0) throw new Error(stderr);
    const { facts, ...source } = await openRaster({ file: await blobOf(map) });
    const { widthPx, heightPx } = facts;
    const { bands } = await source.read({ rect: { col: 0, row: 0, widthPx, heightPx }, bands: [0] });
    source.close();
    return { facts, ids: bands[0]!, polygons: polygons ? readFileSync(shapes, "utf8") : "" };
  });
}

describe.skipIf(isWithoutTestData("field-cases"))("where things are, from file to file", () => {
  // Middle of the red square; the block of the DSM is the highest thing, and the last of the echo's classes.
  test.each([
    ["03_uk_ortho_32630.tif", "03_uk_dsm_27700.tif", 608.5],
    ["03_ch_ortho_32632.tif", "03_ch_dsm_2056.tif", 611.5],
    ["03_nl_ortho_32631.tif", "03_nl_dsm_28992.tif", 619.5],
    ["03_fr_ok_ortho_32631.tif", "03_fr_ok_dsm_2154.tif", 600],
  ])("%s: the block of the DSM lies on the red square", async (optical, dsm, middle) => {
    const { facts, ids } = await mapOf("crs", { optical, dsm }, { area: "500,500,220,220" });
    let [pixels, cols, rows] = [0, 0, 0];
    for (const [at, id] of ids.entries()) {
      if (id !== 7) continue;
      pixels++;
      cols += (at % facts.widthPx) + 0.5;
      rows += Math.floor(at / facts.widthPx) + 0.5;
    }
    expect(Math.abs(cols / pixels - middle)).toBeLessThan(0.75);
    expect(Math.abs(rows / pixels - middle)).toBeLessThan(0.75);
  });

  test("both a geographic and a projected code; a photo placed by control points gives a map placed by their grid", async () => {
    const both = await mapOf("crs", { optical: "02_both_keys_utm32.tif", dsm: "02_dsm_25832.tif" });
    expect([both.facts.crs!.epsg, both.ids.includes(255)]).toEqual([32632, false]);
    const { facts } = await mapOf("gcp-only-orthophoto", { optical: "ortho.tif", dsm: "dsm.tif" });
    for (const [at, value] of [400000, 0.1, 0, 5800000, 0, -0.1].entries())
      expect(facts.geotransform![at]).toBeCloseTo(value, 7);
  });

  test("polygons at 60° N in Web Mercator have their area on the ground", async () => {
    const files = { optical: "04_mercator_60N.tif", dsm: "04_mercator_60N_dsm.tif" };
    const { polygons } = await mapOf("crs", files, { polygons: true });
    const { features } = JSON.parse(polygons) as { features: { properties: { area_m2: number } }[] };
    // pyproj's geodesics on the ellipsoid; the map says 2621.44.
    expect(features.reduce((sum, { properties }) => sum + properties.area_m2, 0)).toBeCloseTo(657.56, 1);
  });

  test.each([
    ["crs/07_epsg3031.tif", '"epsg":3031', "+lat_0=-90"],
    ["esri-tfwx-and-geodataxform/ortho.tif", '"geotransform":[400000,0.1', '"epsg":32633'],
  ])("%s", async (path, ...said) => {
    const { stdout } = await nadir(["info", testDataPath("field-cases", path), "--json"]);
    for (const words of said) expect(stdout).toContain(words);
  });

  test("ArcGIS's .tfwx places an image without anything else, whatever the case of its name", async () => {
    await withTemporaryFolder(async (folder) => {
      const at = (name: string) => testDataPath("field-cases", "esri-tfwx-and-geodataxform", name);
      copyFileSync(at("ortho.tif"), join(folder, "ortho.tif"));
      copyFileSync(at("ortho.tfwx"), join(folder, "ORTHO.TFWX"));
      const { stdout } = await nadir(["info", join(folder, "ortho.tif")]);
      expect(stdout).toContain("geotransform  400000, 0.1");
      expect(stdout).toContain("Position read from ORTHO.TFWX.");
    });
  });
});

describe.skipIf(isWithoutTestData("field-cases"))("what is refused or read right, from file to file", () => {
  test.each([
    ["crs/01_strip_offset_rational.tif", "in numbers of type 5, not in whole ones"],
    ["crs/05_jpeg_sof9.tif", "its codec refuses it"],
    ["faults/poison_RGB.tif", "gives pixels no area that could be computed with"],
    ["faults/poison_dsm.tif", "gives pixels no area that could be computed with"],
  ])("%s: %s", async (path, said) => {
    const { status, stderr } = await nadir(["info", testDataPath("field-cases", path)]);
    expect([status, stderr]).toEqual([3, expect.stringContaining(said)]);
  });

  test.each(["06_truth_palette.tif", "06_truth_ids.tif"])("%s: red buildings are no clutter", async (name) => {
    const path = testDataPath("field-cases", "crs", name);
    const { status, stderr } = await nadir(["evaluate", "--prediction", path, "--truth", path]);
    expect([status, stderr]).toEqual([3, expect.stringContaining("--mapping")]);
  });

  test.each(["truth_mmseg.png", "truth_mmseg.tif"])("%s: ids that a mapping explains are scored", async (name) => {
    await withTemporaryFolder(async (folder) => {
      const mapping = join(folder, "mapping.json");
      const truthClasses = ISPRS_SCHEME.classes.map(({ id, name: called }) => ({ id: id + 1, name: called }));
      const modelToTruth = Object.fromEntries(truthClasses.map(({ name: called }) => [called, called]));
      writeFileSync(mapping, JSON.stringify({ format: "nadir-class-mapping/1", truthClasses, modelToTruth }));
      const at = (file: string) => testDataPath("field-cases", "cli-evaluate-ids-off-by-one", file);
      const files = ["--prediction", at("pred.tif"), "--truth", at(name), "--mapping", mapping];
      const { stdout } = await nadir(["evaluate", "--json", ...files]);
      const { withBoundary } = JSON.parse(stdout) as {
        withBoundary: { allClasses: { overallAccuracy: number; perClass: readonly { iou: number }[] } };
      };
      const { overallAccuracy, perClass } = withBoundary.allClasses;
      // scikit-learn on truth − 1, 0 left out.
      expect(overallAccuracy).toBeCloseTo(0.831, 4);
      for (const [id, iou] of [0.7007, 0.7206, 0.6973, 0.7199, 0.7131, 0.7115].entries())
        expect(perClass[id]!.iou).toBeCloseTo(iou, 4);
    });
  });

  test.each([
    ["palette-256-truth/refused", [10646, 11346, 9948, 11243, 11554, 10799]],
    ["palette-256-truth/silent", [49204, 3360, 2953, 3297, 3524, 3198]],
    ["sparse-truth-read-as-dfc2023", [2560, 3840, 2304, 2304, 2048, 3328]],
  ])("%s: the six ISPRS classes", async (folder, counts) => {
    const path = testDataPath("field-cases", folder, "site_label.tif");
    const { stdout } = await nadir(["evaluate", "--json", "--prediction", path, "--truth", path]);
    const { withBoundary } = JSON.parse(stdout) as { withBoundary: { confusion: number[][] } };
    expect(withBoundary.confusion).toEqual(counts.map((count, id) => counts.map((_, at) => (at === id ? count : 0))));
  });
});

describe.skipIf(isWithoutTestData("field-cases"))("what a model is, from file to file", () => {
  // onnxruntime in Python over all 200 × 200 pixels at once, numpy.bincount of the argmax.
  const ONNXRUNTIME = [13875, 16687, 9438, 0, 0, 0];
  const GRAPH = testDataPath("field-cases", "onnx-dynamic-height-width", "dynamic_hw.onnx");

  test("a graph that leaves height and width open is described with 256 px, or the window asked for, and runs", async () => {
    await withTemporaryFolder(async (folder) => {
      copyFileSync(GRAPH, join(folder, "dynamic_hw.onnx"));
      const optical = testDataPath("field-cases", "uint16-reflectance-fed-as-black", "20230701_AnalyticMS_SR.tif");
      const counts: number[][] = [];
      for (const more of [[], ["--window", "64"]]) {
        const { stdout, stderr } = await nadir(["describe", join(folder, "dynamic_hw.onnx"), ...more]);
        expect(stderr).toContain("note: The file leaves the window open: 256 px taken.");
        const windowPx = Number(more[1] ?? 256);
        expect(JSON.parse(stdout)).toMatchObject({
          window: { sizePx: windowPx },
          inputs: [{ shape: ["batch", 3, windowPx, windowPx] }],
          output: { shape: ["batch", 6, windowPx, windowPx] },
        });
        const model = join(folder, "dynamic_hw.nadir.json");
        writeFileSync(model, stdout);
        const map = join(folder, "map.tif");
        const { status, stderr: said } = await nadir(["segment", "--optical", optical, "--model", model, "--out", map]);
        expect([status, said]).toEqual([0, expect.not.stringContaining("error")]);
        const { facts, ...source } = await openRaster({ file: await blobOf(map) });
        const { bands } = await source.read({ rect: { col: 0, row: 0, ...facts }, bands: [0] });
        source.close();
        counts.push([0, 1, 2, 3, 4, 5].map((id) => bands[0]!.filter((value) => value === id).length));
      }
      expect(counts[0]).toEqual(ONNXRUNTIME);
      expect(counts[1]).toEqual(ONNXRUNTIME);
    });
  });

  test("a graph alone, and a pointer to one, say what to do", async () => {
    const optical = testDataPath("field-cases", "dsm-spike-and-uint16-fill", "rgb.tif");
    const alone = await nadir([
      "segment",
      "--optical",
      optical,
      "--model",
      GRAPH,
      "--out",
      join(tmpdir(), "never.tif"),
    ]);
    expect([alone.status, alone.stderr]).toEqual([4, expect.stringContaining(`nadir describe ${GRAPH}`)]);
    const pointer = await nadir(["describe", testDataPath("field-cases", "other-files-messages", "lfs.onnx")]);
    expect([pointer.status, pointer.stderr]).toEqual([4, expect.stringContaining("Git LFS pointer")]);
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
