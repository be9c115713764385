/** Five hundred polygons with holes over a map, judged by exactextract, pyproj and GEOS. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nadir } from "../testing/command-line";
import { runGdal, withoutGdal } from "../testing/run-gdal";
import { runPython, withoutPython } from "../testing/run-python";
import { EXIT } from "./exit-codes";

/**
 * A map in ISPRS colours and polygons over it in three systems, each with straight edges in its own; per polygon what
 * exactextract finds of each class once the edges are bent, and the polygon's area on the ellipsoid.
 */
const MAKE = `
import json, sys
import numpy as np, rasterio, shapely
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource
from pyproj import Geod, Transformer
from rasterio.transform import from_origin
from scipy import ndimage
from shapely.geometry import Polygon, mapping

folder = json.load(sys.stdin)
random = np.random.default_rng(11)
ids = np.kron(random.integers(0, 3, (40, 60)), np.ones((10, 10), int))
colours = np.array([[255, 255, 255], [0, 0, 255], [0, 255, 255]], np.uint8)
left, top, pixel = 430000, 5300000, 0.5
with rasterio.open(folder + "/map.tif", "w", driver="GTiff", width=600, height=400, count=3, dtype="uint8",
                   crs="EPSG:32632", transform=from_origin(left, top, pixel, pixel)) as file:
    file.write(colours[ids].transpose(2, 0, 1))
heights = random.uniform(0, 20, ids.shape).astype(np.float32)
heights[random.random(ids.shape) < 0.05] = -9999
with rasterio.open(folder + "/ndsm.tif", "w", driver="GTiff", width=600, height=400, count=1, dtype="float32", nodata=-9999,
                   crs="EPSG:32632", transform=from_origin(left, top, pixel, pixel)) as file:
    file.write(heights, 1)
centres = []
for value in range(3):
    labels, count = ndimage.label(ids == value)
    rows, cols = np.array(ndimage.center_of_mass(labels > 0, labels, range(1, count + 1))).T
    centres.append(shapely.points(left + pixel * (cols + 0.5), top - pixel * (rows + 0.5)))

def star(x, y, least, most, corners):
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    radii = random.uniform(least, most, corners)
    return np.column_stack([x + radii * np.cos(angles), y + radii * np.sin(angles)])

def densified(shape, step):
    return shapely.segmentize(shape, step)

geod = Geod(ellps="WGS84")
answers = {}
for epsg in (32632, 4326, 3035):
    there = Transformer.from_crs(32632, epsg, always_xy=True)
    to_degrees = Transformer.from_crs(epsg, 4326, always_xy=True)
    back = Transformer.from_crs(epsg, 32632, always_xy=True)
    features, shapes, grounds, objects = [], [], [], []
    while len(features) < 500:
        x, y = left + random.uniform(30, 270), top - random.uniform(30, 170)
        outline = star(x, y, 8, 28, int(random.integers(3, 14)))
        hole = star(x, y, 1, 3, int(random.integers(3, 9)))
        rings = [np.column_stack(there.transform(*ring.T)) for ring in (outline, hole)]
        own = Polygon(rings[0], [rings[1]])
        if not own.is_valid:
            continue
        step = 5e-5 if epsg == 4326 else 4
        fine = densified(own, step)
        on_map = shapely.transform(fine, lambda points: np.column_stack(back.transform(*points.T)))
        in_degrees = shapely.transform(fine, lambda points: np.column_stack(to_degrees.transform(*points.T)))
        grounds.append(abs(geod.geometry_area_perimeter(shapely.geometry.polygon.orient(in_degrees))[0]))
        objects.append([int(shapely.contains(on_map, each).sum()) for each in centres])
        features.append({"type": "Feature", "properties": {"parcel": f"P{len(features)}"}, "geometry": mapping(own)})
        shapes.append({"type": "Feature", "properties": {}, "geometry": mapping(on_map)})
    shares = []
    for value in range(3):
        source = NumPyRasterSource((ids == value).astype(float), left, top - 200, left + 300, top)
        found = exact_extract(source, shapes, ["mean"])
        shares.append([feature["properties"]["mean"] for feature in found])
    source = NumPyRasterSource(heights, left, top - 200, left + 300, top, nodata=-9999)
    means = [feature["properties"]["mean"] for feature in exact_extract(source, shapes, ["mean"])]
    crs = {} if epsg == 4326 else {"crs": {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{epsg}"}}}
    with open(f"{folder}/{epsg}.geojson", "w") as file:
        json.dump({"type": "FeatureCollection", **crs, "features": features}, file)
    answers[epsg] = {"shares": np.array(shares).T.tolist(), "grounds": grounds, "objects": objects, "means": means}
print(json.dumps(answers))
`;

const NAMES = ["impervious_surface", "building", "low_vegetation"];

interface Answer {
  readonly shares: readonly (readonly number[])[];
  readonly grounds: readonly number[];
  readonly objects: readonly (readonly number[])[];
  readonly means: readonly number[];
}

interface Joined {
  readonly features: readonly { readonly properties: Record<string, number | string>; readonly geometry: unknown }[];
}

describe.skipIf(withoutPython)("nadir parcels", { timeout: 240_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "nadir-parcels-"));
  const [map, out, csv] = ["map.tif", "joined.geojson", "parcels.csv"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  let answers: Record<string, Answer>;
  beforeAll(() => {
    answers = runPython(MAKE, folder) as typeof answers;
  }, 240_000);
  afterAll(() => rmSync(folder, { recursive: true }));
  const parcels = (layer: string, ...more: string[]) =>
    nadir(["parcels", "--map", map, "--parcels", layer, "--out", out, ...more]);

  test.each(["32632", "4326", "3035"])(
    "polygons in EPSG:%s: shares and heights of exactextract, areas of the ellipsoid, objects of SciPy",
    async (epsg) => {
      const layer = join(folder, `${epsg}.geojson`);
      const { status, stderr } = await parcels(layer, "--csv", csv, "--ndsm", join(folder, "ndsm.tif"));
      expect([status, stderr]).toEqual([EXIT.done, expect.not.stringContaining("outside")]);
      const { features } = JSON.parse(readFileSync(out, "utf8")) as Joined;
      const given = (JSON.parse(readFileSync(layer, "utf8")) as Joined).features;
      const { shares, grounds, objects, means } = answers[epsg]!;
      const worst = { share: 0, area: 0, height: 0 };
      for (const [index, { properties, geometry }] of features.entries()) {
        expect(geometry).toEqual(given[index]!.geometry);
        expect(properties.parcel).toBe(`P${index}`);
        for (const [id, name] of NAMES.entries()) {
          const share = Number(properties[`${name}_share`]);
          worst.share = Math.max(worst.share, Math.abs(share - shares[index]![id]!));
          expect(properties[`${name}_objects`]).toBe(objects[index]![id]);
          expect(Math.abs(Number(properties[`${name}_m2`]) - share * Number(properties.seen_m2))).toBeLessThan(0.01);
        }
        worst.height = Math.max(worst.height, Math.abs(Number(properties.mean_height_m) - means[index]!));
        worst.area = Math.max(worst.area, Math.abs(Number(properties.seen_m2) / grounds[index]! - 1));
      }
      expect(worst.share).toBeLessThan(0.001);
      expect(worst.area).toBeLessThan(0.001);
      expect(worst.height).toBeLessThan(0.005);
      const table = runPython(
        `
import csv, json, sys
with open(json.load(sys.stdin), newline="") as file:
    print(json.dumps(list(csv.DictReader(file))))
`,
        csv,
      ) as Record<string, string>[];
      expect(table).toHaveLength(500);
      expect(table[7]).toEqual(
        Object.fromEntries(Object.entries(features[7]!.properties).map(([key, value]) => [key, String(value)])),
      );
    },
  );

  test.skipIf(withoutGdal)(
    "layers of any format give the same columns; GDAL reads them back from a GeoPackage",
    async () => {
      const source = join(folder, "3035.geojson");
      await parcels(source);
      const expected = (JSON.parse(readFileSync(out, "utf8")) as Joined).features;
      const [zipped, joined, judged] = ["layer.shz", "joined.gpkg", "judged.geojson"].map((name) =>
        join(folder, name),
      ) as [string, string, string];
      runGdal("ogr2ogr", "-f", "ESRI Shapefile", zipped, source);
      const { status, stderr } = await parcels(zipped, "--out", joined);
      expect([status, stderr]).toEqual([EXIT.done, expect.not.stringContaining("outside")]);
      const said = runGdal("ogrinfo", "-al", "-so", joined);
      // A Shapefile names its system, but by no code.
      expect(said).toContain('PROJCRS["ETRS89-extended / LAEA Europe"');
      expect(said).toContain("Geometry: Multi Polygon");
      expect(said).toContain("Feature Count: 500");
      expect(said).toMatch(/building_share: Real/);
      expect(runGdal("ogrinfo", joined, "-sql", "PRAGMA integrity_check")).toContain("= ok");
      expect(runGdal("ogrinfo", joined, "-sql", "PRAGMA foreign_key_check")).not.toContain("Layer name");
      await parcels(join(folder, "32632.geojson"), "--out", join(folder, "named.gpkg"));
      expect(runGdal("ogrinfo", "-al", "-so", join(folder, "named.gpkg"))).toContain('ID["EPSG",32632]');
      runGdal("ogr2ogr", "-f", "GeoJSON", "-nlt", "POLYGON", judged, joined);
      const { features } = JSON.parse(readFileSync(judged, "utf8")) as Joined;
      expect(features).toHaveLength(expected.length);
      for (const [index, { properties }] of features.entries()) {
        for (const [name, value] of Object.entries(expected[index]!.properties)) {
          if (typeof value === "number") expect(Math.abs(Number(properties[name]) - value)).toBeLessThan(0.002);
          else expect(properties[name]).toBe(value);
        }
      }
    },
  );

  test("outside the map nothing is seen, which is said; what is no layer of polygons is refused", async () => {
    const layer = join(folder, "far.geojson");
    const polygon = {
      type: "Polygon",
      coordinates: [
        [
          [8, 47],
          [8.01, 47],
          [8.01, 47.01],
          [8, 47],
        ],
      ],
    };
    const feature = { type: "Feature", properties: null, geometry: polygon };
    writeFileSync(layer, JSON.stringify({ type: "FeatureCollection", features: [feature] }));
    const { stderr } = await parcels(layer);
    expect(stderr).toContain("1 of 1 polygons lie outside the map");
    const [far] = (JSON.parse(readFileSync(out, "utf8")) as Joined).features;
    expect(far!.properties).toMatchObject({ seen_m2: 0, building_share: null, largest_class: null });
    for (const [content, said] of [
      ["[]", "no list of features"],
      [
        '{"features":[{"geometry":{"type":"Point","coordinates":[1,2]}}]}',
        "None of its 1 features is a polygon; they are: Point",
      ],
      ['{"features":[{"geometry":{"type":"Polygon","coordinates":[[[1,2],[3,"x"],[4,5]]]}}]}', "Feature 1 has a ring"],
      ['{"features":[{"geometry":{"type":"Polygon","coordinates":[[[1,2],[3,4]]]}}]}', "Feature 1 has a ring"],
      ["SQLite format 3\0and nothing more", "SQLite cannot read it"],
      ["<kml><Document></kml>", "</kml> where it is not open"],
      ["<kml></kml>", "It has no polygons"],
      ["\0\0\x27\x0a", "No .prj file beside it"],
      ['{"crs":{"properties":{"name":"EPSG:99999"}},"features":[]}', "EPSG:99999, is not known here"],
      ['{"crs":{"properties":{"name":"local"}},"features":[]}', 'Its coordinate system is "local"'],
    ]) {
      writeFileSync(layer, content!);
      const refused = await parcels(layer);
      expect([refused.status, refused.stderr]).toEqual([EXIT.badInput, expect.stringContaining(said!)]);
    }
  });
});
