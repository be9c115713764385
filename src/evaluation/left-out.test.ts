/**
 * Pixels a model was taught with do not count: what is counted without them is scikit-learn's matrix of all pixels whose
 * centres shapely finds under no stroke, however the raster is cut into strips.
 */
import { describe, expect, test } from "vitest";
import type { PixelRect } from "../core/raster/raster";
import type { Stroke } from "../core/vector/stroke";
import { noise } from "../testing/array-raster";
import { runPython, withoutPython } from "../testing/run-python";
import { strokesToLeaveOut } from "./left-out";
import { scoreMask } from "./score-mask";

const SIZE = { widthPx: 70, heightPx: 90 };
const PIXELS = SIZE.widthPx * SIZE.heightPx;
const truth = Uint8Array.from({ length: PIXELS }, (_, pixel) =>
  noise(1, pixel) % 9 === 0 ? 255 : noise(2, pixel) % 3,
);
const mask = truth.map((id, pixel) => (noise(3, pixel) % 4 === 0 || id === 255 ? noise(4, pixel) % 3 : id));

/** Half-metre pixels, north up, from (1000, 2000). */
const GRID = {
  geotransform: [1000, 0.5, 0, 2000, 0, -0.5],
  crs: { name: "EPSG:25832", epsg: 25832, kind: "projected", metresPerUnit: 1 },
  heightPx: SIZE.heightPx,
} as unknown as Parameters<typeof strokesToLeaveOut>[1];

const STROKES: readonly Stroke[] = [
  {
    className: "a",
    scene: "a.tif",
    shape: {
      kind: "line",
      points: [
        [1002.3, 1995.1],
        [1021.7, 1980.4],
      ],
      widthMetres: 2.3,
    },
  },
  { className: "b", scene: "b.tif", shape: { kind: "line", points: [[1030.2, 1960.9]], widthMetres: 4.1 } },
  {
    className: "b",
    scene: "a.tif",
    shape: {
      kind: "area",
      rings: [
        [
          [1004.1, 1971.2],
          [1019.3, 1973.8],
          [1012.6, 1958.7],
          [1004.1, 1971.2],
        ],
      ],
    },
  },
];

const COUNT = `
import json, sys
import numpy as np
from shapely import LineString, Point, Polygon
from sklearn.metrics import confusion_matrix
g = json.load(sys.stdin)
w, h = g["widthPx"], g["heightPx"]
lines = [LineString([(1002.3, 1995.1), (1021.7, 1980.4)]).buffer(1.15, quad_segs=2000), Point(1030.2, 1960.9).buffer(2.05, quad_segs=2000)]
shapes = lines + [Polygon([(1004.1, 1971.2), (1019.3, 1973.8), (1012.6, 1958.7)])]
under = np.array([any(s.contains(Point(1000 + (c + .5) / 2, 2000 - (r + .5) / 2)) for s in shapes) for r in range(h) for c in range(w)])
truth, mask = np.array(g["truth"]), np.array(g["mask"])
kept = ~under & (truth < 255)
print(json.dumps(dict(counts=confusion_matrix(truth[kept], mask[kept], labels=[0, 1, 2]).ravel().tolist(), left=int((under & (truth < 255)).sum()))))
`;

const pixelsOf = (values: Uint8Array) => ({
  read: async ({ row, heightPx }: PixelRect) => values.slice(row * SIZE.widthPx, (row + heightPx) * SIZE.widthPx),
});

describe("pixels under strokes", () => {
  test.skipIf(withoutPython)("count in no matrix", async () => {
    const wanted = runPython(COUNT, { ...SIZE, truth: [...truth], mask: [...mask] }) as {
      counts: number[];
      left: number;
    };
    for (const windowPx of [17, 90]) {
      const score = await scoreMask(
        {
          size: SIZE,
          mask: { pixels: pixelsOf(mask), toClass: [0, 1, 2] },
          truth: { pixels: pixelsOf(truth), toClass: [0, 1, 2] },
          confidence: null,
          classCount: 3,
          averaged: [0, 1, 2],
          boundaryPx: 0,
          windowPx,
          leftOut: strokesToLeaveOut({ strokes: STROKES, epsg: 25832 }, GRID, "another.tif"),
        },
        new AbortController().signal,
      );
      expect([...score.withBoundary.counts]).toEqual(wanted.counts);
      expect([...score.noBoundary.counts]).toEqual(wanted.counts);
      expect(score.leftOutPixels).toBe(wanted.left);
      const squares = score.windows.reduce((sum, { matrix }) => sum + matrix.counts.reduce((a, b) => a + b), 0);
      expect(squares).toBe(wanted.counts.reduce((a, b) => a + b));
    }
  });

  test("are those of the photo that strokes name, where coordinates do not place them", () => {
    const named = (photo: string | null, grid = GRID) =>
      strokesToLeaveOut({ strokes: STROKES, epsg: null }, grid, photo).length;
    expect([named("a.tif"), named("b.tif"), named("c.tif"), named(null)]).toEqual([2, 1, 0, 3]);
    expect(strokesToLeaveOut({ strokes: STROKES, epsg: 2154 }, GRID, "b.tif")).toHaveLength(1);
  });

  test("without a position, coordinates are pixels", () => {
    const bare = { ...GRID, geotransform: null, crs: null };
    expect(strokesToLeaveOut({ strokes: STROKES, epsg: null }, bare, "b.tif")[0]).toEqual({ shape: STROKES[1]!.shape });
  });
});
