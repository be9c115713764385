/** Paired bootstrap of two runs over the squares and the classes both were scored in, boundaries included. */
import { commonClasses, reduceConfusion } from "../../core/metrics/common-classes";
import type { RunComparison } from "../../core/metrics/compare-runs";
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
