/**
 * Three made-up tiles, the second without one of the classes. Figures by scikit-learn 1.7 and NumPy (`jaccard_score` with
 * `average="macro"` over the scored classes, `accuracy_score`, `cohen_kappa_score`, `std` with `ddof=1`) over the pixels
 * of each tile and of all together.
 */
import { describe, expect, test } from "vitest";
import { scoreTestSet } from "./test-set";

const [ground, roof, tree, clutter] = ["ground", "roof", "tree", "clutter"].map((name) => ({
  name,
  scored: name !== "clutter",
}));
const tile = (classes: { name: string; scored: boolean }[], counts: readonly number[]) => ({
  classes,
  matrix: { classCount: classes.length, counts: Float64Array.from(counts), ignoredTruth: 1, missingPrediction: 2 },
});
const TILES = [
  tile([ground!, roof!, tree!, clutter!], [97, 10, 9, 6, 10, 83, 8, 13, 8, 9, 102, 9, 11, 11, 8, 106]),
  tile([ground!, roof!, clutter!], [71, 12, 14, 11, 75, 11, 14, 7, 85]),
  tile([ground!, roof!, tree!, clutter!], [155, 19, 20, 18, 19, 201, 13, 20, 14, 24, 158, 15, 18, 18, 16, 172]),
];

describe("a test set", () => {
  const found = scoreTestSet(TILES);

  test("is pooled over all of its pixels, classes meeting by name", () => {
    expect(found.classes).toEqual([ground, roof, tree, clutter]);
    expect([...found.pooled.matrix.counts]).toEqual([
      323, 41, 29, 38, 40, 359, 21, 44, 22, 33, 260, 24, 43, 36, 24, 363,
    ]);
    expect(found.pooled.matrix).toMatchObject({ ignoredTruth: 3, missingPrediction: 6 });
    expect(found.pooled.scored.meanIou).toBeCloseTo(0.6191958106473479, 12);
    expect(found.pooled.all.meanIou).toBeCloseTo(0.623050704139357, 12);
    expect(found.pooled.all.overallAccuracy).toBeCloseTo(0.7676470588235295, 12);
    expect(found.pooled.all.kappa).toBeCloseTo(0.6885632446190779, 12);
  });

  test("and has each tile's own scores, their mean and spread", () => {
    const ious = [0.62847988717194, 0.6142594686263425, 0.6123911027982133];
    for (const [index, { scored }] of found.perTile.entries()) expect(scored.meanIou).toBeCloseTo(ious[index]!, 12);
    expect(found.meanIou.mean).toBeCloseTo(0.6183768195321653, 12);
    expect(found.meanIou.deviation).toBeCloseTo(0.00879924312184452, 12);
    expect(found.overallAccuracy.mean).toBeCloseTo(0.7694074074074074, 12);
    expect(found.overallAccuracy.deviation).toBeCloseTo(0.006907978330094377, 12);
  });

  test("one tile has no spread, and a tile without a defined score is not counted in it", () => {
    expect(scoreTestSet(TILES.slice(0, 1)).meanIou).toMatchObject({ deviation: null, tiles: 1 });
    const unlabelled = tile([ground!], [0]);
    expect(scoreTestSet([...TILES, unlabelled]).meanIou).toEqual(found.meanIou);
    expect(scoreTestSet([unlabelled]).meanIou).toEqual({ mean: null, deviation: null, tiles: 0 });
  });
});
