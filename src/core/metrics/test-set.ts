/**
 * Several tiles scored together. Pooled: the confusion matrices are added and scored once, as the papers of ISPRS
 * Potsdam and Vaihingen do, so that a tile weighs what it holds. Beside it mean and spread over the tiles, where each
 * weighs the same.
 */
import { unionOfClasses } from "./common-classes";
import { type ConfusionMatrix, mergeConfusion, sumConfusion } from "./confusion-matrix";
import { averagedClasses, type Scores, scoreConfusion } from "./scores";

export interface TileClass {
  readonly name: string;
  readonly scored: boolean;
}

/** One model over one tile, counted. */
export interface CountedTile<C extends TileClass> {
  readonly classes: readonly C[];
  readonly matrix: ConfusionMatrix;
}

export interface ScoredMatrix {
  readonly matrix: ConfusionMatrix;
  /** Means over the scored classes: without clutter. */
  readonly scored: Scores;
  /** Means over every class. */
  readonly all: Scores;
}

export interface TestSetScores<C extends TileClass> {
  /** Of any tile, once per name; rows and columns of the pooled matrix. */
  readonly classes: readonly C[];
  readonly pooled: ScoredMatrix;
  /** In the order of the tiles, each over its own classes. */
  readonly perTile: readonly ScoredMatrix[];
  readonly meanIou: Spread;
  readonly overallAccuracy: Spread;
}

/** Of a score over the tiles that have it. */
export interface Spread {
  /** Null when no tile has it. */
  readonly mean: number | null;
  /** Sample standard deviation, n − 1 below; null for fewer than two tiles. */
  readonly deviation: number | null;
  readonly tiles: number;
}

/** Tiles whose truths know different classes meet by the classes' names. */
export function scoreTestSet<C extends TileClass>(tiles: readonly CountedTile<C>[]): TestSetScores<C> {
  const classes = unionOfClasses(tiles.map((tile) => tile.classes));
  const inUnion = ({ classes: own, matrix }: CountedTile<C>) =>
    mergeConfusion(
      matrix,
      own.map(({ name }) => classes.findIndex((entry) => entry.name === name)),
      classes.length,
    );
  const perTile = tiles.map((tile) => scoreMatrix(tile.matrix, tile.classes));
  return {
    classes,
    pooled: scoreMatrix(sumConfusion(tiles.map(inUnion)), classes),
    perTile,
    meanIou: spread(perTile.map(({ scored }) => scored.meanIou)),
    overallAccuracy: spread(perTile.map(({ all }) => all.overallAccuracy)),
  };
}

/** Both conventions of one matrix. */
export function scoreMatrix(matrix: ConfusionMatrix, classes: readonly TileClass[]): ScoredMatrix {
  return {
    matrix,
    scored: scoreConfusion(matrix, averagedClasses(classes, "scored")),
    all: scoreConfusion(matrix, averagedClasses(classes, "all")),
  };
}

function spread(scores: readonly (number | null)[]): Spread {
  const values = scores.filter((value) => value !== null);
  const tiles = values.length;
  if (tiles === 0) return { mean: null, deviation: null, tiles };
  const mean = values.reduce((sum, value) => sum + value, 0) / tiles;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: tiles < 2 ? null : Math.sqrt(squares / (tiles - 1)), tiles };
}
