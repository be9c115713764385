/** Folders and archives opened whole, as they are delivered: every file in the scene it belongs to, under its own side files. */
import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { inFolder } from "../../io/file-place";
import { fileAt, JOURNEY, until } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { isWithoutTestData, testDataPath } from "../../testing/test-data";
import { gatherProject } from "../projects/gather-project";
import { openAny } from "../projects/restore-project";
import type { Studio } from "../studio";
import { correctRaster } from "./correct-raster";
import { removeScene } from "./open-files";

/** A folder as a browser gives it: every file knows where it lay. */
function folderFiles(folder: string): Promise<File[]> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return Promise.all(
    names
      .filter((name) => /\.\w+$/.test(name) && !name.endsWith(".md"))
      .map(async (name) => inFolder(await fileAt(join(folder, name)), join(basename(folder), dirname(name)))),
  );
}

function settled({ store }: Studio) {
  return until(
    { store },
    ({ scenes }) => scenes.records.every(({ truth }) => truth.status !== "decoding") && scenes,
    "truths",
  );
}

describe.skipIf(isWithoutTestData("field-cases"))("folders of field reports", JOURNEY, () => {
  const studios = studiosOfTests();

  test("Vaihingen's full labels have their photo's name and keep to their folder; opened again they are known", async () => {
    const { studio } = await studios.open();
    const files = await folderFiles(testDataPath("field-cases", "vaihingen-gts-same-name"));
    // The second time before the first is done, as an impatient hand does.
    await Promise.all([openAny(studio, files), openAny(studio, files)]);
    const { records, unpaired, refused } = await settled(studio);
    expect([unpaired, refused]).toEqual([[], []]);
    const place = (raster: { facts: { folder?: string; fileName: string } } | null) =>
      raster && `${basename(raster.facts.folder ?? "")}/${raster.facts.fileName}`;
    expect(
      records.map(({ scene, truth }) => [
        scene.name,
        place(scene.optical),
        place(scene.auxiliary),
        place(scene.truth),
        truth.status,
      ]),
    ).toEqual([
      [
        "area 1",
        "top/top_mosaic_09cm_area1.tif",
        "dsm/dsm_09cm_matching_area1.tif",
        "gts_for_participants/top_mosaic_09cm_area1.tif",
        "ready",
      ],
      ["area 2", "top/top_mosaic_09cm_area2.tif", "dsm/dsm_09cm_matching_area2.tif", null, "none"],
    ]);
    const [first] = records;
    // The photo has a world file in its folder, its label has none.
    expect([first!.scene.optical, first!.scene.truth!].map(({ facts }) => facts.geotransform !== null)).toEqual([
      true,
      false,
    ]);
    const [scene] = gatherProject(studio).scenes;
    expect(scene!.truth).toMatchObject({ folder: "vaihingen-gts-same-name/gts_for_participants" });
    expect(scene!.sideFiles.map(({ name, folder }) => `${basename(folder ?? "")}/${name}`)).toEqual([
      "top/top_mosaic_09cm_area1.tfw",
      "dsm/dsm_09cm_matching_area1.tfw",
    ]);
  });

  test("what is said of a label by hand is not said of the photo of its name", async () => {
    const { studio } = await studios.open();
    await openAny(studio, await folderFiles(testDataPath("field-cases", "vaihingen-gts-same-name")));
    const { records } = await settled(studio);
    await correctRaster(studio, records[0]!.scene.truth!.facts, { use: "truth" });
    const after = await settled(studio);
    const opticals = after.records.map(({ scene }) => scene.optical.facts.folder?.split("/").at(-1));
    expect([opticals, after.records[0]!.scene.truth!.facts.use]).toEqual([["top", "top"], "truth"]);
  });

  test("one DSM lies under each of four tiles, and stays open while one of them uses it", async () => {
    const { studio } = await studios.open();
    await openAny(studio, await folderFiles(testDataPath("field-cases", "one-dsm-many-photos")));
    const { records, unpaired } = await settled(studio);
    expect(unpaired).toEqual([]);
    expect(records.map(({ scene }) => scene.auxiliary?.facts.fileName)).toEqual(Array(4).fill("project_dsm.tif"));
    expect(records.map(({ scene }) => scene.auxiliary?.alignment.overlapFraction)).toEqual(Array(4).fill(1));
    const dsm = records[0]!.scene.auxiliary!.rasterId;
    removeScene(studio, records[0]!.scene.id);
    expect(studio.registry.rasters.has(dsm)).toBe(true);
    for (const { scene } of records.slice(1)) removeScene(studio, scene.id);
    expect(studio.registry.rasters.size).toBe(0);
  });

  test("an archive is its files, and what is not taken of it is said", async () => {
    const { studio } = await studios.open();
    const at = (name: string) => fileAt(testDataPath("field-cases", "other-files-messages", name));
    await openAny(
      studio,
      await Promise.all(["odm_all.zip", "ortho.bin", "ortho.hdr", "labels.json", "lfs.onnx"].map(at)),
    );
    const { records, unpaired, refused } = await settled(studio);
    expect([records.map(({ scene }) => scene.optical.facts.folder), unpaired]).toEqual([["odm_all.zip"], []]);
    expect(refused.map(({ fileName, error }) => `${fileName}: ${error.found}`)).toEqual([
      "ortho.bin: An ENVI raster: raw pixels and their header.",
      "ortho.hdr: A header that describes raw pixels in another file.",
      "labels.json: Vectors: outlines without pixels.",
      "lfs.onnx: A Git LFS pointer, not the file itself.",
    ]);
    expect(studio.store.getState().models.refused).toEqual([]);
  });
});
