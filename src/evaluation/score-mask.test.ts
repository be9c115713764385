/**
 * A mask counted strip by strip, its classes and the truth's in other orders and merged, with holes in both: matrices,
 * squares, their map, confidence and the eroded truth are NumPy's and SciPy's of the whole at once.
 */
import { expect, test } from "vitest";
import type { PixelRect } from "../core/raster/raster";
import { runPython, withoutPython } from "../testing/run-python";
import { scoreMask } from "./score-mask";

const SIZE = { widthPx: 101, heightPx: 83 };
const PIXELS = SIZE.widthPx * SIZE.heightPx;
/** Four ids each; the truth merges two of its own, the mask's third takes part in no class. */
const TRUTH_TO_CLASS = [2, 0, 0, 1];
const MASK_TO_CLASS = [1, 2, null, 0];
const AVERAGED = [0, 2];
const BOUNDARY_PX = 2;

const at = (pixel: number) => [pixel % SIZE.widthPx, Math.floor(pixel / SIZE.widthPx)] as const;
const truth = Uint8Array.from({ length: PIXELS }, (_, pixel) => {
  const [col, row] = at(pixel);
  return (col * 7 + row * 3) % 53 === 0 ? 255 : (Math.floor(col / 13) + 2 * Math.floor(row / 17)) % 4;
});
const mask = truth.map((id, pixel) => {
  const [col, row] = at(pixel);
  return (col + 5 * row) % 19 === 0 ? 255 : (col * row) % 7 === 3 ? pixel % 4 : id === 255 ? 1 : [3, 1, 0, 2][id]!;
});
const confidence = mask.map((_, pixel) => (pixel * 31) % 256);

/** Rectangles of an array, as a stored mask gives them. */
function pixelsOf(values: Uint8Array) {
  return {
    async read({ col, row, widthPx, heightPx }: PixelRect) {
      const out = new Uint8Array(widthPx * heightPx);
      for (let y = 0; y < heightPx; y++) {
        const from = (row + y) * SIZE.widthPx + col;
        out.set(values.subarray(from, from + widthPx), y * widthPx);
      }
      return out;
    },
  };
}

/** Whole rows put together. */
function rowsInto(values: Uint8Array) {
  return {
    async writeRows({ row, values: rows }: PixelRect & { readonly values: Uint8Array }) {
      values.set(rows, row * SIZE.widthPx);
    },
  };
}

test.skipIf(withoutPython)("strips of every height count what NumPy counts at once", async () => {
  const windowSides = [16, 40, 256];
  const expected = runPython(COUNT, {
    ...SIZE,
    truth: [...truth],
    mask: [...mask],
    confidence: [...confidence],
    truthToClass: TRUTH_TO_CLASS,
    maskToClass: MASK_TO_CLASS,
    averaged: AVERAGED,
    boundaryPx: BOUNDARY_PX,
    windowSides,
  }) as { eroded: number[]; counted: object[] };
  for (const [index, windowPx] of windowSides.entries()) {
    const [eroded, windowMap] = [new Uint8Array(PIXELS), new Uint8Array(PIXELS)];
    const {
      withBoundary,
      noBoundary,
      windows,
      confidence: histogram,
    } = await scoreMask(
      {
        size: SIZE,
        mask: { pixels: pixelsOf(mask), toClass: MASK_TO_CLASS },
        truth: { pixels: pixelsOf(truth), toClass: TRUTH_TO_CLASS },
        confidence: pixelsOf(confidence),
        classCount: 3,
        averaged: AVERAGED,
        boundaryPx: BOUNDARY_PX,
        windowPx,
        erodedTruth: rowsInto(eroded),
        windowMap: rowsInto(windowMap),
      },
      new AbortController().signal,
    );
    const plain = ({ counts, ignoredTruth, missingPrediction }: typeof withBoundary) => [
      ...counts,
      ignoredTruth,
      missingPrediction,
    ];
    expect({
      withBoundary: plain(withBoundary),
      noBoundary: plain(noBoundary),
      windows: windows.map(({ rect, matrix }) => ({ rect, counts: plain(matrix) })),
      all: [...histogram!.all],
      correct: [...histogram!.correct],
    }).toEqual({ ...expected.counted[index], map: undefined });
    expect([...eroded]).toEqual(expected.eroded);
    expect([...windowMap]).toEqual((expected.counted[index] as { map: number[] }).map);
  }
});

test("a cancelled count ends at once", async () => {
  const counting = scoreMask(
    {
      size: SIZE,
      mask: { pixels: pixelsOf(mask), toClass: MASK_TO_CLASS },
      truth: { pixels: pixelsOf(truth), toClass: TRUTH_TO_CLASS },
      confidence: null,
      classCount: 3,
      averaged: AVERAGED,
      boundaryPx: 0,
      windowPx: 32,
    },
    AbortSignal.abort(),
  );
  await expect(counting).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
});

const COUNT = `
import json, sys
import numpy as np
from scipy import ndimage
job = json.load(sys.stdin)
w, h = job["widthPx"], job["heightPx"]
shape = lambda name: np.array(job[name]).reshape(h, w)
truth, mask, confidence = shape("truth"), shape("mask"), shape("confidence")
table = lambda ids: np.array([3 if c is None else c for c in ids] + [3] * 252)
truth_of, mask_of = table(job["truthToClass"]), table(job["maskToClass"])
r = job["boundaryPx"]
y, x = np.mgrid[-r:r+1, -r:r+1]
eroded = truth.copy()
for k in range(4):
    eroded[(truth == k) & ndimage.binary_dilation((truth != k) & (truth != 255), x*x + y*y <= r*r)] = 255
def count(t, p):
    t, p = truth_of[t.ravel()], mask_of[p.ravel()]
    scored = (t < 3) & (p < 3)
    cells = np.bincount(3*t[scored] + p[scored], minlength=9)
    return [*map(int, cells), int((t == 3).sum()), int(((t < 3) & (p == 3)).sum())]
def mean_iou(cells):
    m = np.array(cells[:9]).reshape(3, 3)
    union = m.sum(0) + m.sum(1) - np.diag(m)
    ious = [m[k, k] / union[k] for k in job["averaged"] if union[k] > 0]
    return np.mean(ious) if ious else None
t, p = truth_of[truth], mask_of[mask]
scored = (t < 3) & (p < 3)
counted = []
for side in job["windowSides"]:
    windows, painted = [], np.full((h, w), 255)
    for row in range(0, h, side):
        for col in range(0, w, side):
            part = np.s_[row:row+side, col:col+side]
            cells = count(truth[part], mask[part])
            if sum(cells[:9]) == 0: continue
            high, wide = truth[part].shape
            windows.append(dict(rect=dict(col=col, row=row, widthPx=wide, heightPx=high), counts=cells))
            if mean_iou(cells) is not None: painted[part] = int(np.floor(mean_iou(cells)*254 + 0.5))
    counted.append(dict(withBoundary=count(truth, mask), noBoundary=count(eroded, mask), windows=windows, map=painted.ravel().tolist(),
        all=np.bincount(confidence[scored], minlength=256).tolist(),
        correct=np.bincount(confidence[scored & (t == p)], minlength=256).tolist()))
print(json.dumps(dict(eroded=eroded.ravel().tolist(), counted=counted)))
`;
