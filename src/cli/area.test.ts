/** Polygons as area of interest, judged by gdal_rasterize and NumPy. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nadir } from "../testing/command-line";
import { runGdal, withoutGdal } from "../testing/run-gdal";
import { runPython, withoutPython } from "../testing/run-python";
import { TINY_WINDOW_PX } from "../testing/tiny-models";
import { tinyZooModel } from "../testing/zoo-in-node";
import { EXIT } from "./exit-codes";

const SIZE = [700, 500] as const;

/** A photo, and stars with holes: over each other, over its edge, and one beyond it. */
const MAKE = `
import json, sys
import numpy as np, rasterio
from rasterio.transform import from_origin
folder, width, height = json.load(sys.stdin)
random = np.random.default_rng(11)
left, top, pixel = 430000, 5300000, 0.5
row, col = np.mgrid[0:height, 0:width]
image = np.stack([120 + 100 * np.sin(col / (9 + 5 * b) + row / (13 - 3 * b)) for b in range(3)]).astype(np.uint8)
with rasterio.open(folder + "/photo.tif", "w", driver="GTiff", width=width, height=height, count=3, dtype="uint8",
                   crs="EPSG:32632", transform=from_origin(left, top, pixel, pixel), photometric="RGB") as file:
    file.write(image)
def star(x, y, radius, corners):
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    radii = radius * random.uniform(0.5, 1, corners)
    ring = np.column_stack([left + pixel * (x + radii * np.cos(angles)), top - pixel * (y + radii * np.sin(angles))])
    return np.vstack([ring, ring[:1]]).tolist()
def write(name, places):
    features = [{"type": "Feature", "properties": {"in": 1}, "geometry": {"type": "Polygon",
                 "coordinates": [star(x, y, r, 11), star(x, y, r / 4, 7)]}} for x, y, r in places]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32632"}}
    json.dump({"type": "FeatureCollection", "crs": crs, "features": features}, open(f"{folder}/{name}.geojson", "w"))
write("plots", [(150, 130, 90), (190, 150, 80), (10, 420, 60), (2000, 100, 50)])
write("one", [(150, 130, 90)])
write("far", [(2000, 100, 50)])
print("{}")
`;

const JUDGE = `
import json, sys
import numpy as np, rasterio
folder, width, height, windowPx, stridePx = json.load(sys.stdin)
inside = np.fromfile(folder + "/burnt.raw", np.uint8).reshape(height, width) == 1
with rasterio.open(folder + "/whole.tif") as file: whole = file.read(1)
with rasterio.open(folder + "/part.tif") as file: part, tags, nodata = file.read(1), file.tags(), file.nodata
with rasterio.open(folder + "/part.confidence.tif") as file: confidence = file.read(1)
starts = lambda length: sorted({min(at, length - windowPx) for at in range(0, length, stridePx)})
windows = [inside[y:y + windowPx, x:x + windowPx].any() for y in starts(height) for x in starts(width)]
print(json.dumps({"different": int((part != np.where(inside, whole, 255)).sum()), "nodata": nodata, "settings": tags["SETTINGS"],
                  "sure outside": int(((confidence > 0) & ~inside).sum()), "inside": int(inside.sum()),
                  "windows": int(sum(windows)), "outside": int(len(windows) - sum(windows)),
                  "pixels": np.bincount(whole[inside], minlength=5).tolist()}))
`;

interface Judged {
  readonly settings: string;
  readonly inside: number;
  readonly windows: number;
  readonly outside: number;
  readonly pixels: readonly number[];
}

describe.skipIf(withoutGdal || withoutPython)("polygons as area of interest", { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "nadir-area-"));
  const at = (name: string) => join(folder, name);
  const segment = (name: string, ...more: string[]) => {
    const files = ["--out", at(`${name}.tif`), "--confidence", at(`${name}.confidence.tif`)];
    const how = ["--backend", "cpu", "--threads", "1", "--stride", "48", "--blend", "flat"];
    return nadir([
      "segment",
      "--optical",
      at("photo.tif"),
      "--model",
      at("tiny.nadir.json"),
      ...files,
      ...how,
      ...more,
    ]);
  };
  beforeAll(async () => {
    runPython(MAKE, [folder, ...SIZE]);
    for (const [name, blob] of Object.entries(tinyZooModel("identity"))) {
      const path = at(name.endsWith(".nadir.json") ? "tiny.nadir.json" : name);
      writeFileSync(path, new Uint8Array(await blob.arrayBuffer()));
    }
    runGdal("ogr2ogr", "-f", "GPKG", at("plots.gpkg"), at("plots.geojson"));
    const extent = ["-te", "430000", "5299750", "430350", "5300000", "-tr", "0.5", "0.5"];
    const how = ["-burn", "1", "-ot", "Byte", "-of", "ENVI", ...extent];
    runGdal("gdal_rasterize", "-q", ...how, at("plots.gpkg"), at("burnt.raw"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("inside is the whole run's map, outside nodata that nobody counts, and windows outside are not run", async () => {
    expect((await segment("whole")).status).toBe(EXIT.done);
    const { status, stderr } = await segment("part", "--aoi", at("plots.gpkg"), "--report", at("part.json"));
    expect([status, stderr]).toEqual([EXIT.done, expect.any(String)]);
    const judged = runPython(JUDGE, [folder, ...SIZE, TINY_WINDOW_PX, 48]) as Judged;
    expect(judged).toMatchObject({ different: 0, nodata: 255, "sure outside": 0 });
    expect(judged.settings).toMatch(/, area \d+ x \d+ px at 0, \d+, in 3 polygons$/);
    const [run] = (JSON.parse(readFileSync(at("part.json"), "utf8")) as { runs: Record<string, unknown>[] }).runs;
    const { windows, pixels } = judged;
    expect(run).toMatchObject({ windowsRun: windows, nodataPixels: 0 });
    expect(run!.classPixels).toEqual(pixels.slice(0, pixels.findLastIndex((count) => count > 0) + 1));
    expect(windows).toBeGreaterThan(10);
    expect(judged.outside).toBeGreaterThan(30);
  });

  test("an interrupted run goes on to the same bytes, and not in other polygons", async () => {
    const cancel = new AbortController();
    const onStderr = (text: string) => /"windowsDone":[3-9]\d/.test(text) && cancel.abort();
    const files = ["--out", at("again.tif"), "--confidence", at("again.confidence.tif")];
    const how = ["--backend", "cpu", "--threads", "1", "--stride", "48", "--blend", "flat", "--aoi", at("plots.gpkg")];
    const args = ["segment", "--optical", at("photo.tif"), "--model", at("tiny.nadir.json"), ...files, ...how];
    expect((await nadir(args, { signal: cancel.signal, onStderr })).status).toBe(EXIT.cancelled);
    const other = await nadir([...args.slice(0, -1), at("one.geojson"), "--resume"]);
    expect([other.status, other.stderr]).toEqual([EXIT.badUsage, expect.stringContaining("made with other inputs")]);
    expect((await nadir([...args, "--resume"])).status).toBe(EXIT.done);
    expect(readFileSync(at("again.tif")).equals(readFileSync(at("part.tif")))).toBe(true);
  });

  test("polygons that are not on the photo, and words that are no area, are refused before anything runs", async () => {
    const far = await segment("far", "--aoi", at("far.geojson"));
    expect([far.status, far.stderr]).toEqual([
      EXIT.badUsage,
      expect.stringContaining("far.geojson: No pixel of the photo has its centre in one of its polygons."),
    ]);
    const words = await segment("words", "--aoi", "here");
    expect([words.status, words.stderr]).toEqual([EXIT.badUsage, expect.stringContaining("or a file of polygons")]);
  });
});
