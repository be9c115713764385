/** Judged by GDAL's sieve (through rasterio), SciPy's holes, and a majority counted in NumPy. */
import { describe, expect, test } from "vitest";
import { runPython, withoutPython } from "../../testing/run-python";
import { createHoleCloser } from "./close-holes";
import { createMajorityFilter } from "./majority";
import type { PatchFilter } from "./patch-filter";
import { createSieve } from "./sieve";

const JUDGE = `
import json, sys
import numpy as np
from rasterio.features import sieve
from scipy import ndimage

def majority(image, side):
    reach = side // 2
    padded = np.pad(image, reach, constant_values=255)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (side, side))
    counts = np.stack([(windows == value).sum((2, 3)) for value in range(255)])
    own = np.take_along_axis(counts, np.minimum(image, 254)[None].astype(int), 0)[0]
    result = np.where(own == counts.max(0), image, counts.argmax(0))
    return np.where(image == 255, 255, result)

def filled(image, below):
    """Every hole of every patch that is small enough, from the largest to the smallest: the outermost one stays."""
    holes = []
    for value in np.unique(image[image != 255]):
        patches, count = ndimage.label(image == value)
        for patch in range(1, count + 1):
            inside = ndimage.binary_fill_holes(patches == patch) & (patches != patch)
            parts, parts_count = ndimage.label(inside)
            holes += [(parts == part, value) for part in range(1, parts_count + 1)]
    result, closed = image.copy(), np.zeros(image.shape, bool)
    for hole, value in sorted(holes, key=lambda each: -each[0].sum()):
        if hole.sum() < below and not (image[hole] == 255).any() and not closed[hole].any():
            result[hole] = value
            closed |= hole
    return result

answers = []
for case in json.load(sys.stdin):
    image = np.array(case["rows"], np.uint8)
    mask = image != 255
    answers.append({
        "sieved": sieve(image, case["least"], mask=mask, connectivity=4).tolist(),
        "filled": filled(image, case["least"]).tolist(),
        "majority": majority(image, case["side"]).tolist(),
    })
print(json.dumps(answers))
`;

interface Case {
  readonly rows: number[][];
  readonly least: number;
  readonly side: number;
}

/** Random maps, some of large patches, some of noise, with and without ignored pixels. */
function cases(): Case[] {
  let seed = 3;
  const random = () => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed / 2147483648;
  };
  return Array.from({ length: 40 }, (_, index) => {
    const [width, height] = [6 + Math.floor(random() * 35), 6 + Math.floor(random() * 35)];
    const [classes, grain, ignored] = [2 + (index % 4), 1 + (index % 3), index % 2 === 0 ? 0 : 0.15];
    const coarse = Array.from({ length: 1600 }, () =>
      random() < ignored ? 255 : Math.floor(random() * classes) * (index % 5 === 0 ? 40 : 1),
    );
    const rows = Array.from({ length: height }, (_, row) =>
      Array.from({ length: width }, (_, col) => coarse[Math.floor(row / grain) * 40 + Math.floor(col / grain)]!),
    );
    return { rows, least: 2 + Math.floor(random() * 30), side: 3 + 2 * (index % 3) };
  });
}

function filtered(rows: number[][], filter: PatchFilter): number[][] {
  const copies = rows.map((row) => Uint8Array.from(row));
  for (const row of copies) filter.measure(row);
  for (const row of copies) filter.compare(row);
  for (const row of copies) filter.rewrite(row);
  return copies.map((row) => [...row]);
}

function sieved({ rows, least }: Case): number[][] {
  return filtered(
    rows,
    createSieve(rows[0]!.length, () => least, 255),
  );
}

function filled({ rows, least }: Case): number[][] {
  return filtered(rows, createHoleCloser(rows[0]!.length, least, 255));
}

function smoothed({ rows, side }: Case): number[][] {
  const filter = createMajorityFilter(rows[0]!.length, side, 255);
  const decided = rows.map((row) => filter.push(Uint8Array.from(row)));
  return [...decided.filter((row) => row !== null), ...filter.finish()].map((row) => [...row]);
}

describe.skipIf(withoutPython)("cleaning", () => {
  const given = cases();
  const answers = () => runPython(JUDGE, given) as { sieved: number[][]; filled: number[][]; majority: number[][] }[];

  test("sieve, holes and majority give what GDAL, SciPy and NumPy give, pixel by pixel", () => {
    for (const [index, answer] of answers().entries()) {
      expect(sieved(given[index]!), `sieve of case ${index}`).toEqual(answer.sieved);
      expect(filled(given[index]!), `holes of case ${index}`).toEqual(answer.filled);
      expect(smoothed(given[index]!), `majority of case ${index}`).toEqual(answer.majority);
    }
  });
});

const SPECKLED = [
  [1, 1, 1, 2, 1],
  [1, 3, 1, 1, 1],
  [1, 1, 255, 4, 255],
];

test("merged patches are counted, and each class has a size of its own", () => {
  const sieve = createSieve(5, () => 3, 255);
  filtered(SPECKLED, sieve);
  expect(sieve.takenIn()).toBe(3);
  const ofThree = filtered(
    SPECKLED,
    createSieve(5, (id) => (id === 3 ? 3 : 0), 255),
  );
  expect(ofThree).toEqual([
    [1, 1, 1, 2, 1],
    [1, 1, 1, 1, 1],
    [1, 1, 255, 4, 255],
  ]);
});

test("of holes in holes the outermost that is small enough is closed whole; courtyards that open on nothing stay", () => {
  const rows = [
    [0, 0, 0, 0, 0, 0, 0],
    [0, 1, 1, 1, 1, 1, 0],
    [0, 1, 2, 2, 3, 1, 0],
    [0, 1, 2, 4, 3, 1, 0],
    [0, 1, 2, 2, 2, 1, 0],
    [0, 1, 1, 1, 1, 1, 255],
  ];
  const inner = createHoleCloser(7, 10, 255);
  expect(filtered(rows, inner)[3]).toEqual([0, 1, 1, 1, 1, 1, 0]);
  expect(inner.takenIn()).toBe(1);
  // The ring of ones touches a pixel without a class.
  expect(filtered(rows, createHoleCloser(7, 99, 255))[1]).toEqual([0, 1, 1, 1, 1, 1, 0]);
  expect(filtered(rows, createHoleCloser(7, 9, 255))).toEqual(rows);
});
