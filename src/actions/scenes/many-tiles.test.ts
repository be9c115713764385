/** A whole series of tiles opened together: every one becomes a scene and has its truth. */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { python } from "../../../e2e/judge";
import { withoutPython } from "../../testing/run-python";
import { fileAt, JOURNEY, until } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { openFiles } from "./open-files";

const TILES = 20;

interface Tile {
  readonly name: string;
  readonly building: number;
}

describe.skipIf(withoutPython)("twenty tiles of four files dropped together", JOURNEY, () => {
  const studios = studiosOfTests();

  test.each([true, false])("all have their truth, with a private file system: %s", async (keepsFiles) => {
    const folder = join(studios.folder, String(keepsFiles));
    mkdirSync(folder, { recursive: true });
    const tiles = python(WRITE, folder, String(TILES)) as readonly Tile[];
    const names = tiles.flatMap(({ name }) =>
      ["RGB", "dsm", "label", "label_noBoundary"].map((part) => `${name}_${part}.tif`),
    );
    const { studio } = await studios.open({ keepsFiles });
    await openFiles(studio, await Promise.all(names.map((name) => fileAt(join(folder, name)))));
    const records = await until(
      studio,
      ({ scenes }) => scenes.records.every(({ truth }) => truth.status !== "decoding") && scenes.records,
      "every truth",
    );
    const found = records.map(({ scene, truth }) => {
      if (truth.status !== "ready") throw new Error(JSON.stringify(truth));
      const buildingId = truth.classes.find(({ name }) => name === "building")!.id;
      return {
        optical: scene.optical.facts.fileName,
        dsm: scene.auxiliary?.facts.fileName,
        truth: scene.truth?.facts.fileName,
        otherTruth: scene.otherTruth?.facts.fileName,
        building: truth.classPixels[buildingId],
      };
    });
    const wanted = tiles.map(({ name, building }) => ({
      optical: `${name}_RGB.tif`,
      dsm: `${name}_dsm.tif`,
      truth: `${name}_label.tif`,
      otherTruth: `${name}_label_noBoundary.tif`,
      building,
    }));
    const byName = (a: { optical: string }, b: { optical: string }) => a.optical.localeCompare(b.optical);
    expect(found.toSorted(byName)).toEqual(wanted.toSorted(byName));
    expect(studio.store.getState().workspace.notices.filter(({ tone }) => tone === "bad")).toEqual([]);
  });
});

const WRITE = `
import sys, json, warnings, numpy as np, rasterio
warnings.filterwarnings("ignore")
folder, count = sys.argv[1], int(sys.argv[2])
rng = np.random.default_rng(3)
tiles = []
for tile in range(1, count + 1):
    grid = dict(driver="GTiff", width=64, height=64, crs="EPSG:25832", transform=rasterio.Affine(0.1, 0, 691000 + 100 * tile, 0, -0.1, 5335200))
    name = f"{folder}/top_town_{tile}_1"
    with rasterio.open(name + "_RGB.tif", "w", count=3, dtype="uint8", photometric="RGB", **grid) as d: d.write(rng.integers(0, 255, (3, 64, 64), dtype=np.uint8))
    with rasterio.open(name + "_dsm.tif", "w", count=1, dtype="float32", **grid) as d: d.write(rng.uniform(90, 120, (1, 64, 64)).astype("float32"))
    label = np.full((3, 64, 64), 255, np.uint8)
    label[:2, 10 : 20 + tile, 10:30] = 0
    with rasterio.open(name + "_label.tif", "w", count=3, dtype="uint8", photometric="RGB", **grid) as d: d.write(label)
    label[:, 9:11] = 0
    with rasterio.open(name + "_label_noBoundary.tif", "w", count=3, dtype="uint8", photometric="RGB", **grid) as d: d.write(label)
    tiles.append(dict(name=f"top_town_{tile}_1", building=(10 + tile) * 20))
print(json.dumps(tiles))
`;
