/** Folders that other programs' users reported, as `nadir segment --list` takes them: what the page takes, and why not the rest. */
import { relative } from "node:path";
import { describe, expect, test } from "vitest";
import { isWithoutTestData, testDataPath } from "../testing/test-data";
import { readTileList } from "./read-tile-list";

describe.skipIf(isWithoutTestData("field-cases"))("folders of field reports", () => {
  const at = (folder: string) => testDataPath("field-cases", folder);
  async function tilesOf(folder: string) {
    const { tiles } = await readTileList(at(folder));
    const inside = (path: string | undefined) => path && relative(at(folder), path);
    return tiles.map(({ name, optical, dsm, truth }) => [name, inside(optical), inside(dsm), inside(truth)]);
  }

  test("Vaihingen's full labels have their photo's name", async () => {
    expect(await tilesOf("vaihingen-gts-same-name")).toEqual([
      [
        "area 1",
        "top/top_mosaic_09cm_area1.tif",
        "dsm/dsm_09cm_matching_area1.tif",
        "gts_for_participants/top_mosaic_09cm_area1.tif",
      ],
      ["area 2", "top/top_mosaic_09cm_area2.tif", "dsm/dsm_09cm_matching_area2.tif", undefined],
    ]);
  });

  test("one DSM lies under each of four tiles", async () => {
    const tiles = await tilesOf("one-dsm-many-photos");
    expect(tiles.map(([, , dsm]) => dsm)).toEqual(Array(4).fill("project_dsm.tif"));
  });

  test("one file per band is no three photos, and says how to make one", async () => {
    await expect(readTileList(at("bands-in-separate-files"))).rejects.toThrow(
      "look like bands of one photo, and are left out. Join them (gdalbuildvrt -separate",
    );
  });

  test.each([
    "labels.geojson and 1 more: Vectors: outlines without pixels. Burn them into one",
    "lfs.onnx: A Git LFS pointer, not the file itself. Fetch it with git lfs pull",
    "odm_all.zip: An archive. Unpack it beside the others.",
    "ortho.hdr: A header that describes raw pixels in another file. Convert the two together",
  ])("what is not taken: %s", async (said) => {
    await expect(readTileList(at("other-files-messages"))).rejects.toThrow(said);
  });
});
