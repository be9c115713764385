/** Judged by GDAL's sieve (through rasterio) and by a majority counted in NumPy. */
import { describe, expect, test } from "vitest";
import { runPython, withoutPython } from "../../testing/run-python";
import { createMajorityFilter } from "./majority";
import { createSieve } from "./sieve";

const JUDGE = `
import json, sys
import numpy as np
from rasterio.features import sieve

def majority(image, side):
    reach = side // 2
    padded = np.pad(image, reach, constant_values=255)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (side, side))
    counts = np.stack([(windows == value).sum((2, 3)) for value in range(255)])
    own = np.take_along_axis(counts, np.minimum(image, 254)[None].astype(int), 0)[0]
    result = np.where(own == counts.max(0), image, counts.argmax(0))
    return np.where(image == 255, 255, result)

answers = []
for case in json.load(sys.stdin):
    image = np.array(case["rows"], np.uint8)
    mask = image != 255
    answers.append({
        "sieved": sieve(image, case["least"], mask=mask, connectivity=4).tolist(),
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

function sieved({ rows, least }: Case): number[][] {
  const sieve = createSieve(rows[0]!.length, least, 255);
  const copies = rows.map((row) => Uint8Array.from(row));
  for (const row of copies) sieve.measure(row);
  for (const row of copies) sieve.compare(row);
  for (const row of copies) sieve.rewrite(row);
  return copies.map((row) => [...row]);
}

function smoothed({ rows, side }: Case): number[][] {
  const filter = createMajorityFilter(rows[0]!.length, side, 255);
  const decided = rows.map((row) => filter.push(Uint8Array.from(row)));
  return [...decided.filter((row) => row !== null), ...filter.finish()].map((row) => [...row]);
}

describe.skipIf(withoutPython)("cleaning", () => {
  const given = cases();
  const answers = () => runPython(JUDGE, given) as { sieved: number[][]; majority: number[][] }[];

  test("sieve and majority give what GDAL and NumPy give, pixel by pixel", () => {
    for (const [index, answer] of answers().entries()) {
      expect(sieved(given[index]!), `sieve of case ${index}`).toEqual(answer.sieved);
      expect(smoothed(given[index]!), `majority of case ${index}`).toEqual(answer.majority);
    }
  });
});

test("merged patches are counted", () => {
  const sieve = createSieve(5, 3, 255);
  const rows = [
    [1, 1, 1, 2, 1],
    [1, 3, 1, 1, 1],
    [1, 1, 255, 4, 255],
  ].map((row) => Uint8Array.from(row));
  for (const row of rows) sieve.measure(row);
  for (const row of rows) sieve.compare(row);
  expect(sieve.mergedPatches()).toBe(3);
});
