/** Pieces of a truth as strokes: judged by GDAL's own polygons and rasters of them. */
import { describe, expect, test } from "vitest";
import type { PixelRect } from "../core/raster/raster";
import { runPython, withoutPython } from "../testing/run-python";
import { strokePixels } from "./stroke-pixels";
import { drawTruthPieces, type TruthIds } from "./truth-pieces";

const SIZE = { widthPx: 150, heightPx: 100 };
const NEVER = new AbortController().signal;

/** Discs of three classes on a fourth, a strip without labels. */
const ids = Uint8Array.from({ length: SIZE.widthPx * SIZE.heightPx }, (_, pixel) => {
  const [col, row] = [pixel % SIZE.widthPx, Math.floor(pixel / SIZE.widthPx)];
  if (row > 92) return 255;
  const distance = Math.hypot((col % 30) - 15, (row % 30) - 15);
  return distance < 5 ? 2 : distance < 9 ? 1 : distance > 20 ? 3 : 0;
});

const truth: TruthIds = {
  ...SIZE,
  async read({ col, row, widthPx, heightPx }: PixelRect) {
    return Uint8Array.from({ length: widthPx * heightPx }, (_, at) => {
      return ids[(row + Math.floor(at / widthPx)) * SIZE.widthPx + col + (at % widthPx)]!;
    });
  },
};

const JUDGE = `
import json, sys, numpy as np
from rasterio.features import rasterize, shapes
given = json.load(sys.stdin)
burnt = rasterize([({"type": "Polygon", "coordinates": s["shape"]["rings"]}, s["classId"] + 1) for s in given["strokes"]],
                  out_shape=(100, 150), fill=0, dtype="uint8")
ids = np.array(given["ids"], np.uint8).reshape(100, 150)
wrong = int(((burnt > 0) & (burnt != ids + 1)).sum())
print(json.dumps(dict(wrong=wrong, covered=int((burnt > 0).sum()))))
`;

describe("pieces of a truth", () => {
  test.skipIf(withoutPython)("say of every pixel under them what the truth says, as GDAL burns them", async () => {
    const { strokes, pieces } = await drawTruthPieces(truth, 0.4, NEVER);
    const judged = runPython(JUDGE, { strokes, ids: [...ids] }) as { wrong: number; covered: number };
    expect(judged.wrong).toBe(0);
    // 20 pieces of 32 × 32 px at most, fewer at the edges.
    expect(pieces).toBe(8);
    expect(judged.covered).toBeGreaterThan(0.25 * ids.length);
    expect(judged.covered).toBeLessThanOrEqual(8 * 32 * 32);
  });

  test("of all of it cover every labelled pixel but those of small patches", async () => {
    const { strokes } = await drawTruthPieces(truth, 1, NEVER);
    const grid = { ...SIZE, toPixel: (point: readonly [number, number]) => point, pixelSizeMetres: 1 };
    const covered = strokes.flatMap(({ shape }) => strokePixels({ shape: shape as never }, grid));
    expect(new Set(covered).size).toBe(covered.length);
    expect(covered.every((pixel) => ids[pixel] !== 255)).toBe(true);
    expect(covered.length).toBeGreaterThan(0.97 * ids.filter((id) => id !== 255).length);
  });

  test("are the same every time, and more of them hold the fewer", async () => {
    const [few, again, more] = await Promise.all([0.1, 0.1, 0.5].map((share) => drawTruthPieces(truth, share, NEVER)));
    expect(again).toEqual(few);
    const texts = new Set(more!.strokes.map((stroke) => JSON.stringify(stroke)));
    expect(few!.strokes.every((stroke) => texts.has(JSON.stringify(stroke)))).toBe(true);
    expect(more!.strokes.length).toBeGreaterThan(few!.strokes.length);
  });
});
