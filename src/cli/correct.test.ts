/** Corrections by hand on the command line, looked into with rasterio and GDAL's rasterize. */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
image = np.kron(np.random.default_rng(7).integers(0, 3, (20, 30)), np.ones((15, 15), int))
colours = np.array([[255, 255, 255], [0, 0, 255], [0, 255, 255]], np.uint8)
with rasterio.open(folder + "/map.tif", "w", driver="GTiff", width=450, height=300, count=3, dtype="uint8",
                   crs="EPSG:32632", transform=from_origin(500000, 5300000, 0.5, 0.5)) as file:
    file.write(colours[image].transpose(2, 0, 1))
print("null")
`;

/** Area from building to tree, then every impervious surface to building. */
const JUDGE = `
import json, sys
import numpy as np, rasterio
from rasterio.features import rasterize
folder, ring, names = json.load(sys.stdin)
def read(name):
    with rasterio.open(f"{folder}/{name}") as file: return file.read(1), file.tags(), file.transform
before, _, transform = read("own.tif")
after, tags, _ = read("corrected.tif")
inside = rasterize([{"type": "Polygon", "coordinates": [ring]}], before.shape, transform=transform) == 1
expected = before.copy()
expected[inside & (before == names["building"])] = names["low vegetation"]
expected[expected == names["impervious surface"]] = names["building"]
print(json.dumps({"equal": bool((after == expected).all()), "changed": int((after != before).sum()), "tags": tags}))
`;

const RING = [
  [500020, 5299990],
  [500130.3, 5299970.2],
  [500090.7, 5299900.1],
  [500020, 5299990],
];
const AT = "2026-01-31T12:00:00Z";
const EDITS = [
  { place: { kind: "area", rings: [RING] }, from: "Building", to: "low vegetation", at: AT },
  { place: { kind: "everywhere" }, from: "impervious surfaces", to: "building", at: AT },
];

describe.skipIf(withoutPython)("nadir correct", { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "nadir-correct-"));
  const path = (name: string) => join(folder, name);
  const file = (edits: unknown, epsg: number | null = 32632) =>
    writeFileSync(path("log.json"), JSON.stringify({ format: "nadir-edits/1", photo: "photo.tif", epsg, edits }));
  const correct = (...args: string[]) =>
    nadir(["correct", "--map", path("own.tif"), "--edits", path("log.json"), "--out", path("corrected.tif"), ...args]);
  beforeAll(async () => {
    runPython(MAKE, folder);
    // A map of ours, which says what made it and has a patch of one pixel nowhere.
    await nadir(["clean", "--map", path("map.tif"), "--out", path("own.tif"), "--least-pixels", "2"]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("has the pixels that GDAL gives it; the file and the log beside it say what was done", async () => {
    file(EDITS);
    const done = await correct();
    expect(done.stderr).toMatch(/by hand: 2 edits, \d+\.\d % of pixels changed/);
    expect(done.status).toBe(EXIT.done);
    const categories = [...readFileSync(path("own.tif.aux.xml"), "utf8").matchAll(/<Category>(.*?)<\/Category>/g)];
    const ids = Object.fromEntries(categories.map(([, name], id) => [name, id]));
    const { equal, changed, tags } = runPython(JUDGE, [folder, RING, ids]) as {
      equal: boolean;
      changed: number;
      tags: Record<string, string>;
    };
    expect(equal).toBe(true);
    const percent = ((100 * changed) / (450 * 300)).toFixed(1);
    expect(tags).toMatchObject({
      CLEANED: "map.tif",
      CORRECTED: `by hand: 2 edits, ${percent} % of pixels changed`,
    });
    const log = JSON.parse(readFileSync(path("corrected.edits.json"), "utf8"));
    expect(log).toMatchObject({ photo: "photo.tif", epsg: 32632, changedPixels: changed, edits: EDITS });
  });

  test("the log beside a map makes the same map again", async () => {
    file(EDITS);
    await correct();
    const before = readFileSync(path("corrected.tif"));
    copyFileSync(path("corrected.edits.json"), path("log.json"));
    await correct();
    expect(readFileSync(path("corrected.tif")).equals(before)).toBe(true);
  });

  test("edits that change nothing are named", async () => {
    file([EDITS[1], EDITS[1]]);
    expect((await correct()).stderr).toContain("Edits that changed nothing here: 2.");
  });

  test.each([
    [[{ ...EDITS[1], to: "lawn" }], 32632, 'An edit names the class "lawn"'],
    [EDITS, 25833, "Its edits are in EPSG:25833"],
    [[{ ...EDITS[1], place: { kind: "patch", at: [0, 0] } }], 32632, "None of its edits lies on own.tif"],
    [[{ ...EDITS[1], at: "today" }], 32632, "edits[0].at must be a time"],
    [[{ ...EDITS[1], place: { kind: "line", points: [], widthMetres: 1 } }], 32632, "at least one point"],
  ])("%j in EPSG:%d is refused", async (edits, epsg, said) => {
    rmSync(path("corrected.tif"), { force: true });
    file(edits, epsg);
    const { status, stderr } = await correct();
    expect([status, stderr]).toEqual([EXIT.badInput, expect.stringContaining(said)]);
    expect(existsSync(path("corrected.tif"))).toBe(false);
  });
});
