/** Positions through a dropped NTv2 grid against PROJ's own `hgridshift` on the same file; what is damaged or foreign is not used. */

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { alignRasters } from "../core/georef/alignment";
import type { RasterFacts } from "../core/raster/raster";
import { spellInEnglish } from "../core/remarks/spell";
import { runPython, withoutPython } from "../testing/run-python";
import { type ShiftedScene, writeShiftedScene } from "../testing/shifted-scene";
import { openRaster } from "./open-raster";
import { createReprojection } from "./reproject";

describe.skipIf(withoutPython)("a dropped NTv2 grid", () => {
  let root: string;
  let judged: ShiftedScene;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "nadir-ntv2-"));
    judged = writeShiftedScene(root);
  });
  afterAll(() => existsSync(root) && rmSync(root, { recursive: true }));

  const fileOf = (name: string, as = name, end?: number) =>
    new File([new Uint8Array(readFileSync(join(root, name))).slice(0, end)], as);
  async function factsOf(name: string, grids: readonly File[]): Promise<RasterFacts> {
    const source = await openRaster({ file: fileOf(name), sideFiles: grids });
    source.close();
    return source.facts;
  }

  test.each(["little", "big"] as const)(
    "%s endian: positions are PROJ's within a millimetre, both ways",
    async (order) => {
      const grid = fileOf(`${order}.gsb`, "beta2007.gsb");
      const [optical, dsm] = [await factsOf("ortho.tif", [grid]), await factsOf("dsm.tif", [grid])];
      expect(dsm.notes.join()).toContain(
        "shifted by the grid beta2007.gsb (± 0.9 m to European Terrestrial Reference System 1989 ensemble, ± 1 m to WGS 84)",
      );
      const reprojection = createReprojection(optical.crs, dsm.crs)!;
      for (const [index, point] of judged.points.entries()) {
        const [x, y] = judged[order][index]!;
        const [ourX, ourY] = reprojection.otherToOptical(point)!;
        expect(Math.hypot(ourX - x, ourY - y)).toBeLessThan(1e-3);
        const [backX, backY] = reprojection.opticalToOther([x, y])!;
        expect(Math.hypot(backX - point[0], backY - point[1])).toBeLessThan(1e-3);
      }
      expect(reprojection.accuracy).toMatchObject({ kind: "within", metres: 0.9, betterGrids: [] });
      expect(spellInEnglish(alignRasters(optical, dsm, { reprojection }).warnings[0]!)).toContain(
        "(ETRS89 / UTM zone 32N) through beta2007.gsb, ± 0.9 m.",
      );
    },
  );

  test("without it the parameters stand, and say which grid would be exact", async () => {
    const reprojection = createReprojection((await factsOf("ortho.tif", [])).crs, (await factsOf("dsm.tif", [])).crs);
    expect(reprojection!.accuracy).toMatchObject({ betterGrids: ["BETA2007.gsb"], usedGrids: [] });
  });

  test.each([
    ["cut short", "dsm.tif", "little.gsb", 5000, "It ends at 5000 bytes, in the middle of grid 2."],
    ["cut in a header", "dsm.tif", "little.gsb", 250, "The header of grid 1 of 2 makes no sense."],
    ["no grid", "dsm.tif", "ortho.tif", undefined, "It does not start as an NTv2 grid does."],
    ["another ellipsoid", "dsm.tif", "axis.gsb", undefined, "ellipsoid with a half axis of 6378137 m"],
    ["elsewhere", "far.tif", "little.gsb", undefined, "it does not cover the raster."],
  ])("%s: it is not used, and that is said", async (_, raster, grid, end, said) => {
    const { notes, crs } = await factsOf(raster, [fileOf(grid, "BETA2007.gsb", end)]);
    expect(notes.join()).toContain("BETA2007.gsb is not used: ");
    expect(notes.join()).toContain(said);
    expect(crs!.datum!.ways.every(({ by }) => !("nodes" in by))).toBe(true);
  });

  test("PROJ's own form of such a grid says that only NTv2 is read", async () => {
    runPython(
      `
import json, sys, numpy as np, rasterio
root = json.load(sys.stdin)
with rasterio.open(f"{root}/de_adv_BETA2007.tif", "w", driver="GTiff", width=8, height=8, count=2, dtype="float32", crs="EPSG:4314",
                   transform=rasterio.transform.from_origin(9, 51, 0.1, 0.1)) as out:
    out.write(np.ones((2, 8, 8), "float32")); out.descriptions = ["latitude_offset", "longitude_offset"]
    out.update_tags(TYPE="HORIZONTAL_OFFSET")
print("null")
`,
      root,
    );
    await expect(factsOf("de_adv_BETA2007.tif", [])).rejects.toThrow("Open the .gsb file of the same survey");
  });

  test("a grid of another datum is passed over", async () => {
    const { crs, notes } = await factsOf("dsm.tif", [fileOf("little.gsb", "AT_GIS_GRID.gsb")]);
    expect([crs!.datum!.ways.some(({ by }) => "nodes" in by), notes.join().includes("GIS_GRID")]).toEqual([
      false,
      false,
    ]);
  });
});
