/** Every polygon is valid for GEOS (through shapely), and together they cover the map once. */
import { describe, expect, test } from "vitest";
import { runPython, withoutPython } from "../../testing/run-python";
import { createPolygonTracer, type TracedPolygon } from "./trace-polygons";

const JUDGE = `
import json, sys
import shapely
from shapely.geometry import Polygon

def judged(rings):
    outline, *holes = [[ring[at:at + 2] for at in range(0, len(ring), 2)] for ring in rings]
    return Polygon(outline, holes)

answers = []
for polygons in json.load(sys.stdin):
    shapes = [judged(rings) for rings in polygons]
    invalid = [shapely.is_valid_reason(shape) for shape in shapes if not shape.is_valid]
    answers.append({
        "invalid": invalid,
        "areas": [shape.area for shape in shapes],
        "union": 0 if invalid else shapely.coverage_union_all(shapes).area,
        "coverage": bool(shapely.coverage_is_valid(shapes)),
    })
print(json.dumps(answers))
`;

interface Answer {
  readonly invalid: readonly string[];
  readonly areas: readonly number[];
  readonly union: number;
  readonly coverage: boolean;
}

/** Random maps of two to six classes, some of them nodata; the fewer classes, the more corners are touched twice. */
function randomMaps(): Uint8Array[][] {
  let seed = 11;
  const random = () => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed / 2147483648;
  };
  return Array.from({ length: 24 }, (_, index) => {
    const classes = 1 + (index % 5);
    const share = 0.35 + 0.3 * random();
    const [width, height] = [5 + Math.floor(random() * 60), 5 + Math.floor(random() * 60)];
    const pixel = () => (random() < share ? 255 : Math.floor(random() * classes));
    return Array.from({ length: height }, () => Uint8Array.from({ length: width }, pixel));
  });
}

function trace(rows: readonly Uint8Array[]): TracedPolygon[] {
  const polygons: TracedPolygon[] = [];
  const onPolygon = (polygon: TracedPolygon) => void polygons.push(polygon);
  const tracer = createPolygonTracer({ widthPx: rows[0]!.length, ignoredId: 255, onPolygon });
  for (const row of rows) tracer.pushRow(row);
  tracer.finish();
  return polygons;
}

describe.skipIf(withoutPython)("polygons judged by GEOS", () => {
  test("random maps: valid, as large as their pixels, edges shared, nothing twice and nothing left out", () => {
    const maps = randomMaps();
    const traced = maps.map(trace);
    const answers = runPython(
      JUDGE,
      traced.map((polygons) => polygons.map(({ rings }) => rings)),
    ) as Answer[];
    expect(traced.some((polygons) => polygons.some(({ rings }) => rings.length > 3))).toBe(true);
    for (const [index, { invalid, areas, union, coverage }] of answers.entries()) {
      expect(invalid).toEqual([]);
      expect(areas).toEqual(traced[index]!.map(({ pixelCount }) => pixelCount));
      expect(coverage).toBe(true);
      expect(union).toBe(maps[index]!.reduce((sum, row) => sum + row.filter((id) => id !== 255).length, 0));
    }
  });
});
