/** Files of polygons as GDAL writes them, read as GDAL reads them. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NadirError } from "../../core/errors";
import type { VectorLayer } from "../../core/vector/vector-layer";
import { temporaryFolder } from "../../testing/export-fixtures";
import { runGdal, withoutGdal } from "../../testing/run-gdal";
import { toLngLat } from "../reproject";
import { type NamedFile, readVector } from "./read-vector";

const square = (x: number, y: number, side: number) => [
  [x, y],
  [x + side, y],
  [x + side, y + side],
  [x, y + side],
  [x, y],
];
const hole = (x: number, y: number, side: number) => square(x, y, side).reverse();

/** Parts with holes, a part in another's hole, texts beyond ASCII, whole and decimal numbers, nulls. */
const FEATURES = [
  {
    properties: { name: "Straße 1 & <2>", height: 12.5, floors: 3, since: "2020-02-29" },
    geometry: { type: "Polygon", coordinates: [square(500_000, 5_600_000, 40), hole(500_010, 5_600_010, 5)] },
  },
  {
    properties: { name: "Île", height: -1.25, floors: 1200, since: null },
    geometry: {
      type: "MultiPolygon",
      coordinates: [
        [square(500_100, 5_600_000, 60), hole(500_110, 5_600_010, 40)],
        [square(500_120, 5_600_020, 10)],
        [square(500_300, 5_600_000, 20), hole(500_305, 5_600_005, 3), hole(500_312, 5_600_012, 3)],
      ],
    },
  },
  {
    properties: { name: null, height: null, floors: null, since: "1999-12-31" },
    geometry: { type: "Polygon", coordinates: [square(500_000, 5_600_100, 7)] },
  },
];

/** What each was made with. */
const FILES: Readonly<Record<string, readonly string[]>> = {
  "plain.gpkg": ["-f", "GPKG"],
  "degrees.gpkg": ["-f", "GPKG", "-t_srs", "EPSG:4326"],
  "heights.gpkg": ["-f", "GPKG", "-dim", "XYZM"],
  "own-system.gpkg": ["-f", "GPKG", "-t_srs", "+proj=laea +lat_0=50 +lon_0=9 +ellps=GRS80 +units=m"],
  "utf8.shp": ["-f", "ESRI Shapefile", "-lco", "ENCODING=UTF-8"],
  "latin.shp": ["-f", "ESRI Shapefile", "-lco", "ENCODING=ISO-8859-1"],
  "heights.shp": ["-f", "ESRI Shapefile", "-dim", "XYZ", "-t_srs", "EPSG:3035"],
  "packed.shz": ["-f", "ESRI Shapefile"],
  "place.kml": ["-f", "LIBKML", "-t_srs", "EPSG:4326"],
  "plain.kml": ["-f", "KML", "-t_srs", "EPSG:4326"],
  "lines.geojson": ["-f", "GeoJSON", "-t_srs", "EPSG:3035", "-lco", "RFC7946=NO"],
};

interface Judged {
  readonly features: readonly {
    readonly properties: Readonly<Record<string, unknown>>;
    readonly geometry: { readonly type: string; readonly coordinates: unknown };
  }[];
}

describe.skipIf(withoutGdal)("files of polygons", { timeout: 120_000 }, () => {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);
  const open = (name: string): NamedFile => Object.assign(new Blob([readFileSync(at(name))]), { name: basename(name) });
  const read = (name: string) => readVector(open(name), readdirSync(folder).map(open));
  beforeAll(() => {
    const features = FEATURES.map((feature) => ({ type: "Feature", ...feature }));
    const crs = { type: "name", properties: { name: "urn:ogc:def:crs:EPSG::25832" } };
    writeFileSync(at("source.geojson"), JSON.stringify({ type: "FeatureCollection", name: "source", crs, features }));
    for (const [name, options] of Object.entries(FILES)) runGdal("ogr2ogr", ...options, at(name), at("source.geojson"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("an archive of KML is read at its first file with polygons, which is said", async () => {
    runGdal("ogr2ogr", "-f", "LIBKML", "-t_srs", "EPSG:4326", at("place.kmz"), at("source.geojson"));
    const { polygons, notes } = await read("place.kmz");
    expect(polygons).toEqual((await read("place.kml")).polygons);
    expect(notes).toEqual(["place.kmz: layers/source.kml is read, of 2 such files."]);
  });

  test.each(["plain.gpkg", "utf8.shp", "utf8.dbf", "place.kml", "lines.geojson", "packed.shz"])(
    "%s cut off or with bytes changed is read or refused in a sentence",
    async (name) => {
      const bytes = readFileSync(at(name));
      const beside = name === "utf8.shp" ? ["utf8.dbf", "utf8.prj"].map(open) : [];
      let refused = 0;
      for (let seed = 1; seed <= 120; seed++) {
        const changed = new Uint8Array(seed % 3 === 0 ? bytes.subarray(0, (bytes.length * seed) / 121) : bytes);
        // Numbers of a linear congruential generator (Numerical Recipes, 7.1).
        for (let at = 0, state = seed; at < 4 && seed % 3 !== 0; at++) {
          state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
          changed[state % changed.length] = state >>> 24;
        }
        const file = Object.assign(new Blob([changed]), { name });
        const main = name === "utf8.dbf" ? open("utf8.shp") : file;
        const others = name === "utf8.dbf" ? [file, open("utf8.prj")] : beside;
        const error = await readVector(main, others).then(
          () => null,
          (cause: unknown) => cause,
        );
        if (error === null) continue;
        refused++;
        expect(error).toBeInstanceOf(NadirError);
      }
      expect(refused).toBeGreaterThan(0);
    },
  );

  test.each(Object.keys(FILES))("%s has the polygons and attributes that GDAL finds in it", async (name) => {
    const layer = await read(name);
    runGdal(
      "ogr2ogr",
      "-f",
      "GeoJSON",
      "-t_srs",
      "EPSG:4326",
      "-dim",
      "XY",
      "-lco",
      "COORDINATE_PRECISION=12",
      at("judge.geojson"),
      at(name),
    );
    const { features } = JSON.parse(readFileSync(at("judge.geojson"), "utf8")) as Judged;
    expect(layer.notes).toEqual([]);
    expect(layer.polygons).toHaveLength(features.length);
    for (const [index, { properties, parts }] of layer.polygons.entries()) {
      const { geometry, properties: judged } = features[index]!;
      const polygons = (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates) as number[][][][];
      const found = inDegrees(layer, parts);
      expect(found).toHaveLength(polygons.length);
      for (const rings of polygons) {
        const same = found.find(([outline]) => isSameRing(outline!, rings[0]!))!;
        expect(same).toHaveLength(rings.length);
        for (const ring of rings.slice(1)) expect(same.filter((other) => isSameRing(other, ring))).toHaveLength(1);
      }
      for (const key of ["height", "floors"]) {
        if (judged[key] !== undefined)
          expect([key, Number(properties[key] ?? 0)]).toEqual([key, Number(judged[key] ?? 0)]);
      }
      expect(properties.name ?? properties.Name ?? "").toBe(judged.name ?? judged.Name ?? "");
    }
  });
});

function inDegrees({ crs }: VectorLayer, parts: VectorLayer["polygons"][number]["parts"]): number[][][][] {
  const transform = toLngLat(crs)!;
  return parts.map((rings) =>
    rings.map((ring) => ring.flatMap((x, at) => (at % 2 === 0 ? [[...transform([x, ring[at + 1]!])!]] : []))),
  );
}

/** Rings may begin anywhere and go either way. @param judged Closed. */
function isSameRing(ring: readonly (readonly number[])[], judged: readonly (readonly number[])[]): boolean {
  // A millimetre.
  const isNear = ([x, y]: readonly number[], [judgedX, judgedY]: readonly number[]) =>
    Math.hypot(x! - judgedX!, y! - judgedY!) < 1e-8;
  return ring.length === judged.length - 1 && ring.every((point) => judged.some((other) => isNear(point, other)));
}
