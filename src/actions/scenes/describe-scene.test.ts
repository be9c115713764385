/** A scene's name and files as the user says them: done, undone, and kept in a project. */
import { describe, expect, test } from "vitest";
import { formatProject } from "../../core/project/project";
import { fileAt, JOURNEY, until } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { isWithoutTestData, testDataPath } from "../../testing/test-data";
import { gatherProject } from "../projects/gather-project";
import { openAny } from "../projects/restore-project";
import type { Studio } from "../studio";
import { redo, undo } from "../undo";
import { chooseRaster, renameScene } from "./describe-scene";

const FOLDER = "vaihingen-gts-same-name";

describe.skipIf(isWithoutTestData("field-cases"))("what the user says of a scene", JOURNEY, () => {
  const studios = studiosOfTests();
  const at = (path: string) => fileAt(testDataPath("field-cases", FOLDER, path));

  async function opened() {
    const paths = [
      "top/top_mosaic_09cm_area1.tif",
      "dsm/dsm_09cm_matching_area1.tif",
      "dsm/dsm_09cm_matching_area2.tif",
    ];
    const files = await Promise.all(paths.map(at));
    const { studio } = await studios.open({ files });
    return { studio, files };
  }

  const scenesOf = ({ store }: Studio) =>
    store
      .getState()
      .scenes.records.map(({ scene }) => [
        scene.name,
        scene.auxiliary && `${scene.auxiliary.kind} ${scene.auxiliary.facts.fileName}`,
      ]);
  const idOf = ({ registry }: Studio, name: string) =>
    [...registry.rasters].find(([, { file }]) => file.name === name)![0];
  const AS_FOUND = [["area 1", "dsm dsm_09cm_matching_area1.tif"]];
  const BY_HAND = [["my area", "ndsm dsm_09cm_matching_area2.tif"]];

  test("any raster can be given to any scene, as whatever it is said to be; all of it can be undone", async () => {
    const { studio } = await opened();
    const { id } = studio.store.getState().scenes.records[0]!.scene;
    expect(scenesOf(studio)).toEqual(AS_FOUND);
    chooseRaster(studio, id, "dsm", "none");
    expect(scenesOf(studio)).toEqual([["area 1", null]]);
    chooseRaster(studio, id, "ndsm", idOf(studio, "dsm_09cm_matching_area2.tif"));
    renameScene(studio, id, " my area ");
    expect(scenesOf(studio)).toEqual(BY_HAND);
    expect(studio.store.getState().scenes.unpaired.map(({ facts }) => facts.fileName)).toEqual([
      "dsm_09cm_matching_area1.tif",
    ]);
    for (const _ of [1, 2, 3]) undo(studio);
    expect(scenesOf(studio)).toEqual(AS_FOUND);
    for (const _ of [1, 2, 3]) redo(studio);
    expect(scenesOf(studio)).toEqual(BY_HAND);
    chooseRaster(studio, id, "dsm", "found");
    expect(studio.store.getState().scenes.unpaired).toEqual([]);
    renameScene(studio, id, "");
    expect(scenesOf(studio)[0]![0]).toBe("area 1");
  });

  test("a photo that is given to another scene as its heights is no scene of its own meanwhile", async () => {
    const { studio } = await opened();
    await openAny(studio, [await at("top/top_mosaic_09cm_area2.tif")]);
    const { id } = studio.store.getState().scenes.records[0]!.scene;
    expect(scenesOf(studio).map(([name]) => name)).toEqual(["area 1", "area 2"]);
    chooseRaster(studio, id, "dsm", idOf(studio, "top_mosaic_09cm_area2.tif"));
    expect(scenesOf(studio)).toEqual([["area 1", "dsm top_mosaic_09cm_area2.tif"]]);
    undo(studio);
    expect(scenesOf(studio)).toEqual([
      ["area 1", "dsm dsm_09cm_matching_area1.tif"],
      ["area 2", "dsm dsm_09cm_matching_area2.tif"],
    ]);
  });

  test("two scenes never have one name", async () => {
    const { studio } = await opened();
    await openAny(studio, [await at("top/top_mosaic_09cm_area2.tif")]);
    const [, second] = studio.store.getState().scenes.records;
    renameScene(studio, second!.scene.id, "area 1");
    expect(scenesOf(studio).map(([name]) => name)).toEqual(["area 1", "area 1 (2)"]);
  });

  test("both come back with a project, whatever the order its files are opened in", async () => {
    const { studio, files } = await opened();
    const { id } = studio.store.getState().scenes.records[0]!.scene;
    chooseRaster(studio, id, "dsm", "none");
    chooseRaster(studio, id, "ndsm", idOf(studio, "dsm_09cm_matching_area2.tif"));
    renameScene(studio, id, "my area");
    const project = new File([formatProject(gatherProject(studio))], "p.nadir");
    const { studio: next } = await studios.open();
    await openAny(next, [project]);
    for (const file of files.toReversed()) await openAny(next, [file]);
    await until(next, ({ project: { wanted } }) => wanted.length === 0, "the project");
    expect(scenesOf(next)).toEqual(BY_HAND);
  });
});
