/** PNG and GeoJSON exports held against Pillow and GDAL (through rasterio). */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  computedMask,
  EXPORT_CLASSES,
  exportGrid,
  saveBlob,
  UTM32,
  withTemporaryFolder,
} from "../testing/export-fixtures";
import { runPython, withoutPython } from "../testing/run-python";
import { blobOf } from "../testing/test-data";
import { createBlobSink } from "./byte-sink";
import { openRaster } from "./open-raster";
import { type GeoJsonRequest, writeGeoJson } from "./write-geojson";
import { writeClassMapPng } from "./write-png";
import { formatQml } from "./write-qml";

/** Sums of powers of two, so that world files hold them exactly. */
const SHEARED = [500000, 0.5, 0.25, 5600000, 0.125, -0.5] as const;
const WHOLE = { col: 0, row: 0, widthPx: 255, heightPx: 600 };

describe.skipIf(withoutPython)("PNG as Pillow and GDAL see it", () => {
  test("palette, transparent nodata, equal values, world file", () =>
    withTemporaryFolder(async (folder) => {
      const mask = computedMask(255, 600);
      const sink = createBlobSink("image/png");
      const grid = exportGrid(255, 600, { geotransform: SHEARED });
      const world = await writeClassMapPng({ mask, grid, classes: EXPORT_CLASSES, sink });
      const path = await saveBlob(join(folder, "map.png"), sink.toBlob());
      writeFileSync(join(folder, "map.pgw"), world!);
      const values = await mask.read(WHOLE);
      writeFileSync(join(folder, "map.raw"), values);
      const seen = runPython(
        `
import json, sys, warnings
warnings.filterwarnings("ignore")
import numpy as np, rasterio
from PIL import Image
folder = json.load(sys.stdin)
image = Image.open(folder + "/map.png")
ids = np.asarray(image)
expected = np.fromfile(folder + "/map.raw", dtype="uint8").reshape(ids.shape)
rgba = np.asarray(image.convert("RGBA"))
with rasterio.open(folder + "/map.png") as source:
    transform = source.transform.to_gdal()
print(json.dumps([image.mode, bool((ids == expected).all()), bool(((rgba[..., 3] == 0) == (expected == 255)).all()),
    rgba[expected == 1][0].tolist(), transform]))`,
        folder,
      );
      expect(seen).toEqual(["P", true, true, [0, 0, 255, 255], SHEARED]);

      const file = await blobOf(path);
      const source = await openRaster({ file, sideFiles: [new File([world!], "map.pgw")] });
      expect(source.facts.geotransform).toEqual(SHEARED);
      expect(source.facts.palette?.[4]).toEqual([255, 255, 0]);
      const read = await source.read({ rect: WHOLE, bands: [0] });
      expect(Buffer.compare(read.bands[0] as Uint8Array, values)).toBe(0);
      const expected = values.map((value) => (value === 255 ? 0 : 1));
      expect(Buffer.compare(read.valid!, expected)).toBe(0);
    }));
});

describe.skipIf(withoutPython)("GeoJSON as GDAL sees it", () => {
  const request = async (over: Partial<GeoJsonRequest>) => {
    const sink = createBlobSink("application/geo+json");
    const summary = await writeGeoJson({
      mask: computedMask(255, 600),
      confidence: computedMask(255, 600, () => 51),
      grid: exportGrid(255, 600),
      classes: EXPORT_CLASSES,
      coordinates: "scene-crs",
      sink,
      ...over,
    });
    return { summary, text: await sink.toBlob().text() };
  };

  test("burnt back onto the grid the polygons give the map; areas are pixel counts × their pixel on the ground", () =>
    withTemporaryFolder(async (folder) => {
      const { summary, text } = await request({});
      writeFileSync(join(folder, "map.geojson"), text);
      writeFileSync(join(folder, "map.raw"), await computedMask(255, 600).read(WHOLE));
      const seen = runPython(
        `
import json, sys
import numpy as np
from rasterio.features import rasterize
from rasterio.transform import Affine
folder = json.load(sys.stdin)
expected = np.fromfile(folder + "/map.raw", dtype="uint8").reshape(600, 255)
collection = json.load(open(folder + "/map.geojson"))
shapes = [(f["geometry"], f["properties"]["class_id"]) for f in collection["features"]]
burnt = rasterize(shapes, out_shape=expected.shape, fill=255, transform=Affine.from_gdal(500000, 0.25, 0, 5600000, 0, -0.25), dtype="uint8")
def area(ring):
    x, y = (np.array(ring) - ring[0]).T
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum() / 2)
sums, orientation = {}, True
for f in collection["features"]:
    rings = [area(r) for r in f["geometry"]["coordinates"]]
    orientation &= rings[0] > 0 and all(r < 0 for r in rings[1:])
    p = f["properties"]
    entry = sums.setdefault(str(p["class_id"]), [0, 0.0, 0.0])
    entry[0] += p["pixels"]; entry[1] += p["area_m2"]; entry[2] += sum(rings)
counts = {str(i): int((expected == i).sum()) for i in (0, 1, 2, 4)}
print(json.dumps([bool((burnt == expected).all()), sums, counts, bool(orientation), len(collection["features"]),
    collection["features"][0]["properties"]["mean_confidence"], collection["crs"]["properties"]["name"]]))`,
        folder,
      ) as [boolean, Record<string, number[]>, Record<string, number>, boolean, number, number, string];
      const [equal, sums, counts, oriented, features, confidence, crs] = seen;
      expect(equal).toBe(true);
      expect(oriented).toBe(true);
      expect(features).toBe(summary.polygonCount);
      for (const [id, pixels] of Object.entries(counts)) {
        expect(sums[id]![0]).toBe(pixels);
        // On its central meridian UTM draws lengths 0.9996 times as long as they are.
        expect(sums[id]![1]! / pixels).toBeCloseTo(0.0625 / 0.9996 ** 2, 7);
        expect(sums[id]![2]).toBeCloseTo(pixels * 0.0625, 6);
      }
      expect(confidence).toBe(0.2);
      expect(crs).toBe("urn:ogc:def:crs:EPSG::25832");
    }));

  test("small polygons are left out and counted", async () => {
    const [all, large] = [await request({}), await request({ minimumAreaPx: 50 })];
    expect(large.summary.polygonCount + large.summary.droppedCount).toBe(all.summary.polygonCount);
    expect(large.summary.droppedCount).toBeGreaterThan(0);
    const pixels = [...large.text.matchAll(/"pixels":(\d+)/g)].map(([, count]) => Number(count));
    expect(Math.min(...pixels)).toBeGreaterThanOrEqual(50);
  });

  test("longitude and latitude are those of GDAL within a millimetre", async () => {
    const { text } = await request({ coordinates: "epsg-4326", minimumAreaPx: 200 });
    const collection = JSON.parse(text) as { features: { geometry: { coordinates: number[][][] } }[]; crs?: unknown };
    expect(collection.crs).toBeUndefined();
    const points = collection.features.flatMap(({ geometry }) => geometry.coordinates[0]!).slice(0, 200);
    const back = runPython(
      'import json, sys\nfrom rasterio.warp import transform\nx, y = zip(*json.load(sys.stdin))\nprint(json.dumps(transform("EPSG:4326", "EPSG:25832", x, y)))',
      points,
    ) as [number[], number[]];
    for (const [at, x] of back[0].entries()) {
      // Corners of pixels lie on multiples of a quarter metre.
      expect(Math.abs(x * 4 - Math.round(x * 4))).toBeLessThan(0.004);
      expect(Math.abs(back[1][at]! * 4 - Math.round(back[1][at]! * 4))).toBeLessThan(0.004);
      expect(x).toBeGreaterThanOrEqual(499999.99);
      expect(x).toBeLessThanOrEqual(500064);
    }
  });

  test("longitude and latitude without a CRS are refused with a way out", async () => {
    const grid = exportGrid(255, 600, { crs: null });
    await expect(request({ coordinates: "epsg-4326", grid })).rejects.toMatchObject({ code: "missing-crs" });
  });

  test("in degrees the area follows the latitude (pyproj's ellipsoid)", async () => {
    const grid = exportGrid(255, 600, {
      geotransform: [10, 0.0001, 0, 60, 0, -0.0001],
      crs: { ...UTM32, epsg: 4326, kind: "geographic", metresPerUnit: null, proj4: "+proj=longlat +datum=WGS84" },
    });
    const { text } = await request({ grid, mask: computedMask(255, 600, () => 1) });
    const area = Number(/"area_m2":([\d.]+)/.exec(text)?.[1]);
    const expected = runPython(
      'import json\nfrom pyproj import Geod\nx, y = [10, 10.0255], [60, 59.94]\nlon = [x[0] + (x[1]-x[0])*i/200 for i in range(201)]\nring = [(l, y[1]) for l in lon] + [(l, y[0]) for l in reversed(lon)]\nprint(json.dumps(Geod(ellps="WGS84").polygon_area_perimeter(*zip(*ring))[0]))',
    ) as number;
    expect(area / expected).toBeCloseTo(1, 6);
  });
});

describe("QGIS style", () => {
  test("has a legend entry per class with its colour, names escaped", () => {
    const qml = formatQml(EXPORT_CLASSES);
    expect(qml).toContain('<paletteEntry value="4" label="car" color="#ffff00" alpha="255"/>');
    expect(qml).toContain('label="building &amp; &lt;&quot;shed&quot;&gt;"');
    expect(qml.match(/<paletteEntry/g)).toHaveLength(4);
  });
});
