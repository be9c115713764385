/**
 * Folders that other programs' users reported, and the ISPRS benchmarks as they are delivered, as `--list` takes them:
 * what the page takes, and why not the rest.
 */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { nadir } from "../testing/command-line";
import { withTemporaryFolder } from "../testing/export-fixtures";
import { isprsJob } from "../testing/isprs-job";
import { isWithoutTestData, testDataPath } from "../testing/test-data";
import { readTileList } from "./read-tile-list";

const at = (...path: string[]) => testDataPath("field-cases", ...path);

async function tilesOf(path: string, unpacked = "nowhere", top = path) {
  const { tiles } = await readTileList(path, unpacked);
  const inside = (file: string | undefined) => file && relative(top, file);
  return tiles.map(({ name, optical, dsm, truth }) => [name, inside(optical), inside(dsm), inside(truth)]);
}

/** A folder as an archive, its members deflated. */
function zipped(folder: string): Uint8Array {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  return zipSync(Object.fromEntries(files.map((name) => [name, readFileSync(join(folder, name))])));
}

const VAIHINGEN = [
  [
    "area 1",
    "top/top_mosaic_09cm_area1.tif",
    "dsm/dsm_09cm_matching_area1.tif",
    "gts_for_participants/top_mosaic_09cm_area1.tif",
  ],
  ["area 2", "top/top_mosaic_09cm_area2.tif", "dsm/dsm_09cm_matching_area2.tif", undefined],
];

describe.skipIf(isWithoutTestData("field-cases"))("folders of field reports", () => {
  test("Vaihingen's full labels have their photo's name", async () => {
    expect(await tilesOf(at("vaihingen-gts-same-name"))).toEqual(VAIHINGEN);
  });

  test("an archive, and a folder with an archive in it, are their files", async () => {
    await withTemporaryFolder(async (folder) => {
      mkdirSync(join(folder, "given"));
      const archive = join(folder, "given", "all.zip");
      writeFileSync(archive, zipped(at("vaihingen-gts-same-name")));
      const unpacked = join(folder, "unpacked");
      for (const path of [archive, dirname(archive)]) {
        expect(await tilesOf(path, unpacked, join(unpacked, "all.zip"))).toEqual(VAIHINGEN);
      }
    });
  });

  test("maps in an archive are scored against an archive as against its folder, and nothing of either stays", async () => {
    await withTemporaryFolder(async (folder) => {
      const archive = join(folder, "site.zip");
      writeFileSync(archive, zipped(at("palette-256-truth", "silent")));
      const scores = async (list: string, out: string) => {
        const predictions = join(folder, "maps.zip");
        const label = readFileSync(at("palette-256-truth", "silent", "site_label.tif"));
        writeFileSync(predictions, zipSync({ "maps/site_model.tif": label }));
        const asked = ["--list", list, "--predictions", predictions, "--out-folder", join(folder, out)];
        const { status, stderr } = await nadir(["evaluate", ...asked]);
        expect([status, stderr]).toEqual([0, expect.not.stringContaining("error")]);
        expect(readdirSync(join(folder, out)).filter((name) => name.includes("unpacked"))).toEqual([]);
        return readFileSync(join(folder, out, "scores", "confusion.csv"), "utf8");
      };
      const ofArchive = await scores(archive, "one");
      expect(ofArchive).toContain("49204");
      expect(await scores(at("palette-256-truth", "silent"), "other")).toBe(ofArchive);
    });
  });

  test("one DSM lies under each of four tiles", async () => {
    const tiles = await tilesOf(at("one-dsm-many-photos"));
    expect(tiles.map(([, , dsm]) => dsm)).toEqual(Array(4).fill("project_dsm.tif"));
  });

  test("one file per band is no three photos, and says how to make one", async () => {
    await expect(readTileList(at("bands-in-separate-files"), "nowhere")).rejects.toThrow(
      "look like bands of one photo, and are left out. Join them (gdalbuildvrt -separate",
    );
  });

  test("what is not taken says what it is, and an archive beside it is its files", async () => {
    await withTemporaryFolder(async (unpacked) => {
      const { tiles, notes } = await readTileList(at("other-files-messages"), unpacked);
      expect(tiles.map(({ optical }) => relative(unpacked, optical))).toEqual(["odm_all.zip/odm_orthophoto.tif"]);
      for (const said of [
        "ortho.bin: An ENVI raster: raw pixels and their header. ",
        "labels.geojson and 1 more: Vectors: outlines without pixels. ",
        "lfs.onnx: A Git LFS pointer, not the file itself. ",
        "ortho.hdr: A header that describes raw pixels in another file. ",
      ]) {
        expect(notes).toContainEqual(expect.stringContaining(said));
      }
    });
  });

  test("files that stop nothing: those without an area are refused, those of next to no bytes are scenes", async () => {
    const { tiles, notes } = await readTileList(at("faults"), "nowhere");
    expect(tiles.map(({ optical }) => basename(optical))).toEqual(["s2_RGB.tif", "s3_RGB.tif"]);
    for (const name of ["poison_RGB.tif", "poison_dsm.tif"]) {
      expect(notes).toContainEqual(expect.stringMatching(`^${name}: .*gives pixels no area`));
    }
  });

  test("a side file alone waits for its image by name, a damaged archive stops no other file", async () => {
    await withTemporaryFolder(async (folder) => {
      writeFileSync(join(folder, "lonely.tfw"), "1\n0\n0\n-1\n0\n0\n");
      writeFileSync(join(folder, "half.zip"), zipped(at("palette-256-truth", "silent")).subarray(0, 900));
      writeFileSync(join(folder, "site_RGB.tif"), readFileSync(at("palette-256-truth", "silent", "site_RGB.tif")));
      const { tiles, notes } = await readTileList(folder, join(folder, "unpacked"));
      expect(tiles.map(({ optical }) => basename(optical))).toEqual(["site_RGB.tif"]);
      expect(notes.join(" ")).toContain("It waits for an image named lonely.… in the same folder.");
      expect(notes.join(" ")).toContain("half.zip: The archive is damaged here");
    });
  });
});

test("the ISPRS benchmarks as they are delivered: 147 scenes, each with its heights and its label", async () => {
  await withTemporaryFolder(async (folder) => {
    const { files, tiles } = isprsJob();
    for (const { path, bytes } of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    const list = await readTileList(folder, join(folder, "unpacked"));
    const inside = (path: string | undefined) => path && relative(folder, path);
    expect(list.notes).toEqual([]);
    expect(
      new Map(
        list.tiles.map(({ optical, dsm, ndsm, truth }) => [inside(optical), [dsm, ndsm, truth].map(inside).join(" ")]),
      ),
    ).toEqual(
      new Map(
        tiles.flatMap(({ photos, dsm, ndsm, label }) => photos.map((photo) => [photo, [dsm, ndsm, label].join(" ")])),
      ),
    );
    expect(list.tiles).toHaveLength(147);
  });
});
