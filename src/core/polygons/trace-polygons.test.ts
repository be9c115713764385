import { describe, expect, test } from "vitest";
import { createPolygonTracer, signedArea, type TracedPolygon } from "./trace-polygons";

function trace(rows: readonly (readonly number[])[]): TracedPolygon[] {
  const polygons: TracedPolygon[] = [];
  const tracer = createPolygonTracer({
    widthPx: rows[0]!.length,
    ignoredId: 255,
    onPolygon: (polygon) => polygons.push(polygon),
  });
  for (const row of rows) tracer.pushRow(Uint8Array.from(row));
  tracer.finish();
  return polygons;
}

function ringArea(polygon: TracedPolygon): number {
  return polygon.rings.reduce((sum, ring) => sum + signedArea(ring), 0);
}

/** Even–odd rule at a pixel's centre, over all rings. */
function covers(polygon: TracedPolygon, x: number, y: number): boolean {
  let inside = false;
  for (const ring of polygon.rings) {
    for (let at = 0; at < ring.length; at += 2) {
      const [x0, y0] = [ring[at]!, ring[at + 1]!];
      const [x1, y1] = [ring[(at + 2) % ring.length]!, ring[(at + 3) % ring.length]!];
      if (y0 > y !== y1 > y && x < x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)) inside = !inside;
    }
  }
  return inside;
}

describe("polygons of a class map", () => {
  test("a single pixel is a square, clockwise on screen", () => {
    const [polygon] = trace([[3]]);
    expect(polygon).toMatchObject({ classId: 3, pixelCount: 1, meanConfidence: null });
    expect(ringArea(polygon!)).toBe(1);
    expect(polygon!.rings).toHaveLength(1);
    expect(polygon!.rings[0]).toHaveLength(8);
  });

  test("a ring keeps its hole, and what fills it is a polygon of its own", () => {
    const polygons = trace([
      [1, 1, 1, 1],
      [1, 2, 255, 1],
      [1, 1, 1, 1],
    ]);
    const ring = polygons.find(({ classId }) => classId === 1)!;
    expect(ring.rings).toHaveLength(2);
    expect(ring.pixelCount).toBe(10);
    expect(ringArea(ring)).toBe(10);
    expect(polygons.filter(({ classId }) => classId === 2)).toHaveLength(1);
    expect(polygons).toHaveLength(2);
  });

  test("pixels that meet at a corner only are two polygons", () => {
    const polygons = trace([
      [1, 255],
      [255, 1],
    ]);
    expect(polygons.map(({ pixelCount }) => pixelCount)).toEqual([1, 1]);
  });

  test("holes that touch at a corner are two rings", () => {
    const [polygon] = trace([
      [1, 1, 1, 1],
      [1, 255, 1, 1],
      [1, 1, 255, 1],
      [1, 1, 1, 1],
    ]);
    expect(polygon!.rings.map(signedArea)).toEqual([16, -1, -1]);
  });

  test("a hole that touches the outline at a corner is a ring of its own", () => {
    const [polygon] = trace([
      [255, 1, 1],
      [1, 255, 1],
      [1, 1, 1],
    ]);
    expect(polygon!.rings.map(signedArea)).toEqual([8, -1]);
  });

  test("arms that grow together far below are one polygon", () => {
    const polygons = trace([
      [1, 255, 1, 255, 1],
      [1, 255, 1, 255, 1],
      [1, 1, 1, 1, 1],
    ]);
    expect(polygons).toHaveLength(1);
    expect(ringArea(polygons[0]!)).toBe(11);
  });

  test("random maps: every pixel lies in exactly one polygon of its class, areas are pixel counts", () => {
    let seed = 7;
    const random = () => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed / 2147483648;
    };
    for (const [width, height, classes] of [
      [1, 1, 2],
      [17, 1, 2],
      [1, 23, 2],
      [40, 31, 2],
      [31, 40, 3],
      [25, 25, 6],
    ] as const) {
      const rows = Array.from({ length: height }, () =>
        Array.from({ length: width }, () => {
          const value = Math.floor(random() * (classes + 1));
          return value === classes ? 255 : value;
        }),
      );
      const polygons = trace(rows);
      for (const polygon of polygons) expect(ringArea(polygon)).toBe(polygon.pixelCount);
      const boxed = polygons.map((polygon) => ({ polygon, rows: polygon.rings[0]!.filter((_, at) => at % 2 === 1) }));
      for (let y = 0; y < height; y++) {
        const near = boxed.filter(({ rows: ys }) => Math.min(...ys) <= y && Math.max(...ys) > y);
        for (let x = 0; x < width; x++) {
          const owners = near.filter(({ polygon }) => covers(polygon, x + 0.5, y + 0.5));
          const id = rows[y]![x]!;
          expect(owners.map(({ polygon }) => polygon.classId)).toEqual(id === 255 ? [] : [id]);
        }
      }
    }
  });

  test("confidence is averaged over the polygon, areas add up row by row", () => {
    const polygons: TracedPolygon[] = [];
    const tracer = createPolygonTracer({ widthPx: 2, ignoredId: 255, onPolygon: (polygon) => polygons.push(polygon) });
    tracer.pushRow(Uint8Array.of(1, 1), Uint8Array.of(255, 0), 2);
    tracer.pushRow(Uint8Array.of(1, 255), Uint8Array.of(255, 9), 3);
    tracer.finish();
    expect(polygons[0]!.meanConfidence).toBeCloseTo(2 / 3, 12);
    expect(polygons[0]!.area).toBe(7);
  });
});
