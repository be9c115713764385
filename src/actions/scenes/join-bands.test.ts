/** One file per band: asked about, joined, read like one photo, and kept in a project. */
import { describe, expect, test } from "vitest";
import { type BandGroup, findBandGroups } from "../../core/pairing/band-files";
import type { PairingCandidate } from "../../core/pairing/pair-files";
import { formatProject } from "../../core/project/project";
import { openRaster } from "../../io/open-raster";
import { fileAt, JOURNEY, until } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { isWithoutTestData, testDataPath } from "../../testing/test-data";
import { gatherProject } from "../projects/gather-project";
import { openAny } from "../projects/restore-project";
import type { Studio } from "../studio";
import { joinBandFiles, keepBandsApart } from "./join-bands";

function single(fileName: string, folder = "", widthPx = 100): PairingCandidate {
  const band = {
    index: 0,
    dtype: "uint16",
    role: "grey",
    nodata: null,
    scale: 1,
    offset: 0,
    name: null,
    roleReason: "",
  } as const;
  const facts = { fileName, folder, bands: [band], palette: null, widthPx, heightPx: 100, geotransform: null };
  return { rasterId: `${folder}/${fileName}`, facts: facts as unknown as PairingCandidate["facts"] };
}

const said = (groups: readonly BandGroup[]) =>
  groups.map(({ fileName, files }) => `${fileName}: ${files.map(({ role }) => role).join(" ")}`);

describe("which files look like bands of one photo", () => {
  test.each([
    [
      "Sentinel-2",
      ["T33_B02_10m.jp2", "T33_B03_10m.jp2", "T33_B04_10m.jp2", "T33_B08_10m.jp2"],
      "T33_10m.jp2: red green blue nir",
    ],
    [
      "Landsat 9",
      ["LC09_X_SR_B2.TIF", "LC09_X_SR_B3.TIF", "LC09_X_SR_B4.TIF", "LC09_X_SR_B5.TIF"],
      "LC09_X.TIF: red green blue nir",
    ],
    [
      "Landsat 5",
      ["LT05_X_B1.TIF", "LT05_X_B2.TIF", "LT05_X_B3.TIF", "LT05_X_B4.TIF"],
      "LT05_X.TIF: red green blue nir",
    ],
    ["letters", ["plot_R.tif", "plot_G.tif", "plot_NIR.tif"], "plot.tif: red green nir"],
    ["words", ["a blue.tif", "a red.tif", "a green.tif"], "a.tif: red green blue"],
    [
      "a camera",
      ["DJI_MS_G.TIF", "DJI_MS_R.TIF", "DJI_MS_RE.TIF", "DJI_MS_NIR.TIF"],
      "DJI_MS.TIF: red green nir unknown",
    ],
    [
      "Pix4D",
      ["field_red.tif", "field_green.tif", "field_nir.tif", "field_red edge.tif"],
      "field.tif: red green nir unknown",
    ],
  ])("%s", (_, names, photo) => {
    expect(said(findBandGroups(names.map((name) => single(name))))).toEqual([photo]);
  });

  const placed = (name: string, west = 0) => {
    const { rasterId, facts } = single(name);
    return { rasterId, facts: { ...facts, geotransform: [west, 1, 0, 0, 0, -1] as const } };
  };

  test.each([
    ["three", 3, "red green blue"],
    ["four", 4, "red green blue nir"],
    ["MicaSense's five", 5, "red green blue nir unknown"],
  ])("%s that are only numbered, on one place", (_, count, roles) => {
    const files = Array.from({ length: count }, (__, at) => placed(`ortho_${at + 1}.tif`));
    expect(said(findBandGroups(files.toReversed()))).toEqual([`ortho.tif: ${roles}`]);
    const joined = findBandGroups(files)[0]!.files.map(({ fileName }) => fileName);
    if (count === 5) expect(joined.slice(0, 3)).toEqual(["ortho_3.tif", "ortho_2.tif", "ortho_1.tif"]);
  });

  test("numbers with a gap, of two places, or of none are no bands", () => {
    expect(findBandGroups([1, 2, 4].map((at) => placed(`ortho_${at}.tif`)))).toEqual([]);
    expect(findBandGroups([1, 2, 3].map((at) => placed(`tile_${at}.tif`, at)))).toEqual([]);
    expect(findBandGroups([1, 2, 3].map((at) => single(`tile_${at}.tif`)))).toEqual([]);
  });

  test("what lies in two folders, on two grids, lacks a band or has one twice is none", () => {
    const rgb = ["a_R.tif", "a_G.tif", "a_B.tif"];
    expect(findBandGroups([single("a_R.tif"), single("a_G.tif"), single("a_B.tif", "b")])).toEqual([]);
    expect(findBandGroups([single("a_R.tif"), single("a_G.tif"), single("a_B.tif", "", 50)])).toEqual([]);
    expect(findBandGroups(["a_R.tif", "a_G.tif"].map((name) => single(name)))).toEqual([]);
    expect(findBandGroups([...rgb, "a_red.tif"].map((name) => single(name)))).toEqual([]);
    expect(findBandGroups(["top_potsdam_2_10.tif", "dsm.tif"].map((name) => single(name)))).toEqual([]);
  });
});

describe.skipIf(isWithoutTestData("field-cases"))("Sentinel-2 as it is delivered", JOURNEY, () => {
  const studios = studiosOfTests();
  const bands = () =>
    Promise.all(
      ["B02", "B03", "B04"].map((band) =>
        fileAt(testDataPath("field-cases", "bands-in-separate-files", `T33UUU_20230701_${band}_10m.tif`)),
      ),
    );
  const scenes = ({ store }: Studio) => store.getState().scenes;
  const opened = async () => {
    const { studio } = await studios.open();
    await openAny(studio, await bands());
    return studio;
  };
  const photo = ({ store }: Studio) =>
    store
      .getState()
      .scenes.records.map(({ scene }) => [
        scene.optical.facts.fileName,
        scene.optical.facts.bands.map(({ role }) => role).join(" "),
      ]);
  const JOINED = [["T33UUU_20230701_10m.tif", "red green blue"]];

  test("is asked about and becomes one photo with the pixels of its files; opened again it is known", async () => {
    const studio = await opened();
    expect([scenes(studio).records, scenes(studio).unpaired]).toEqual([[], []]);
    await joinBandFiles(studio, scenes(studio).bandGroups);
    expect(photo(studio)).toEqual(JOINED);
    expect(scenes(studio).bandGroups).toEqual([]);
    await openAny(studio, await bands());
    expect(photo(studio)).toEqual(JOINED);
    const [raster] = studio.registry.rasters.values();
    const joined = await openRaster({ file: raster!.file });
    const rect = { col: 3, row: 5, widthPx: 7, heightPx: 4 };
    const read = await joined.read({ rect, bands: [2, 0] });
    for (const [slot, file] of [
      [0, 0],
      [1, 2],
    ] as const) {
      const alone = await openRaster({ file: (await bands())[file]! });
      expect(read.bands[slot]).toEqual((await alone.read({ rect, bands: [0] })).bands[0]);
    }
  });

  test("stays apart when the user says so", async () => {
    const studio = await opened();
    keepBandsApart(studio, scenes(studio).bandGroups);
    expect([scenes(studio).bandGroups, photo(studio).map(([, roles]) => roles)]).toEqual([
      [],
      ["grey", "grey", "grey"],
    ]);
  });

  test("is joined again by the project that it is kept in", async () => {
    const studio = await opened();
    await joinBandFiles(studio, scenes(studio).bandGroups);
    const project = new File([formatProject(gatherProject(studio))], "p.nadir");
    const { studio: next } = await studios.open();
    await openAny(next, [project]);
    expect(next.store.getState().project.wanted[0]?.missing.map(({ file }) => file.name).length).toBe(3);
    await openAny(next, await bands());
    await until(next, (state) => state.project.wanted.length === 0, "the photo");
    expect(photo(next)).toEqual(JOINED);
  });
});
