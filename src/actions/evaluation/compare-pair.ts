/** Paired bootstrap of two runs over the squares and the classes both were scored in, boundaries included. */
import type { ModelClass } from "../../core/manifest/manifest";
import { commonClasses, reduceConfusion, unionOfClasses } from "../../core/metrics/common-classes";
import type { RunComparison } from "../../core/metrics/compare-runs";
import type { ConfusionMatrix } from "../../core/metrics/confusion-matrix";
import { averagedClasses } from "../../core/metrics/scores";
import type { WindowScore } from "../../evaluation/score-mask";
import { notifyError, type Studio } from "../studio";

/** Null when there is nothing both were scored in. */
export async function comparePair(studio: Studio, runIdA: string, runIdB: string): Promise<RunComparison | null> {
  const { byRun } = studio.store.getState().evaluation;
  const [first, second] = [runIdA, runIdB].map((runId) => {
    const evaluation = byRun[runId];
    return evaluation?.status === "ready" ? evaluation : null;
  });
  if (first == null || second == null) {
    return null;
  }
  const common = commonClasses([first.classes, second.classes]);
  const place = ({ rect }: WindowScore) => `${rect.col},${rect.row}`;
  const others = new Map(second.windows.map((window) => [place(window), window]));
  const pairs = first.windows.flatMap((window) => {
    const other = others.get(place(window));
    return other === undefined
      ? []
      : [
          {
            a: reduceConfusion(window.matrix, first.classes, common),
            b: reduceConfusion(other.matrix, second.classes, common),
          },
        ];
  });
  return resample(studio, pairs, common);
}

/** One model over one tile, counted. */
interface TileMatrix {
  readonly sceneId: string;
  readonly classes: readonly ModelClass[];
  readonly matrix: ConfusionMatrix;
}

/** The same for two models over a test set: whole tiles are drawn, those that both were scored over. */
export async function compareModels(
  studio: Studio,
  first: readonly TileMatrix[],
  second: readonly TileMatrix[],
): Promise<RunComparison | null> {
  const both = first.flatMap((a) => {
    const b = second.find(({ sceneId }) => sceneId === a.sceneId);
    return b === undefined ? [] : [{ a, b }];
  });
  // A class that one tile lacks is still one of the set's; what only one model knows is nobody's.
  const [ofFirst, ofSecond] = [both.map(({ a }) => a.classes), both.map(({ b }) => b.classes)];
  const common = commonClasses([unionOfClasses(ofFirst), unionOfClasses(ofSecond)]);
  const reduce = ({ matrix, classes }: TileMatrix) => reduceConfusion(matrix, classes, common);
  return resample(
    studio,
    both.map(({ a, b }) => ({ a: reduce(a), b: reduce(b) })),
    common,
  );
}

async function resample(
  studio: Studio,
  pairs: readonly { readonly a: ConfusionMatrix; readonly b: ConfusionMatrix }[],
  common: readonly ModelClass[],
): Promise<RunComparison | null> {
  try {
    return await studio.rasters.call("compare", {
      windowsA: pairs.map(({ a }) => a),
      windowsB: pairs.map(({ b }) => b),
      averaged: averagedClasses(common, "scored"),
    });
  } catch (error) {
    notifyError(studio, error);
    return null;
  }
}
