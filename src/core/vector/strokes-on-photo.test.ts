/** Lines made shorter and strokes under the eraser: judged by GEOS (shapely). */
import { describe, expect, test } from "vitest";
import { noise } from "../../testing/array-raster";
import { runPython, withoutPython } from "../../testing/run-python";
import { simplifyLine } from "./simplify-line";
import { type PixelPoint, type PixelShape, photoGrid, shapeInPixels, shapeOnMap } from "./stroke-on-photo";
import { touchesStroke } from "./touches-stroke";

const random = (...at: readonly number[]) => noise(11, ...at) / 2 ** 32;
const place = (...at: readonly number[]): PixelPoint => [60 * random(...at, 0), 40 * random(...at, 1)];

const WAYS = Array.from({ length: 12 }, (_, way) => {
  let [x, y] = place(way);
  return Array.from({ length: 1 + 17 * way }, (_, at): PixelPoint => {
    [x, y] = [x + random(way, at, 2) - 0.3, y + random(way, at, 3) - 0.5];
    return [x, y];
  });
});

const star = ([x, y]: PixelPoint, radius: number, turn: number): PixelPoint[] => {
  const corners = Array.from({ length: 9 }, (_, corner): PixelPoint => {
    const reach = radius * (0.5 + random(corner, turn));
    return [x + reach * Math.cos((corner * 2 * Math.PI) / 9), y + reach * Math.sin((corner * 2 * Math.PI) / 9)];
  });
  return [...corners, corners[0]!];
};

const SHAPES: readonly PixelShape[] = Array.from({ length: 24 }, (_, at): PixelShape => {
  if (at % 2 === 0) {
    const points = Array.from({ length: 1 + (at % 4) }, (_, index) => place(at, index));
    return { kind: "line", points, widthPx: 1 + 6 * random(at) };
  }
  const centre = place(at);
  return { kind: "area", rings: at % 4 === 1 ? [star(centre, 9, at)] : [star(centre, 12, at), star(centre, 3, -at)] };
});

const ERASED = Array.from({ length: 40 }, (_, at) => ({
  from: place(at, 5),
  to: at % 5 === 0 ? place(at, 5) : place(at, 6),
  reachPx: 4 * random(at, 7),
}));

const JUDGE = `
import json, sys, shapely
given = json.load(sys.stdin)
def line(points): return shapely.Point(points[0]) if len(set(map(tuple, points))) == 1 else shapely.LineString(points)
def shape(s):
    if s["kind"] == "line": return line(s["points"]), s["widthPx"] / 2
    return shapely.Polygon(s["rings"][0], s["rings"][1:]), 0
ways = [w if len(w) < 2 else list(shapely.simplify(shapely.LineString(w), 0.5, preserve_topology=False).coords) for w in given["ways"]]
touches = []
for s in given["shapes"]:
    geometry, reach = shape(s)
    touches.append([bool(shapely.distance(geometry, line([e["from"], e["to"]])) <= reach + e["reachPx"]) for e in given["erased"]])
print(json.dumps(dict(ways=ways, touches=touches)))
`;

describe.skipIf(withoutPython)("strokes in pixels", () => {
  const judged = runPython(JUDGE, { ways: WAYS, shapes: SHAPES, erased: ERASED }) as {
    ways: number[][][];
    touches: boolean[][];
  };

  test("keep the points of a way that GEOS keeps", () => {
    for (const [at, way] of WAYS.entries()) expect(simplifyLine(way, 0.5), `way ${at}`).toEqual(judged.ways[at]);
    expect(judged.ways.flat().length).toBeLessThan(WAYS.flat().length / 2);
  });

  test("are touched where GEOS finds no more than the reach between", () => {
    for (const [at, shape] of SHAPES.entries()) {
      const found = ERASED.map(({ from, to, reachPx }) => touchesStroke(shape, from, to, reachPx));
      expect(found, `shape ${at}`).toEqual(judged.touches[at]);
    }
    const touched = judged.touches.flat().filter(Boolean).length;
    expect(touched).toBeGreaterThan(100);
    expect(touched).toBeLessThan(judged.touches.flat().length - 100);
  });
});

test("what is drawn on a turned photo comes back where it was drawn", () => {
  const facts = { geotransform: [500_000, 0.4, 0.3, 5_600_000, 0.3, -0.4], crs: null, widthPx: 60, heightPx: 40 };
  const grid = photoGrid(facts as never);
  for (const shape of SHAPES) {
    const back = shapeInPixels(shapeOnMap(shape, grid), grid);
    expect(JSON.stringify(back, rounded)).toBe(JSON.stringify(shape, rounded));
  }
});

/** Map coordinates of millions leave seven digits behind the point. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === "number" ? Math.round(value * 1e6) / 1e6 : value;
}
