/** Polygons of a run as GeoPackage, judged by GDAL, SQLite as Python has it, and pyproj. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RasterFacts } from "../../core/raster/raster";
import { arrayRaster } from "../../testing/array-raster";
import { computedMask, EXPORT_CLASSES, exportGrid, temporaryFolder } from "../../testing/export-fixtures";
import { runGdal, withoutGdal } from "../../testing/run-gdal";
import { runPython, withoutPython } from "../../testing/run-python";
import { exportRun } from "../export-run";

const SIZE = { widthPx: 255, heightPx: 300 };
const CLASSES = EXPORT_CLASSES.map((each) => ({ ...each, scored: true }));
const LABELS = { MODEL: "tiny 1.0", SETTINGS: "window 8 px", BACKEND: "none" };

async function exported(format: "geopackage" | "geojson", over: Partial<RasterFacts> = {}): Promise<Uint8Array> {
  const { facts } = arrayRaster({ ...SIZE, roles: ["red"], value: () => 0 });
  const grid = { ...facts, ...exportGrid(SIZE.widthPx, SIZE.heightPx), fileName: "photo.tif", ...over };
  const run = {
    grid,
    mask: computedMask(SIZE.widthPx, SIZE.heightPx),
    confidence: computedMask(SIZE.widthPx, SIZE.heightPx, () => 51),
    classes: CLASSES,
    labels: LABELS,
  };
  const [file] = await exportRun(format, run, "map", new AbortController().signal);
  return new Uint8Array(await file!.blob.arrayBuffer());
}

describe.skipIf(withoutGdal || withoutPython)("GeoPackage of a run", () => {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);
  beforeAll(async () => writeFileSync(at("map.gpkg"), await exported("geopackage")));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("GDAL finds its system, its columns and the map in it", async () => {
    const said = runGdal("ogrinfo", "-al", "-so", at("map.gpkg"), "polygons");
    expect(said).toContain('ID["EPSG",25832]');
    expect(said).toContain("Geometry: Polygon");
    expect(said).toContain("Extent: (500000.000000, 5599925.000000) - (500063.750000, 5600000.000000)");
    expect(said.match(/^(\w+): (String|Real|Integer64)/gm)).toEqual([
      "class_id: Integer64",
      "class: String",
      "pixels: Integer64",
      "area_m2: Real",
      "perimeter_m: Real",
      "mean_confidence: Real",
      "source: String",
      "model: String",
      "settings: String",
    ]);
    const extent = ["-te", "500000", "5599925", "500063.75", "5600000", "-tr", "0.25", "0.25"];
    const burnt = ["-a", "class_id", "-init", "255", "-ot", "Byte", "-of", "ENVI", "-l", "polygons", ...extent];
    runGdal("gdal_rasterize", "-q", ...burnt, at("map.gpkg"), at("burnt.raw"));
    writeFileSync(at("mask.raw"), await computedMask(255, 300).read({ col: 0, row: 0, ...SIZE }));
    const same =
      "import json, sys; f = json.load(sys.stdin); print(json.dumps(open(f + '/burnt.raw', 'rb').read() == open(f + '/mask.raw', 'rb').read()))";
    expect(runPython(same, folder)).toBe(true);
  });

  test("another SQLite finds it whole, with what made it and a style for each class; equal contents are equal bytes", async () => {
    const found = runPython(
      `
import json, sqlite3, sys, xml.etree.ElementTree as xml
database = sqlite3.connect(json.load(sys.stdin))
one = lambda sql: database.execute(sql).fetchone()
qml = xml.fromstring(one("SELECT styleQML FROM layer_styles WHERE useAsDefault = 1 AND f_table_name = 'polygons'")[0])
symbols = {s.get("name"): s.find("layer/prop[@k='color']").get("v") for s in qml.iter("symbol")}
categories = {c.get("value"): symbols[c.get("symbol")] for c in qml.iter("category")}
print(json.dumps(dict(whole=one("PRAGMA integrity_check")[0], broken=database.execute("PRAGMA foreign_key_check").fetchall(),
    id=one("PRAGMA application_id")[0].to_bytes(4, "big").decode(), version=one("PRAGMA user_version")[0],
    made=list(one("SELECT DISTINCT source, model, settings FROM polygons")), column=qml.find("renderer-v2").get("attr"),
    named=one("SELECT count(DISTINCT class) FROM polygons")[0], categories=categories)))`,
      at("map.gpkg"),
    );
    expect(found).toEqual({
      whole: "ok",
      broken: [],
      id: "GPKG",
      version: 10300,
      made: ["photo.tif", "tiny 1.0", "window 8 px"],
      column: "class",
      named: 4,
      categories: Object.fromEntries(CLASSES.map(({ name, colour }) => [name, `${colour.join(",")},255`])),
    });
    expect(await exported("geopackage")).toEqual(await exported("geopackage"));
  });

  test("areas and perimeters are those of the ellipsoid; GeoJSON has the same columns", async () => {
    writeFileSync(at("map.geojson"), await exported("geojson"));
    runGdal(
      "ogr2ogr",
      "-f",
      "GeoJSON",
      "-t_srs",
      "EPSG:4326",
      "-lco",
      "COORDINATE_PRECISION=11",
      at("degrees.geojson"),
      at("map.gpkg"),
      "polygons",
    );
    const { worst, same } = runPython(
      `
import json, sys
from pyproj import Geod
from shapely.geometry import shape
folder = json.load(sys.stdin)
ours = json.load(open(folder + "/map.geojson"))["features"]
judged = json.load(open(folder + "/degrees.geojson"))["features"]
geod = Geod(ellps="GRS80")
worst = [0, 0]
for feature in judged:
    area, perimeter = geod.geometry_area_perimeter(shape(feature["geometry"]))
    p = feature["properties"]
    worst[0] = max(worst[0], abs(p["area_m2"] / abs(area) - 1))
    outline = feature["geometry"]["coordinates"]
    perimeter = sum(geod.line_length(*zip(*ring)) for ring in outline)
    worst[1] = max(worst[1], abs(p["perimeter_m"] / perimeter - 1))
same = [f["properties"] for f in ours] == [f["properties"] for f in judged]
print(json.dumps(dict(worst=worst, same=same)))`,
      folder,
    ) as { worst: readonly number[]; same: boolean };
    expect(same).toBe(true);
    // A square metre of the judge is the difference of areas as large as continents.
    expect(worst[0]).toBeLessThan(1e-4);
    expect(worst[1]).toBeLessThan(1e-5);
  });

  test("without a position the corners are pixels, y up, in no system", async () => {
    writeFileSync(at("pixels.gpkg"), await exported("geopackage", { geotransform: null, crs: null }));
    const said = runGdal("ogrinfo", "-al", "-so", at("pixels.gpkg"), "polygons");
    expect(said).toContain("Extent: (0.000000, -300.000000) - (255.000000, 0.000000)");
    expect(said).toContain("Undefined");
    expect(said).not.toContain("area_m2");
  });
});
