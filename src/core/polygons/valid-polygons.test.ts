/** Every polygon is valid for GEOS (through shapely), and together they cover the map once. */
import { describe, expect, test } from "vitest";
import { runPython, withoutPython } from "../../testing/run-python";
import { findBoundaryCorners } from "./boundary-corners";
import { simplifyOutline } from "./simplify-outline";
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
        "corners": int(sum(shapely.get_num_coordinates(shape) for shape in shapes)),
        "coverage": bool(shapely.coverage_is_valid(shapes)),
    })
print(json.dumps(answers))
`;

interface Answer {
  readonly invalid: readonly string[];
  readonly areas: readonly number[];
  readonly union: number;
  readonly corners: number;
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

/** Patches of many pixels with ragged borders, as networks make them: the nearest of some centres, and noise. */
function patchyMaps(): Uint8Array[][] {
  let seed = 5;
  const random = () => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed / 2147483648;
  };
  return Array.from({ length: 8 }, (_, index) => {
    const [width, height] = [120, 90];
    const centres = Array.from({ length: 14 }, () => [random() * width, random() * height, Math.floor(random() * 4)]);
    const ragged = (index % 4) * 2;
    return Array.from({ length: height }, (_row, row) =>
      Uint8Array.from({ length: width }, (_pixel, col) => {
        const [x, y] = [col + ragged * random(), row + ragged * random()];
        const distance = ([cx, cy]: readonly number[]) => Math.hypot(x - cx!, y - cy!);
        const nearest = centres.reduce((best, each) => (distance(each) < distance(best) ? each : best));
        return index > 4 && random() < 0.02 ? 255 : nearest[2]!;
      }),
    );
  });
}

function simplified(rows: readonly Uint8Array[], polygons: readonly TracedPolygon[], tolerancePx: number) {
  const corners = findBoundaryCorners(rows[0]!.length, rows.length);
  for (const row of rows) corners.pushRow(row);
  corners.finish();
  return polygons.map(({ rings, marks }) =>
    rings.map((ring, at) => simplifyOutline(ring, marks[at]!, tolerancePx, corners)),
  );
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
      expect(union).toBe(pixelsOf(maps[index]!));
    }
  });

  test.each([0.8, 1.5, 4])("with fewer corners, at most %d px off: still all of that", (tolerancePx) => {
    const maps = [...randomMaps(), ...patchyMaps()];
    const traced = maps.map(trace);
    const outlines = maps.map((rows, index) => simplified(rows, traced[index]!, tolerancePx));
    const answers = runPython(JUDGE, outlines) as Answer[];
    for (const [index, { invalid, areas, union, coverage, corners }] of answers.entries()) {
      expect(invalid, `map ${index}`).toEqual([]);
      expect(coverage, `map ${index}`).toBe(true);
      expect(union).toBeCloseTo(pixelsOf(maps[index]!), 6);
      const before = traced[index]!.flatMap(({ rings }) => rings).reduce((sum, ring) => sum + ring.length / 2 + 1, 0);
      expect(corners).toBeLessThanOrEqual(before);
      // Of the patchy maps every fourth has smooth borders.
      if (index < 24 || index % 4 !== 0) continue;
      expect(corners).toBeLessThan(tolerancePx > 1 ? 0.3 * before : 0.6 * before);
      for (const [id, pixels] of areasByClass(
        traced[index]!,
        traced[index]!.map(({ pixelCount }) => pixelCount),
      )) {
        const area = areasByClass(traced[index]!, areas).get(id)!;
        expect(Math.abs(area / pixels - 1)).toBeLessThan(0.02 * tolerancePx);
      }
    }
  });
});

function areasByClass(polygons: readonly TracedPolygon[], areas: readonly number[]): Map<number, number> {
  const sums = new Map<number, number>();
  for (const [at, { classId }] of polygons.entries()) sums.set(classId, (sums.get(classId) ?? 0) + areas[at]!);
  return sums;
}

function pixelsOf(rows: readonly Uint8Array[]): number {
  return rows.reduce((sum, row) => sum + row.filter((id) => id !== 255).length, 0);
}
