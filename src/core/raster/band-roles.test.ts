import { describe, expect, test } from "vitest";
import { correctBands, correctionKey } from "./band-corrections";
import { type BandEvidence, recogniseBandRoles } from "./band-roles";
import type { BandFacts, RasterFacts } from "./raster";

function roles(over: Partial<BandEvidence>): string[] {
  const bandCount = over.bandCount ?? 3;
  const nothing = Array.from({ length: bandCount }, () => null);
  const evidence = {
    fileName: "a.tif",
    bandCount,
    dtype: "uint8",
    colour: "rgb",
    stated: nothing,
    names: nothing,
  } as const;
  return recogniseBandRoles({ ...evidence, ...over }).map(({ role }) => role);
}

describe("band roles", () => {
  test("the photometric tag makes RGB", () => {
    expect(roles({})).toEqual(["red", "green", "blue"]);
  });

  test.each([
    ["top_potsdam_2_10_RGB.tif", 3, ["red", "green", "blue"]],
    ["top_potsdam_2_10_IRRG.tif", 3, ["nir", "red", "green"]],
    ["top_potsdam_2_10_RGBIR.tif", 4, ["red", "green", "blue", "nir"]],
    ["dop10rgbi_32_356_5645.tif", 4, ["red", "green", "blue", "nir"]],
    ["city_RGBN.tif", 4, ["red", "green", "blue", "nir"]],
    ["top_mosaic_09cm_area1.tif", 3, ["nir", "red", "green"]],
    ["m_4709963_se_14_1_20200831.tif", 4, ["red", "green", "blue", "nir"]],
    ["ortho_cir.tif", 3, ["nir", "red", "green"]],
    ["birrgarten.tif", 3, ["red", "green", "blue"]],
  ])("%s beats the RGB tag", (fileName, bandCount, expected) => {
    expect(roles({ fileName, bandCount })).toEqual(expected);
  });

  test("the red edge is no red", () => {
    const names = ["Blue", "Green", "red edge", "Red", "NIR"];
    expect(roles({ bandCount: 5, names })).toEqual(["blue", "green", "unknown", "red", "nir"]);
    expect(roles({ bandCount: 5, names: names.map((name) => name.replace(" ", "_")) })[2]).toBe("unknown");
  });

  test("band names beat the file name", () => {
    const names = ["NIR", "Red", "green_1"];
    expect(roles({ fileName: "x_RGB.tif", names })).toEqual(["nir", "red", "green"]);
  });

  test("alpha comes from the tag; a fourth band without a word stays unknown", () => {
    expect(roles({ bandCount: 4, stated: [null, null, null, "alpha"] })).toEqual(["red", "green", "blue", "alpha"]);
    expect(roles({ bandCount: 4 })).toEqual(["red", "green", "blue", "unknown"]);
  });

  test("what the photometric tag says is said; a band that takes it back is looked at like one without", () => {
    const guess = (over: Partial<BandEvidence>) =>
      recogniseBandRoles({
        fileName: "a.tif",
        bandCount: 3,
        dtype: "uint8",
        colour: "rgb",
        stated: [null, null, null],
        names: [null, null, null],
        ...over,
      });
    expect(guess({})[0]).toEqual({ role: "red", reason: "photometric tag" });
    expect(guess({ stated: ["unknown", null, null] })[0]!.reason).toContain("assumed");
    const single = { fileName: "dsm_1.tif", bandCount: 1, colour: "grey", names: [null] } as const;
    expect(guess({ ...single, stated: ["unknown"] })).toEqual([{ role: "height", reason: "file name" }]);
  });

  test("assumed order says that it is assumed", () => {
    const guess = recogniseBandRoles({
      fileName: "a.tif",
      bandCount: 3,
      dtype: "uint8",
      colour: "grey",
      stated: [null, null, null],
      names: [null, null, null],
    });
    expect(guess[0]).toMatchObject({ role: "red", reason: expect.stringContaining("assumed") });
  });

  test.each([
    [{ fileName: "dsm_potsdam_02_10.tif", dtype: "float32" }, "height"],
    [{ fileName: "dsm_potsdam_02_10_normalized_lastools.jpg", dtype: "uint8" }, "height"],
    [{ fileName: "unnamed.tif", dtype: "float32" }, "height"],
    [{ fileName: "unnamed.tif", dtype: "uint8" }, "grey"],
    [{ fileName: "top_potsdam_2_10_label.tif", dtype: "uint8" }, "class"],
    [{ fileName: "s1_vv.tif", dtype: "uint16" }, "sar"],
    [{ fileName: "anything.tif", dtype: "uint8", colour: "palette" }, "class"],
  ] as const)("a single band: %j is %s", (over, role) => {
    expect(roles({ bandCount: 1, colour: "grey", ...over })).toEqual([role]);
  });
});

describe("corrections", () => {
  const band = (index: number, role: BandFacts["role"]): BandFacts => ({
    index,
    dtype: "uint8",
    name: null,
    role,
    roleReason: "photometric tag",
    nodata: 0,
    scale: 1,
    offset: 0,
  });

  test("roles and nodata set by the user stand, the rest stays", () => {
    const bands = correctBands([band(0, "red"), band(1, "green")], { roles: { 0: "nir" }, nodata: { 1: null } });
    expect(bands[0]).toMatchObject({ role: "nir", roleReason: "set by you", nodata: 0 });
    expect(bands[1]).toMatchObject({ role: "green", roleReason: "photometric tag", nodata: null });
  });

  test("the next tile of a series is recognised, another series is not", () => {
    const facts = (fileName: string) =>
      ({ fileName, bands: [band(0, "red")], palette: null }) as unknown as RasterFacts;
    expect(correctionKey(facts("Tile_12_003.tif"))).toBe(correctionKey(facts("tile_4_17.tif")));
    expect(correctionKey(facts("other_4_17.tif"))).not.toBe(correctionKey(facts("tile_4_17.tif")));
  });
});
