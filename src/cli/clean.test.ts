/** A map cleaned on the command line, judged by GDAL's sieve and looked into with rasterio. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nadir } from "../testing/command-line";
import { runPython, withoutPython } from "../testing/run-python";
import { EXIT } from "./exit-codes";

const MAKE = `
import json, sys
import numpy as np, rasterio
from rasterio.transform import from_origin
folder = json.load(sys.stdin)
random = np.random.default_rng(7)
image = np.kron(random.integers(0, 3, (20, 30)), np.ones((15, 15), int))
image = np.where(random.random(image.shape) < 0.1, random.integers(0, 3, image.shape), image)
colours = np.array([[255, 255, 255], [0, 0, 255], [0, 255, 255]], np.uint8)
with rasterio.open(folder + "/map.tif", "w", driver="GTiff", width=450, height=300, count=3, dtype="uint8",
                   crs="EPSG:32632", transform=from_origin(500000, 5300000, 0.5, 0.5)) as file:
    file.write(colours[image].transpose(2, 0, 1))
np.save(folder + "/ids.npy", image.astype(np.uint8))
print("null")
`;

const JUDGE = `
import json, sys
import numpy as np, rasterio
from rasterio.features import sieve
folder, least = json.load(sys.stdin)
expected = sieve(np.load(folder + "/ids.npy"), least, connectivity=4)
with rasterio.open(folder + "/clean.tif") as file:
    palette = file.colormap(1)
    colours = [(255, 255, 255), (0, 0, 255), (0, 255, 255)]
    meaning = np.array([colours.index(palette[value][:3]) if palette[value][:3] in colours else 9 for value in range(256)])
    found, tags, place = meaning[file.read(1)], file.tags(), list(file.transform)[:6]
print(json.dumps({"equal": bool((found == expected).all()), "tags": tags, "place": place}))
`;

describe.skipIf(withoutPython)("nadir clean", { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "nadir-clean-"));
  const [map, out] = [join(folder, "map.tif"), join(folder, "clean.tif")];
  beforeAll(() => void runPython(MAKE, folder));
  afterAll(() => rmSync(folder, { recursive: true }));
  const clean = (...args: string[]) => nadir(["clean", "--map", map, "--out", out, ...args]);
  const judged = (least: number) =>
    runPython(JUDGE, [folder, least]) as { equal: boolean; tags: Record<string, string>; place: number[] };

  test("patches below so many pixels, or square metres, go as GDAL has it; the file says what was done", async () => {
    const byPixels = await clean("--least-pixels", "24");
    expect(byPixels.status).toBe(EXIT.done);
    expect(byPixels.stderr).toMatch(/\d+ patches were joined to a neighbour; \d+\.\d\d % of the pixels changed/);
    const { equal, tags, place } = judged(24);
    expect(equal).toBe(true);
    expect(place).toEqual([0.5, 0, 500000, 0, -0.5, 5300000]);
    expect(tags).toMatchObject({
      CLEANED: "map.tif",
      CLEANING: "patches below 24 px joined to their largest neighbour",
    });
    // A pixel is 0.2502 square metres on the ground there.
    expect((await clean("--least-area", "6")).status).toBe(EXIT.done);
    expect(judged(24).equal).toBe(true);
  });

  test("holes are closed, and a class has a size of its own", async () => {
    const { status, stderr } = await clean("--holes-area", "3", "--least-area", "6,Building=1");
    expect(status).toBe(EXIT.done);
    expect(stderr).toMatch(/[1-9]\d* holes were closed/);
    expect(judged(24).tags.CLEANING).toBe(
      "holes below 3 m2 closed, patches below 6 m2 (building: 1 m2) joined to their largest neighbour",
    );
    const wrong = await clean("--least-pixels", "6,Boat=2");
    expect([wrong.status, wrong.stderr]).toEqual([
      EXIT.badUsage,
      expect.stringContaining('has no class "Boat"; it has'),
    ]);
  });

  test("after both steps no patch is smaller than asked for, in the polygons too", async () => {
    const polygons = join(folder, "clean.geojson");
    expect((await clean("--majority", "3", "--least-pixels", "40", "--polygons", polygons)).status).toBe(EXIT.done);
    const { features } = JSON.parse(readFileSync(polygons, "utf8")) as {
      features: { properties: { pixels: number } }[];
    };
    expect(features.length).toBeGreaterThan(10);
    expect(Math.min(...features.map(({ properties }) => properties.pixels))).toBeGreaterThanOrEqual(40);
  });

  test.each([
    [[], "Nothing is asked for"],
    [["--majority", "4"], "an odd number is needed"],
    [["--least-pixels", "9", "--least-area", "4"], "one of them is enough"],
    [["--least-pixels", "9,Car="], "--least-pixels"],
    [["--least-area", "none"], "a number greater than 0 is needed"],
  ])("%j is bad usage", async (args, said) => {
    const { status, stderr } = await clean(...args);
    expect([status, stderr]).toEqual([EXIT.badUsage, expect.stringContaining(said)]);
  });

  test("its own input is no output", async () => {
    const { status, stderr } = await nadir(["clean", "--map", map, "--out", map, "--least-pixels", "9"]);
    expect([status, stderr]).toEqual([EXIT.unwritable, expect.stringContaining("--map")]);
  });
});
