/** Strokes as files, and the pixels under them: judged by GEOS (shapely). */
import { describe, expect, test } from "vitest";
import type { Stroke } from "../core/vector/stroke";
import { noise } from "../testing/array-raster";
import { runPython, withoutPython } from "../testing/run-python";
import { strokePixels } from "./stroke-pixels";
import { formatStrokes, parseStrokes, strokesOn } from "./strokes";

const GRID = {
  widthPx: 60,
  heightPx: 40,
  pixelSizeMetres: 0.5,
  /** Map to pixels: 0.5 m each, north up, from (1000, 2000). */
  toPixel: ([x, y]: readonly [number, number]) => [(x - 1000) * 2, (2000 - y) * 2] as const,
};

const random = (...at: readonly number[]) => noise(7, ...at) / 2 ** 32;
const point = (...at: readonly number[]) =>
  [1000 + 34 * random(...at, 0) - 2, 2000 - 24 * random(...at, 1) + 2] as const;

const STROKES: readonly Stroke[] = [
  ...Array.from({ length: 12 }, (_, at): Stroke => {
    const points = Array.from({ length: 1 + (at % 4) }, (_, index) => point(at, index));
    return { className: "tree", shape: { kind: "line", points, widthMetres: 0.4 + 3 * random(at) } };
  }),
  ...Array.from({ length: 6 }, (_, at): Stroke => {
    const [x, y] = [1006 + 12 * random(at, 5), 1994 - 8 * random(at, 6)];
    const star = (radius: number, turn: number) => {
      const ring = Array.from({ length: 9 }, (_, corner) => {
        const reach = radius * (0.5 + random(at, corner, turn));
        return [
          x + reach * Math.cos((corner * Math.PI * 2) / 9),
          y + reach * Math.sin((corner * Math.PI * 2) / 9),
        ] as const;
      });
      return [...ring, ring[0]!];
    };
    return {
      className: "roof",
      shape: { kind: "area", rings: at % 2 === 0 ? [star(5, 1)] : [star(5, 1), star(1.4, 2)] },
    };
  }),
];

const JUDGE = `
import json, sys
import numpy as np, shapely
given = json.load(sys.stdin)
cols, rows = np.meshgrid(np.arange(60), np.arange(40))
centres = shapely.points(1000 + (cols.ravel() + 0.5) / 2, 2000 - (rows.ravel() + 0.5) / 2)
out = []
for feature in given["features"]:
    shape = shapely.geometry.shape(feature["geometry"])
    if shape.geom_type == "Polygon":
        inside = shapely.contains(shape, centres)
    else:
        if len(set(shape.coords)) == 1: shape = shapely.Point(shape.coords[0])
        inside = shapely.distance(shape, centres) <= feature["properties"]["width"] / 2
    out.append(np.flatnonzero(inside).tolist())
print(json.dumps(out))
`;

describe("pixels under strokes", () => {
  test.skipIf(withoutPython)("are those whose centres GEOS finds within half the width, or inside", () => {
    const collection = JSON.parse(formatStrokes({ strokes: STROKES, epsg: null }));
    for (const { geometry } of collection.features) {
      if (geometry.type === "LineString" && geometry.coordinates.length === 1)
        geometry.coordinates.push(geometry.coordinates[0]);
    }
    const wanted = runPython(JUDGE, collection) as readonly number[][];
    for (const [at, stroke] of STROKES.entries())
      expect(strokePixels(stroke, GRID), `stroke ${at}`).toEqual(wanted[at]);
    expect(wanted.flat().length).toBeGreaterThan(1000);
  });

  test("a stroke beside the grid covers none", () => {
    const points = [[900, 1900] as const];
    expect(strokePixels({ shape: { kind: "line", points, widthMetres: 3 } }, GRID)).toEqual([]);
  });
});

describe("strokes as a file", () => {
  test("come back as they were written", () => {
    const strokes: readonly Stroke[] = [{ ...STROKES[3]!, colour: [1, 2, 3], scene: "a.tif" }, STROKES[13]!];
    expect(parseStrokes(JSON.parse(formatStrokes({ strokes, epsg: 2154 })), "s.geojson")).toEqual({
      strokes,
      epsg: 2154,
    });
  });

  test("those on a photo are those without a photo and its own", () => {
    const strokes = [undefined, "a.tif", "b.tif"].map((scene) => ({ ...STROKES[0]!, scene }));
    expect(strokesOn({ strokes, epsg: null }, { fileName: "a.tif", crs: null }, "s.geojson")).toEqual(
      strokes.slice(0, 2),
    );
  });

  test.each([
    ["urn:ogc:def:crs:OGC:1.3:CRS84", 4326],
    ["EPSG:25832", 25832],
  ])("its coordinate system may be called %s", (name, epsg) => {
    const json = JSON.parse(formatStrokes({ strokes: STROKES, epsg: null }));
    expect(parseStrokes({ ...json, crs: { properties: { name } } }, "s.geojson").epsg).toBe(epsg);
  });

  test("a coordinate system without a code is not taken for the photo's", () => {
    const json = JSON.parse(formatStrokes({ strokes: STROKES, epsg: null }));
    const named = { ...json, crs: { properties: { name: "ESRI:102100" } } };
    expect(() => parseStrokes(named, "s.geojson")).toThrow(/crs\.properties\.name must be an EPSG code/);
  });

  test.each([
    [{ type: "Feature" }, /type must be "FeatureCollection", is "Feature"/],
    [{ type: "FeatureCollection", features: [] }, /features must be a list of strokes, is empty/],
    [
      {
        type: "FeatureCollection",
        features: [
          { type: "Feature", properties: { class: "a" }, geometry: { type: "LineString", coordinates: [[0, 0]] } },
        ],
      },
      /features\[0\]\.properties\.width must be a number greater than 0, is missing/,
    ],
    [
      {
        type: "FeatureCollection",
        features: [
          { type: "Feature", properties: { class: "a", width: 1 }, geometry: { type: "Point", coordinates: [0, 0] } },
        ],
      },
      /features\[0\]\.geometry\.type must be one of "LineString", "Polygon"/,
    ],
    [
      {
        type: "FeatureCollection",
        features: [
          {
            type: "Feature",
            properties: {},
            geometry: {
              type: "Polygon",
              coordinates: [
                [
                  [0, 0],
                  [1, 0],
                  [0, 0],
                ],
              ],
            },
          },
        ],
      },
      /features\[0\]\.properties\.class must be a text, is missing; features\[0\]\.geometry\.coordinates\[0\] must be a ring/,
    ],
  ])("%j is refused", (json, message) => {
    expect(() => parseStrokes(json, "s.geojson")).toThrow(message);
  });
});
