/** What is handed over: tiles and their runs as plain facts, and the test set they make. */
import type { ModelClass } from "../../core/manifest/manifest";
import { type ScoredMatrix, scoreTestSet, type TestSetScores } from "../../core/metrics/test-set";
import type { RasterFacts } from "../../core/raster/raster";
import type { DecodedLabels } from "../../evaluation/place-labels";
import type { ReportedEvaluation, ReportedRun, ReportedScene } from "../report";

export interface HandedTile<Run extends HandedRun = HandedRun> {
  readonly scene: ReportedScene;
  /** Null when there is none, or none that could be read. */
  readonly truth: DecodedLabels | null;
  /** At most one of each model. */
  readonly runs: readonly Run[];
}

export interface HandedRun extends ReportedRun {
  readonly windowPx: number;
  readonly classes: readonly ModelClass[];
  /** The orthophoto's. */
  readonly grid: Pick<RasterFacts, "widthPx" | "heightPx" | "geotransform" | "crs">;
}

/** One model over one tile. */
interface TileRun {
  readonly tile: HandedTile;
  readonly run: HandedRun;
}

/** Every run, model by model, models in the order in which they come first. */
function runsByModel(tiles: readonly HandedTile[]): Map<string, TileRun[]> {
  const byModel = new Map<string, TileRun[]>();
  for (const tile of tiles) {
    for (const run of tile.runs) {
      const known = byModel.get(run.modelName) ?? [];
      known.push({ tile, run });
      byModel.set(run.modelName, known);
    }
  }
  return byModel;
}

/** Which truth pixels are counted. */
export type BoundaryRule = "withBoundary" | "noBoundary";

export const BOUNDARY_RULES = ["withBoundary", "noBoundary"] as const satisfies readonly BoundaryRule[];

interface ScoredTileRun extends TileRun, ScoredMatrix {
  readonly evaluation: ReportedEvaluation;
}

/** One model's scores over all of its tiles that have truth, by one boundary rule. */
export interface ModelScores {
  readonly modelName: string;
  readonly scores: TestSetScores<ReportedEvaluation["classes"][number]>;
  readonly tiles: readonly ScoredTileRun[];
  /** Radii in pixels of the discs that took boundaries out; one, unless it was changed between runs. */
  readonly boundaryPx: readonly number[];
}

/** Models without any scored tile are left out. */
export function scoreModels(tiles: readonly HandedTile[], rule: BoundaryRule): ModelScores[] {
  return [...runsByModel(tiles)].flatMap(([modelName, all]) => {
    const counted = all.flatMap(({ tile, run }) =>
      run.evaluation === null ? [] : [{ tile, run, evaluation: run.evaluation }],
    );
    if (counted.length === 0) return [];
    const scores = scoreTestSet(
      counted.map(({ evaluation }) => ({ classes: evaluation.classes, matrix: evaluation[rule] })),
    );
    return [
      {
        modelName,
        scores,
        tiles: counted.map((entry, index) => ({ ...entry, ...scores.perTile[index]! })),
        boundaryPx: [...new Set(counted.map(({ evaluation }) => evaluation.boundaryPx))],
      },
    ];
  });
}
