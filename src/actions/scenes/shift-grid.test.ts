/** A dropped NTv2 grid: used by what is open and by what comes later, kept with the project, and said where nothing needs it. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { spellInEnglish } from "../../core/remarks/spell";
import { inFolder } from "../../io/file-place";
import { withoutPython } from "../../testing/run-python";
import { writeShiftedScene } from "../../testing/shifted-scene";
import { fileAt, JOURNEY } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { gatherProject } from "../projects/gather-project";
import { openAny } from "../projects/restore-project";
import type { Studio } from "../studio";

describe.skipIf(withoutPython)("a dropped shift grid", JOURNEY, () => {
  const studios = studiosOfTests();
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "nadir-shift-"));
    writeShiftedScene(root);
  });
  afterAll(() => rmSync(root, { recursive: true }));

  const at = (name: string) => fileAt(join(root, name));
  const grid = async (name = "BETA2007.gsb") => inFolder(new File([await at("little.gsb")], name), "grids");
  const warnings = ({ store }: Studio) =>
    store.getState().scenes.records[0]!.scene.auxiliary!.alignment.warnings.map(spellInEnglish)[0];

  test.each(["before", "with", "after"])("%s the rasters or among them", async (when) => {
    const { studio } = await studios.open();
    const files = [await at("ortho.tif"), await at("dsm.tif")];
    if (when === "after") {
      await openAny(studio, files);
      expect(warnings(studio)).toContain("exact only with the grid BETA2007.gsb");
      await openAny(studio, [await grid()]);
    } else if (when === "with") {
      await openAny(studio, [await grid(), ...files]);
    } else {
      await openAny(studio, [files[1]!, await grid()]);
      await openAny(studio, [files[0]!]);
    }
    expect(warnings(studio)).toContain("through BETA2007.gsb, ± 0.9 m.");
    expect(studio.store.getState().scenes.refused).toEqual([]);
    const [scene] = gatherProject(studio).scenes;
    expect(scene!.sideFiles).toMatchObject([{ name: "BETA2007.gsb", folder: "grids" }]);
  });

  test("that no raster refers to is told what it is for", async () => {
    const { studio } = await studios.open();
    await openAny(studio, [await at("ortho.tif"), await at("dsm.tif"), await grid("mine.gsb")]);
    expect(warnings(studio)).toContain("exact only with the grid BETA2007.gsb");
    expect(studio.store.getState().scenes.refused).toMatchObject([
      { fileName: "mine.gsb", error: { found: expect.stringContaining("A shift grid between two datums") } },
    ]);
  });
});
