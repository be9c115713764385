/** Heights and roof slopes of polygons on a scene of known roofs: judged by exactextract, NumPy and the roofs themselves. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nadir } from "../testing/command-line";
import { runGdal, withoutGdal } from "../testing/run-gdal";
import { runPython, withoutPython } from "../testing/run-python";
import { EXIT } from "./exit-codes";

/** Flat ground, a tree, and roofs: flat, shed of 20°, gable of 35°, one too small for a plane; 20 cm pixels. */
const MAKE = `
import json, sys
import numpy as np, rasterio
from rasterio.transform import from_origin
folder = json.load(sys.stdin)
rng = np.random.default_rng(3)
rows, columns = np.mgrid[0:200, 0:240] * 0.2
ids, heights = np.zeros((200, 240), np.uint8), np.zeros((200, 240), np.float32)
def put(top, left, height, width, rise):
    where = np.s_[top:top + height, left:left + width]
    ids[where] = 1
    heights[where] = rise(rows[where] - rows[where][0, 0], columns[where] - columns[where][0, 0])
put(10, 10, 60, 60, lambda y, x: 6 + 0 * x)
put(10, 90, 60, 60, lambda y, x: 4 + np.tan(np.radians(20)) * x)
put(90, 10, 60, 80, lambda y, x: 5 + np.tan(np.radians(35)) * np.minimum(y, 59 * 0.2 - y))
put(90, 120, 4, 4, lambda y, x: 3 + 0 * x)
tree = (rows - 33) ** 2 + (columns - 36) ** 2 < 16
ids[tree], heights[tree] = 3, 7
heights += rng.normal(0, 0.03, heights.shape)
colours = np.array([[255, 255, 255], [0, 0, 255], [0, 255, 255], [0, 255, 0]], np.uint8)
place = dict(driver="GTiff", width=240, height=200, crs="EPSG:25832", transform=from_origin(500000, 5600000, 0.2, 0.2))
with rasterio.open(folder + "/map.tif", "w", count=3, dtype="uint8", **place) as file:
    file.write(colours[ids].transpose(2, 0, 1))
with rasterio.open(folder + "/ndsm.tif", "w", count=1, dtype="float32", nodata=-9999, **place) as file:
    heights[:, 200:] = -9999
    file.write(heights.astype(np.float32), 1)
print("null")
`;

const JUDGE = `
import json, sys
from exactextract import exact_extract
folder = json.load(sys.stdin)
features = json.load(open(folder + "/map.geojson"))["features"]
judged = exact_extract(folder + "/ndsm.tif", features, ["median", "quantile(q=0.95)", "count"])
def column(name):
    return [feature["properties"][name] for feature in features]
def of(name):
    return [next(float(v) for k, v in each["properties"].items() if k.startswith(name)) for each in judged]
print(json.dumps({"class": column("class"), "pixels": column("pixels"), "median": column("height_median_m"),
    "high": column("height_p95_m"), "slope": column("roof_slope_deg"),
    "judged": of("median"), "judgedHigh": of("quantile"), "counted": of("count")}).replace("NaN", "null"))
`;

const AREA = `
import json, sys
from shapely.geometry import shape
shapes = [shape(feature["geometry"]) for feature in json.load(open(json.load(sys.stdin)))["features"]]
print(json.dumps([sum(each.area for each in shapes), all(each.is_valid for each in shapes)]))
`;

interface Judged {
  readonly class: readonly string[];
  readonly pixels: readonly number[];
  readonly counted: readonly number[];
  readonly median: readonly (number | null)[];
  readonly high: readonly (number | null)[];
  readonly slope: readonly (number | null)[];
  readonly judged: readonly number[];
  readonly judgedHigh: readonly number[];
}

describe.skipIf(withoutPython || withoutGdal)("polygons with heights", { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "nadir-polygons-"));
  const at = (name: string) => join(folder, name);
  beforeAll(() => void runPython(MAKE, folder));
  afterAll(() => rmSync(folder, { recursive: true }));
  const made = (...args: string[]) =>
    nadir(["clean", "--map", at("map.tif"), "--least-pixels", "2", "--out", at("clean.tif"), ...args]);

  /** In the map's own system. */
  const toGeoJson = (from: string, to: string) =>
    runGdal(
      "ogr2ogr",
      "-f",
      "GeoJSON",
      "-lco",
      "RFC7946=NO",
      "-lco",
      "COORDINATE_PRECISION=6",
      at(to),
      at(from),
      "polygons",
    );

  test("median and 95 % are exactextract's, slopes those of the roofs; without heights there is null", async () => {
    const { status, stderr } = await made("--ndsm", at("ndsm.tif"), "--geopackage", at("map.gpkg"));
    expect([status, stderr]).toEqual([EXIT.done, expect.any(String)]);
    toGeoJson("map.gpkg", "map.geojson");
    const found = runPython(JUDGE, folder) as Judged;
    const seen = found.counted.map((count, index) => ({ count, index })).filter(({ count }) => count > 0);
    expect(seen.length).toBeGreaterThan(5);
    for (const { index } of seen) {
      // Counted in centimetres; exactextract takes one of the two middle values, or lies between them.
      expect(found.median[index]).toBeCloseTo(found.judged[index]!, 1);
      expect(Math.abs(found.high[index]! - found.judgedHigh[index]!)).toBeLessThan(0.02);
    }
    const roofs = found.class.flatMap((name, index) => (/building/i.test(name) ? [index] : []));
    const slopes = new Map(roofs.map((index) => [found.pixels[index], found.slope[index]]));
    expect(slopes.get(16)).toBeNull();
    expect(slopes.get(4800)).toBeGreaterThan(34);
    expect(slopes.get(4800)).toBeLessThan(36);
    const [flat, shed] = roofs.filter((index) => found.pixels[index] === 3600).map((index) => found.slope[index]!);
    expect(flat).toBeLessThan(2);
    expect(Math.abs(shed! - 20)).toBeLessThan(1);
    expect(found.class.some((name, index) => !/building/i.test(name) && found.slope[index] !== null)).toBe(false);
  });

  test("right-angled buildings are a layer of their own, with their IoU; simplified polygons have the same area", async () => {
    const files = ["--right-angled", at("roofs.gpkg"), "--geopackage", at("simple.gpkg"), "--simplify", "1"];
    expect((await made(...files)).status).toBe(EXIT.done);
    const said = runGdal("ogrinfo", "-al", at("roofs.gpkg"), "buildings");
    expect(said).toContain("Feature Count: 4");
    expect(said.match(/outline \(String\) = right-angled/g)).toHaveLength(4);
    expect(said.match(/iou \(Real\) = 1$/gm)).toHaveLength(4);
    toGeoJson("simple.gpkg", "simple.geojson");
    const [sum, areValid] = runPython(AREA, at("simple.geojson")) as [number, boolean];
    expect(areValid).toBe(true);
    expect(sum).toBeCloseTo(200 * 240 * 0.04, 1);
  });

  test.each([
    [["--simplify", "-1"], "--simplify"],
    [["--least-iou", "2"], "--least-iou"],
    [["--right-angled", at("x.gpkg"), "--roof-classes", "boat"], "Choose the classes"],
  ])("%j is refused", async (args, said) => {
    const { status, stderr } = await made(...args);
    expect(status).not.toBe(EXIT.done);
    expect(stderr).toContain(said);
  });
});
