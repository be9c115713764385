import { describe, expect, test } from "vitest";
import type { Geotransform } from "../georef/geotransform";
import { recogniseBandRoles } from "../raster/band-roles";
import type { DType } from "../raster/dtype";
import type { RasterFacts } from "../raster/raster";
import { type PairingCandidate, pairRasters } from "./pair-files";
import { parseSceneFileName } from "./scene-file-name";

function raster(
  fileName: string,
  bandCount: number,
  over: { dtype?: DType; size?: number; geotransform?: Geotransform | null; folder?: string } = {},
): PairingCandidate {
  const { dtype = "uint8", size = 6000, geotransform = null } = over;
  const none = Array.from({ length: bandCount }, () => null);
  const roles = recogniseBandRoles({
    fileName,
    bandCount,
    dtype,
    colour: bandCount >= 3 ? "rgb" : "grey",
    stated: none,
    names: none,
  });
  const facts: RasterFacts = {
    fileName,
    fileBytes: 1,
    format: "geotiff",
    widthPx: size,
    heightPx: size,
    bands: roles.map(({ role, reason }, index) => ({
      index,
      dtype,
      name: null,
      role,
      roleReason: reason,
      nodata: null,
      scale: 1,
      offset: 0,
    })),
    palette: null,
    blockWidthPx: 256,
    blockHeightPx: 256,
    levels: [{ widthPx: size, heightPx: size }],
    geotransform,
    crs: null,
    notes: [],
    ...(over.folder !== undefined && { folder: over.folder }),
  };
  return { rasterId: over.folder === undefined ? fileName : `${over.folder}/${fileName}`, facts };
}

describe("scene names", () => {
  test.each([
    ["top_potsdam_2_10_RGB.tif", "potsdam 2 10", "optical"],
    ["dsm_potsdam_02_10.tif", "potsdam 2 10", "height"],
    ["dsm_potsdam_02_10_normalized_lastools.jpg", "potsdam 2 10", "height"],
    ["top_potsdam_2_10_label.tif", "potsdam 2 10", "truth"],
    ["top_potsdam_2_10_label_noBoundary.tif", "potsdam 2 10", "truth"],
    ["top_mosaic_09cm_area1.tif", "area 1", "optical"],
    ["dsm_09cm_matching_area1.tif", "area 1", "height"],
    ["Grünfläche Süd.tif", "grünfläche süd", null],
    ["Gru\u0308nfla\u0308che Su\u0308d_DSM.tif", "grünfläche süd", "height"],
    ["top_mosaic_09cm_area1_noBoundary.tif", "area 1", "truth"],
    ["top_nadir_1_1_RGB.tif", "nadir 1 1", "optical"],
    ["dsm_nadir_01_01.tif", "nadir 1 1", "height"],
  ])("%s → %s, %s", (fileName, key, part) => {
    expect(parseSceneFileName(fileName)).toMatchObject({ key, part });
  });
});

describe("pairing", () => {
  test("among images of one size the one of the more similar name is taken", () => {
    const { scenes } = pairRasters([
      raster("south meadow.tif", 3),
      raster("north field.tif", 3),
      raster("north field survey dsm.tif", 1, { dtype: "float32" }),
    ]);
    expect(scenes.map(({ auxiliaryId }) => auxiliaryId)).toEqual([null, "north field survey dsm.tif"]);
    expect(scenes[1]!.reasons.join()).toMatch(/similar names/);
  });

  test("how much is covered is a share of the image, not of what covers it", () => {
    const { scenes } = pairRasters([
      raster("photo.tif", 3, { size: 100, geotransform: [0, 1, 0, 0, 0, -1] }),
      // Four times as large; a sixteenth of it lies over the image.
      raster("heights.tif", 1, { dtype: "float32", size: 200, geotransform: [50, 1, 0, -50, 0, -1] }),
    ]);
    expect(scenes[0]!.reasons.join()).toContain("covers 25 % of the image");
  });

  test("ISPRS tiles without positions find each other by name, zero-padded or not", () => {
    const { scenes, unpaired } = pairRasters([
      raster("dsm_potsdam_02_10.tif", 1, { dtype: "float32" }),
      raster("dsm_potsdam_02_11.tif", 1, { dtype: "float32" }),
      raster("top_potsdam_2_10_RGB.tif", 3),
      raster("top_potsdam_2_11_RGB.tif", 3),
      raster("top_potsdam_2_10_label.tif", 3),
      raster("top_potsdam_2_11_label_noBoundary.tif", 3),
      raster("top_potsdam_2_10_label_noBoundary.tif", 3),
    ]);
    expect(unpaired).toEqual([]);
    expect(scenes).toMatchObject([
      {
        name: "potsdam 2 10",
        opticalId: "top_potsdam_2_10_RGB.tif",
        auxiliaryId: "dsm_potsdam_02_10.tif",
        truthId: "top_potsdam_2_10_label.tif",
        erodedTruthId: "top_potsdam_2_10_label_noBoundary.tif",
      },
      { auxiliaryId: "dsm_potsdam_02_11.tif", truthId: null, erodedTruthId: "top_potsdam_2_11_label_noBoundary.tif" },
    ]);
    expect(scenes[0]!.reasons).toContain(
      'dsm_potsdam_02_10.tif: same scene name "potsdam 2 10", no position in the file, size 6000 × 6000 fits.',
    );
  });

  test("files with unrelated names find each other by place", () => {
    const here: Geotransform = [0, 1, 0, 0, 0, -1];
    const there: Geotransform = [90000, 1, 0, 0, 0, -1];
    const { scenes } = pairRasters([
      raster("flight_a.tif", 3, { geotransform: here }),
      raster("flight_b.tif", 3, { geotransform: there }),
      raster("surface_x.tif", 1, { dtype: "float32", geotransform: there }),
      raster("surface_y.tif", 1, { dtype: "float32", geotransform: here }),
    ]);
    expect(scenes.map(({ auxiliaryId }) => auxiliaryId)).toEqual(["surface_y.tif", "surface_x.tif"]);
    expect(scenes[0]!.reasons.at(-1)).toMatch(/same grid/);
  });

  test("a DSM that covers several photos goes with each of them, and those beside it stay without", () => {
    const photo = (name: string, west: number) =>
      raster(name, 3, { size: 256, geotransform: [west, 1, 0, 512, 0, -1] });
    const { scenes, unpaired } = pairRasters([
      photo("mosaic_1_1.tif", 0),
      photo("mosaic_1_2.tif", 256),
      photo("mosaic_1_3.tif", 512),
      raster("project_dsm.tif", 1, { dtype: "float32", size: 256, geotransform: [0, 2, 0, 512, 0, -2] }),
      raster("labels.tif", 1, { size: 512, geotransform: [0, 1, 0, 512, 0, -1] }),
    ]);
    expect(unpaired).toEqual([]);
    expect(scenes.map(({ auxiliaryId, truthId }) => [auxiliaryId, truthId])).toEqual([
      ["project_dsm.tif", "labels.tif"],
      ["project_dsm.tif", "labels.tif"],
      [null, null],
    ]);
  });

  test("photos of one tile in several bands share its DSM and truth, and are told apart by their names", () => {
    const { scenes, unpaired } = pairRasters([
      raster("top_potsdam_2_10_RGB.tif", 3, { folder: "Potsdam/2_Ortho_RGB" }),
      raster("top_potsdam_2_10_IRRG.tif", 3, { folder: "Potsdam/3_Ortho_IRRG" }),
      raster("dsm_potsdam_02_10.tif", 1, { dtype: "float32", folder: "Potsdam/1_DSM" }),
      raster("top_potsdam_2_10_label.tif", 3, { folder: "Potsdam/5_Labels_all" }),
    ]);
    expect(unpaired).toEqual([]);
    expect(scenes.map(({ name, auxiliaryId, truthId }) => [name, auxiliaryId, truthId])).toEqual(
      ["potsdam 2 10 RGB", "potsdam 2 10 IRRG"].map((name) => [
        name,
        "Potsdam/1_DSM/dsm_potsdam_02_10.tif",
        "Potsdam/5_Labels_all/top_potsdam_2_10_label.tif",
      ]),
    );
  });

  test("equal names in two folders keep to their folder, and a tile without heights gets none from the other", () => {
    const { scenes } = pairRasters([
      raster("tile_1.tif", 3, { folder: "north/photo" }),
      raster("tile_1.tif", 3, { folder: "south/photo" }),
      raster("tile_1_dsm.tif", 1, { dtype: "float32", folder: "south/dsm" }),
      raster("tile_1_label.tif", 3, { folder: "south/truth" }),
      raster("tile_1_label.tif", 3, { folder: "north/truth" }),
    ]);
    expect(scenes.map(({ name, auxiliaryId, truthId }) => [name, auxiliaryId, truthId])).toEqual([
      ["tile 1 (north)", null, "north/truth/tile_1_label.tif"],
      ["tile 1 (south)", "south/dsm/tile_1_dsm.tif", "south/truth/tile_1_label.tif"],
    ]);
  });

  test("of two DSMs over two photos each goes with the photo it was made for", () => {
    const dsm = (name: string, west: number, size: number) =>
      raster(name, 1, { dtype: "float32", size, geotransform: [west, 2, 0, 5800002, 0, -2] });
    const { scenes } = pairRasters([
      raster("corner_RGB.tif", 3, { size: 256, geotransform: [500000, 1, 0, 5800000, 0, -1] }),
      raster("corner/corner_RGB.tif", 3, { size: 320, geotransform: [500000, 1, 0, 5800000, 0, -1] }),
      dsm("corner_dsm.tif", 499998, 162),
      dsm("corner_DSM.tif", 499998, 130),
    ]);
    expect(scenes.map(({ auxiliaryId }) => auxiliaryId)).toEqual(["corner_DSM.tif", "corner_dsm.tif"]);
  });

  test("a DSM far away of the only image stays with it, so that the report can say so", () => {
    const { scenes } = pairRasters([
      raster("a.tif", 3, { geotransform: [0, 1, 0, 0, 0, -1] }),
      raster("b.tif", 1, { dtype: "float32", geotransform: [90000, 1, 0, 0, 0, -1] }),
    ]);
    expect(scenes[0]).toMatchObject({ auxiliaryId: "b.tif" });
    expect(scenes[0]!.reasons.at(-1)).toMatch(/no overlap/);
  });

  test("a DSM comes before a terrain model, which goes with it; a second DSM is left with the reason", () => {
    const grid: Geotransform = [0, 1, 0, 0, 0, -1];
    const { scenes, unpaired } = pairRasters([
      raster("site_dtm.tif", 1, { dtype: "float32", geotransform: grid }),
      raster("site_rgb.tif", 3, { geotransform: grid }),
      raster("site_dsm.tif", 1, { dtype: "float32", geotransform: grid }),
      raster("other_dsm.tif", 1, { dtype: "float32", geotransform: grid }),
    ]);
    expect(scenes[0]).toMatchObject({ auxiliaryId: "site_dsm.tif", otherAuxiliaryIds: ["site_dtm.tif"] });
    expect(unpaired).toEqual([
      { rasterId: "other_dsm.tif", reason: "other_dsm.tif: the scene already has site_dsm.tif as its DSM." },
    ]);
  });

  test.each([
    ["dop10rgbi_32_356_5645_1_nw.tif", ["bdom50_32356_5645.tif", "dgm1_32_356_5645.tif", "ndom50_32356_5645.tif"]],
    ["luchtfoto.tif", ["R_37EN1.TIF", "M_37EN1.TIF"]],
    ["swissimage_2600-1199.tif", ["swisssurface3d_2600-1199.tif", "swissalti3d_2600-1199.tif"]],
    ["bdortho.tif", ["LHD_MNS.tif", "LHD_MNT.tif", "LHD_MNH.tif"]],
    ["pnoa.tif", ["mds.tif", "mdt.tif"]],
    ["site.tif", ["odm_dem/dsm.tif", "odm_dem/dtm.tif"]],
    ["site.tif", ["heights/dsm/site.tif", "heights/dtm/site.tif", "heights/ndsm/site.tif"]],
  ])("%s: surface, terrain and heights above the ground, as surveys name them", (optical, heights) => {
    const geotransform: Geotransform = [0, 1, 0, 0, 0, -1];
    const named = (path: string, bands: number) => {
      const cut = path.lastIndexOf("/");
      const where = cut < 0 ? {} : { folder: path.slice(0, cut) };
      return raster(path.slice(cut + 1), bands, { dtype: bands === 1 ? "float32" : "uint8", geotransform, ...where });
    };
    const { scenes, unpaired } = pairRasters([named(optical, 4), ...heights.map((path) => named(path, 1))]);
    expect(unpaired).toEqual([]);
    const [surface, ...others] = heights;
    expect(scenes[0]!.auxiliaryId).toBe(surface);
    expect(scenes[0]!.otherAuxiliaryIds.toSorted()).toEqual(others.toSorted());
  });

  test("labels with their photo's name are told by the folder they lie in", () => {
    const files = ["images_png/0.png", "images_png/1.png", "masks_png/0.png", "masks_png/1.png"];
    const { scenes, unpaired } = pairRasters(
      files.map((path) => {
        const [folder, name] = path.split("/") as [string, string];
        return raster(name, folder === "images_png" ? 3 : 1, { folder });
      }),
    );
    expect(unpaired).toEqual([]);
    expect(scenes.map(({ opticalId, truthId }) => [opticalId, truthId])).toEqual([
      ["images_png/0.png", "masks_png/0.png"],
      ["images_png/1.png", "masks_png/1.png"],
    ]);
  });

  test("heights alone wait for an image", () => {
    expect(pairRasters([raster("dsm.tif", 1, { dtype: "float32" })])).toEqual({
      scenes: [],
      unpaired: [{ rasterId: "dsm.tif", reason: "dsm.tif has no image to go with." }],
    });
  });
});
