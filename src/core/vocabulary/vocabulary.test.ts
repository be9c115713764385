/** A word added to a table must fit the others: these tests walk the tables, so that no new entry escapes them. */
import { describe, expect, test } from "vitest";
import { arrayRaster } from "../../testing/array-raster";
import { recogniseRasterPart } from "../pairing/raster-part";
import { recogniseBandRoles } from "../raster/band-roles";
import type { RasterFacts } from "../raster/raster";
import { networkPixelAt, windowPixelAt } from "../windows/symmetry";
import { AUGMENTATIONS } from "./augmentations";
import { AUXILIARY_KIND_IDS, AUXILIARY_KINDS, type AuxiliaryKind, kindOfBand } from "./auxiliary-kinds";
import { AUXILIARY_BAND_IDS, BAND_ROLES, type BandRole } from "./band-roles";

/** One band of 16-bit numbers, known by its name alone. */
function facts(fileName: string, bandName: string | null = null): RasterFacts {
  const [guess] = recogniseBandRoles({
    fileName,
    bandCount: 1,
    dtype: "uint16",
    colour: "grey",
    stated: [null],
    names: [bandName],
  });
  const plain = arrayRaster({ widthPx: 1, heightPx: 1, roles: [guess!.role], value: () => 0 }).facts;
  return { ...plain, fileName };
}

const kindOf = (fileName: string) => {
  const part = recogniseRasterPart(facts(fileName));
  return part.part === "auxiliary" ? part.kind : part.part;
};

describe("auxiliary kinds", () => {
  test.each(AUXILIARY_KIND_IDS)("every word of %s in a file name says it, and no other kind has it", (kind) => {
    for (const word of AUXILIARY_KINDS[kind].words) {
      expect(word).toMatch(/^[a-z]+$/);
      expect(kindOf(`town_${word.toUpperCase()}_03.tif`)).toBe(kind);
      expect(kindOf(`${word}03.tif`)).toBe(kind);
      const owners = AUXILIARY_KIND_IDS.filter((other) =>
        (AUXILIARY_KINDS[other].words as readonly string[]).includes(word),
      );
      expect(owners).toEqual([kind]);
    }
  });

  test.each([
    ["dsm_potsdam_02_10_normalized_lastools.jpg", "ndsm"],
    ["dsm_09cm_matching_area1_normalised.tif", "ndsm"],
    ["height_above_ground.tif", "ndsm"],
    ["town_ndsm2.tif", "ndsm"],
    ["dgm_dtm_5.tif", "dem"],
    ["hagen_dsm_1.tif", "dsm"],
    ["demo_elevation.tif", "dsm"],
    ["s1a_iw_grdh.tif", "sar"],
    ["Sentinel-1_town.tif", "sar"],
    ["gf3_town.tif", "sar"],
    ["GF-3_town_hh.tif", "sar"],
    ["normalized.tif", "optical"],
    ["demo.tif", "optical"],
    ["chmura.tif", "optical"],
  ])("%s is %s", (fileName, kind) => {
    expect(kindOf(fileName)).toBe(kind);
  });

  test("a colour image of Hamburg is no radar image, and a radar image of three bands is no colour image", () => {
    const colour = arrayRaster({ widthPx: 1, heightPx: 1, roles: ["red", "green", "blue"], value: () => 0 }).facts;
    expect(recogniseRasterPart({ ...colour, fileName: "dop20_hh_rgb.tif" }).part).toBe("optical");
    expect(recogniseRasterPart({ ...colour, fileName: "sar_town.tif" }).part).toBe("auxiliary");
  });

  test("a band without a kind could not be opened", () => {
    const kinds: readonly AuxiliaryKind[] = AUXILIARY_BAND_IDS.map((band) => kindOfBand(band));
    expect(new Set(kinds).size).toBe(AUXILIARY_BAND_IDS.length);
  });
});

describe("band roles", () => {
  test.each([
    ["red", "Red"],
    ["green", "green_1"],
    ["blue", "B"],
    ["nir", "near-infrared"],
    ["height", "DTM of 2020"],
    ["sar", "VV"],
    ["alpha", "alpha"],
    ["grey", "brightness"],
  ] as const satisfies readonly (readonly [BandRole, string])[])("%s by the band name %s", (role, name) => {
    expect(facts("town.tif", name).bands[0]!.role).toBe(role);
  });

  test("names are told apart", () => {
    const names = Object.values(BAND_ROLES).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("augmentations", () => {
  test.each(Object.entries(AUGMENTATIONS))(
    "%s begins with the image as it is and sees it in no way twice",
    (_, all) => {
      const seen = all.map((symmetry) => windowPixelAt(symmetry, 0, 1, 4).join());
      expect(seen[0]).toBe("0,1");
      expect(new Set(seen).size).toBe(all.length);
      for (const symmetry of all) {
        expect(networkPixelAt(symmetry, ...windowPixelAt(symmetry, 0, 1, 4), 4)).toEqual([0, 1]);
      }
    },
  );
});
