/** Two dates of one place on the command line, judged by NumPy and rasterio: the matrix, the map, and a map that lies beside its place. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nadir } from "../testing/command-line";
import { runPython, withoutPython } from "../testing/run-python";
import { EXIT } from "./exit-codes";

/** Fields and blocks of three classes; eight of a hundred blocks become another class; an unlabelled corner later. */
const MAKE = `
import json, sys
import numpy as np, rasterio
from rasterio.transform import from_origin
folder = json.load(sys.stdin)
random = np.random.default_rng(11)
blocks = random.integers(0, 3, (26, 36))
later = np.where(random.random(blocks.shape) < 0.08, (blocks + 1) % 3, blocks)
before, after = (np.kron(ids, np.ones((13, 13), int)) for ids in (blocks, later))
colours = np.array([[255, 255, 255], [0, 0, 255], [0, 255, 255], [0, 0, 0]], np.uint8)
def write(name, ids):
    with rasterio.open(f"{folder}/{name}.tif", "w", driver="GTiff", width=ids.shape[1], height=ids.shape[0], count=3, dtype="uint8",
                       crs="EPSG:32632", transform=from_origin(500000, 5300000, 0.5, 0.5)) as file:
        file.write(colours[ids].transpose(2, 0, 1))
after[:20, :30] = 3
write("before", before)
write("after", after)
write("moved", np.roll(np.where(after == 3, 0, after), (0, 3), (0, 1)))
ground = random.random(before.shape).astype(np.float32) + 100
rise = np.where(before != after, 4, 0).astype(np.float32) + random.random(before.shape).astype(np.float32)
rise[5:30, 40:90] = np.nan
def heights(name, values):
    with rasterio.open(f"{folder}/{name}.tif", "w", driver="GTiff", width=values.shape[1], height=values.shape[0], count=1, dtype="float32",
                       crs="EPSG:32632", transform=from_origin(500000, 5300000, 0.5, 0.5), nodata=float("nan")) as file:
        file.write(values, 1)
heights("before_dsm", ground)
heights("after_dsm", ground + rise)
np.savez(folder + "/ids.npz", before=before, after=after, rise=(ground + rise) - ground)
print("null")
`;

const JUDGE = `
import json, sys
import numpy as np, rasterio
folder = json.load(sys.stdin)
ids = np.load(folder + "/ids.npz")
before, after = ids["before"], ids["after"]
seen = after < 3
matrix = [[int(((before == i) & (after == j) & seen).sum()) for j in range(3)] for i in range(3)]
with rasterio.open(folder + "/changed.tif") as file:
    found, palette, nodata = file.read(1), file.colormap(1), file.nodata
    colours = [(255, 255, 255), (0, 0, 255), (0, 255, 255)]
    meaning = np.array([colours.index(palette[v][:3]) if palette[v][:3] in colours else 9 for v in range(256)])
    meaning[int(nodata)] = 9
    wanted = np.where(seen & (before != after), after, 9)
    equal = bool((meaning[found] == wanted).all())
    tags = file.tags()
print(json.dumps({"matrix": matrix, "unknown": int((~seen).sum()), "equal": equal, "tags": tags}))
`;

/** 45 square metres are just less than 180 pixels: a block has 169, so that only what grew together of two counts. */
const JUDGE_OBJECTS = `
import json, sys
import numpy as np, rasterio
from rasterio.features import rasterize
from scipy import ndimage
folder = json.load(sys.stdin)
ids = np.load(folder + "/ids.npz")
before, after, rise = ids["before"], ids["after"], ids["rise"]
changed = (after < 3) & (before != after)
def objects(classes):
    found = []
    for id in range(3):
        labels, count = ndimage.label(changed & (classes == id))
        sizes = ndimage.sum_labels(np.ones(labels.shape), labels, range(1, count + 1))
        kept = np.isin(labels, 1 + np.flatnonzero(sizes * 0.25 / 0.9996 ** 2 >= 45))
        found.append([int((sizes * 0.25 / 0.9996 ** 2 >= 45).sum()), int(kept.sum()), float(np.nanmean(rise[kept]))])
    return found
with rasterio.open(folder + "/before.tif") as file:
    shape, transform = file.shape, file.transform
names = ["impervious surface", "building", "low vegetation"]
polygons = json.load(open(folder + "/changed.geojson"))["features"]
expected = np.where(changed, 1 + 3 * before + after, 0)
value = lambda name: 1 + 3 * names.index(name.split(" → ")[0]) + names.index(name.split(" → ")[1])
# GeoJSON is in longitude and latitude: its corners go back to the map's own.
from rasterio.warp import transform_geom
shapes = [(transform_geom("EPSG:4326", "EPSG:32632", f["geometry"]), value(f["properties"]["class"])) for f in polygons]
burnt = rasterize(shapes, shape, transform=transform)
with rasterio.open(folder + "/height_change.tif") as file:
    written = file.read(1)
known = ~np.isnan(rise)
print(json.dumps({"appeared": objects(after), "gone": objects(before), "polygonsEqual": bool((burnt == expected).all()),
                  "heightsOff": float(np.abs(written - rise)[known].max()) if (np.isnan(written) == ~known).all() else 9}))
`;

describe.skipIf(withoutPython)("nadir changes", { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "nadir-changes-"));
  const file = (name: string) => join(folder, `${name}.tif`);
  beforeAll(() => void runPython(MAKE, folder));
  afterAll(() => rmSync(folder, { recursive: true }));
  const changes = (after: string, ...args: string[]) =>
    nadir(["changes", "--before", file("before"), "--after", file(after), ...args]);

  test("counts every pixel from class to class, in hectares too, and writes what changed", async () => {
    const { status, stdout, stderr } = await changes("after", "--out", file("changed"), "--json");
    expect(status).toBe(EXIT.done);
    const found = JSON.parse(stdout);
    const judged = runPython(JUDGE, folder) as { matrix: number[][]; unknown: number; equal: boolean; tags: object };
    // ISPRS's classes in the order of its table; white, blue and cyan are its first three.
    expect(found.pixels.slice(0, 3).map((row: number[]) => row.slice(0, 3))).toEqual(judged.matrix);
    expect(found.unknownPixels).toBe(judged.unknown);
    expect(judged.equal).toBe(true);
    expect(judged.tags).toMatchObject({ CHANGED_FROM: "before.tif", CHANGED_TO: "after.tif" });
    // A pixel of the map is 0.2502 square metres on the ground there (UTM's scale 0.9996 at its meridian, squared).
    const total = (rows: readonly (readonly number[])[]) => rows.flat().reduce((sum, value) => sum + value, 0);
    expect(total(found.squareMetres) / total(found.pixels) / (0.25 / 0.9996 ** 2)).toBeCloseTo(1, 5);
    expect(found.shift).toBeNull();
    expect(stderr).toContain(`${judged.unknown} pixels have no class in one of the maps`);
    expect(stderr).not.toContain("shifted");
  });

  test("objects that are new and gone are those of SciPy, their heights NumPy's, polygons the pixels that changed", async () => {
    const { status, stdout } = await changes(
      ...["after", "--before-dsm", file("before_dsm"), "--after-dsm", file("after_dsm"), "--least", "45", "--json"],
      ...["--polygons", join(folder, "changed.geojson"), "--height-out", file("height_change")],
    );
    expect(status).toBe(EXIT.done);
    const found = JSON.parse(stdout);
    const judged = runPython(JUDGE_OBJECTS, folder) as Record<"appeared" | "gone", number[][]> & {
      polygonsEqual: boolean;
      heightsOff: number;
    };
    for (const which of ["appeared", "gone"] as const) {
      for (const [at, [count, pixels, height]] of judged[which].entries()) {
        const { heightChangeMetres, squareMetres, ...counted } = found.objects[which][at];
        expect(counted).toEqual({ count, pixels });
        expect(heightChangeMetres).toBeCloseTo(height!, 4);
        expect(squareMetres / (0.25 / 0.9996 ** 2) / pixels!).toBeCloseTo(1, 5);
      }
    }
    expect(judged.appeared.flat().every((value) => value > 0)).toBe(true);
    expect(judged.polygonsEqual).toBe(true);
    expect(judged.heightsOff).toBeLessThan(1 / 1024);
  });

  test("what a class lost and won adds up", async () => {
    const { stdout } = await changes("after", "--table", "csv");
    const [balance] = stdout.split(/\r?\n\r?\n/).slice(-2);
    const rows = balance!
      .trim()
      .split(/\r?\n/)
      .slice(-6)
      .map((line) => line.split(",").slice(1).map(Number));
    for (const [before, lost, won, after] of rows) expect(before! - lost! + won!).toBeCloseTo(after!, 3);
    expect(rows.reduce((sum, [, lost]) => sum + lost!, 0)).toBeGreaterThan(0);
  });

  test("a map three pixels beside its place is said to lie there", async () => {
    const { status, stderr, stdout } = await changes("moved", "--json");
    expect(status).toBe(EXIT.done);
    expect(JSON.parse(stdout).shift).toMatchObject({ cols: 3, rows: 0 });
    expect(stderr).toMatch(
      /may lie shifted by 3 px to the right and 0 px down: at that place 9\d(\.\d)? % .* not \d\d(\.\d)? %/,
    );
  });

  test("no map that is compared is written over", async () => {
    const onto = await changes("after", "--out", file("before"));
    expect([onto.status, onto.stderr]).toEqual([EXIT.unwritable, expect.stringContaining("before.tif")]);
  });
});
