/** Polygons as ground truth, judged by gdal_rasterize and scikit-learn. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { burnPolygons } from "../evaluation/burn-polygons";
import { nadir } from "../testing/command-line";
import { runGdal, withoutGdal } from "../testing/run-gdal";
import { runPython, withoutPython } from "../testing/run-python";
import { EXIT } from "./exit-codes";
import { openRasterFile } from "./file-blob";
import { openVector } from "./open-vector";

/** A map in ISPRS colours and 120 polygons with holes that overlap each other and the map's edge. */
const MAKE = `
import json, sys
import numpy as np, rasterio
from rasterio.transform import from_origin
folder = json.load(sys.stdin)
random = np.random.default_rng(5)
ids = np.kron(random.integers(0, 5, (20, 30)), np.ones((10, 10), int))
colours = np.array([[255, 255, 255], [0, 0, 255], [0, 255, 255], [0, 255, 0], [255, 255, 0]], np.uint8)
names = ["impervious surface", "building", "low vegetation", "tree", "car"]
left, top, pixel = 430000, 5300000, 0.5
with rasterio.open(folder + "/map.tif", "w", driver="GTiff", width=300, height=200, count=3, dtype="uint8",
                   crs="EPSG:32632", transform=from_origin(left, top, pixel, pixel)) as file:
    file.write(colours[ids].transpose(2, 0, 1))
def star(x, y, least, most, corners):
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    radii = random.uniform(least, most, corners)
    ring = np.column_stack([x + radii * np.cos(angles), y + radii * np.sin(angles)])
    return np.vstack([ring, ring[:1]]).tolist()
features = []
for index in range(120):
    x, y = left + random.uniform(-5, 155), top - random.uniform(-5, 105)
    rings = [star(x, y, 4, 16, int(random.integers(3, 14))), star(x, y, 1, 2, int(random.integers(3, 9)))]
    id = int(random.integers(0, 5))
    features.append({"type": "Feature", "properties": {"name": f"P{index}", "Klasse": names[id], "code": id},
                     "geometry": {"type": "Polygon", "coordinates": rings}})
crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32632"}}
json.dump({"type": "FeatureCollection", "crs": crs, "features": features}, open(folder + "/truth.geojson", "w"))
np.save(folder + "/ids.npy", ids)
print("{}")
`;

const JUDGE = `
import json, sys
import numpy as np
from sklearn.metrics import confusion_matrix
folder = json.load(sys.stdin)
truth = np.fromfile(folder + "/burnt.raw", np.uint8).reshape(200, 300)
ids = np.load(folder + "/ids.npy")
kept = truth != 255
print(json.dumps(confusion_matrix(truth[kept], ids[kept], labels=range(5)).tolist()))
`;

describe.skipIf(withoutGdal || withoutPython)("polygons as ground truth", { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "nadir-truth-"));
  const at = (name: string) => join(folder, name);
  beforeAll(() => {
    runPython(MAKE, folder);
    runGdal("ogr2ogr", "-f", "GPKG", at("truth.gpkg"), at("truth.geojson"));
    const extent = ["-te", "430000", "5299900", "430150", "5300000", "-tr", "0.5", "0.5"];
    const how = ["-a", "code", "-init", "255", "-ot", "Byte", "-of", "ENVI", ...extent];
    runGdal("gdal_rasterize", "-q", ...how, at("truth.gpkg"), at("burnt.raw"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("every pixel is gdal_rasterize's, read as a whole or in parts", async () => {
    const map = await openRasterFile(at("map.tif"));
    const burnt = burnPolygons(map.facts, await openVector(at("truth.gpkg"), null), "truth.gpkg", "code");
    map.close();
    const judged = new Uint8Array(readFileSync(at("burnt.raw")));
    const whole = await burnt.read({ rect: { col: 0, row: 0, widthPx: 300, heightPx: 200 }, bands: [0] });
    expect(new Uint8Array(whole.bands[0]!.buffer)).toEqual(judged);
    const part = await burnt.read({ rect: { col: 70, row: 33, widthPx: 90, heightPx: 51 }, bands: [0] });
    const cut = Array.from({ length: 51 }, (_, row) => [
      ...judged.subarray((row + 33) * 300 + 70, (row + 33) * 300 + 160),
    ]);
    expect([...part.bands[0]!]).toEqual(cut.flat());
  });

  test("nadir evaluate counts what scikit-learn counts, by an attribute that is named or recognised", async () => {
    const expected = runPython(JUDGE, folder) as number[][];
    for (const more of [[], ["--truth-field", "Klasse"], ["--truth-field", "code", "--scheme", "isprs"]]) {
      const args = ["--prediction", at("map.tif"), "--truth", at("truth.gpkg"), "--json", ...more];
      const { status, stdout, stderr } = await nadir(["evaluate", ...args]);
      expect([status, stderr]).toEqual([EXIT.done, expect.stringContaining("where the centre of a pixel lies")]);
      const { classes, withBoundary } = JSON.parse(stdout) as {
        classes: { name: string }[];
        withBoundary: { confusion: number[][] };
      };
      const order = ["impervious surface", "building", "low vegetation", "tree", "car"];
      const found = order.map((row) =>
        order.map((col) => {
          const [r, c] = [row, col].map((wanted) => classes.findIndex(({ name }) => name === wanted));
          return withBoundary.confusion[r!]![c!];
        }),
      );
      expect(found).toEqual(expected);
    }
  });

  test("a list names them as its truths", async () => {
    writeFileSync(at("list.csv"), "optical,truth,name\nmap.tif,truth.gpkg,tile\n");
    mkdirSync(at("maps"));
    copyFileSync(at("map.tif"), at("maps/tile.mynet.tif"));
    const args = ["--list", at("list.csv"), "--predictions", at("maps"), "--out-folder", at("scored")];
    const { status, stderr } = await nadir(["evaluate", ...args, "--truth-field", "Klasse"]);
    expect([status, stderr]).toEqual([EXIT.done, expect.stringContaining("where the centre of a pixel lies")]);
    const { reports } = JSON.parse(readFileSync(at("scored/report.json"), "utf8")) as {
      reports: { runs: { evaluation: { withBoundary: { confusion: number[][] } } }[] }[];
    };
    const counted = (rows: readonly number[][]) =>
      rows
        .flat()
        .filter((count) => count > 0)
        .sort((a, b) => a - b);
    const expected = runPython(JUDGE, folder) as number[][];
    expect(counted(reports[0]!.runs[0]!.evaluation.withBoundary.confusion)).toEqual(counted(expected));
  });

  test("without an attribute that says the class they are refused, with those there are", async () => {
    const map = ["--prediction", at("map.tif")];
    const wrong = await nadir(["evaluate", ...map, "--truth", at("truth.gpkg"), "--truth-field", "kind"]);
    expect([wrong.status, wrong.stderr]).toEqual([
      EXIT.badInput,
      expect.stringContaining("there are: name, Klasse, code"),
    ]);
    const raster = await nadir(["evaluate", ...map, "--truth", at("map.tif"), "--truth-field", "kind"]);
    expect(raster.status).toBe(EXIT.badUsage);
    const { features, ...rest } = JSON.parse(readFileSync(at("truth.geojson"), "utf8")) as {
      features: { properties: object }[];
    };
    const bare = features.map((feature) => ({ ...feature, properties: {} }));
    writeFileSync(at("bare.geojson"), JSON.stringify({ ...rest, features: bare }));
    const nothing = await nadir(["evaluate", ...map, "--truth", at("bare.geojson")]);
    expect(nothing.stderr).toContain("None of its attributes says by its name what is there");
  });
});
