/** What stands in the report as a document besides names and figures. */
import type { RemarkWords } from "../../core/remarks/remark";
import type { SampleDesign } from "../../core/sampling/sample-design";
import type { Language } from "../../core/vocabulary/languages";

export interface ReportWords {
  readonly language: Language;
  readonly remarks: RemarkWords;
  /** A figure with the mark before decimals that the language has. */
  readonly figure: (plain: string) => string;
  readonly tiles: (count: number) => string;
  readonly madeWith: (models: string, date: string) => string;
  readonly photo: string;
  readonly truth: string;
  readonly figureTitle: string;
  readonly figureOf: (tiles: number, chosen: "first" | "worst-middle-best") => string;
  readonly scores: string;
  readonly scoresWithoutBoundary: (px: readonly number[]) => string;
  readonly kappa: string;
  readonly spreadHead: string;
  readonly tilesHead: string;
  readonly pooled: string;
  /** @param left Names of classes that enter no mean. */
  readonly means: (averaged: number, classes: number, left: readonly string[]) => string;
  readonly tileByTile: string;
  readonly confusion: string;
  readonly confusionHead: string;
  readonly truthPixels: string;
  readonly settings: string;
  readonly facts: {
    readonly prediction: string;
    readonly read: string;
    readonly model: string;
    readonly settings: string;
    readonly ranOn: string;
    readonly over: string;
    readonly cleaned: string;
    readonly corrected: string;
  };
  /** Of points that somebody looked at. */
  readonly sample: {
    readonly title: string;
    readonly points: (answers: { readonly answered: number; readonly untold: number; readonly open: number }) => string;
    /** Null for points from a file. */
    readonly design: (design: SampleDesign | null) => string;
    readonly overall: (percent: string, interval: string) => string;
    readonly accuracy: string;
    readonly users: string;
    readonly producers: string;
    readonly area: (unit: string) => string;
    readonly onMap: string;
    readonly estimated: string;
    readonly matrix: string;
    readonly source: string;
  };
  /** Of maps of two dates. */
  readonly changes: {
    readonly title: string;
    readonly placed: (summary: string) => string;
    readonly unknown: (pixels: string) => string;
    /** @param unit Hectares or pixels. */
    readonly matrix: (unit: string) => string;
    readonly balance: (unit: string) => string;
    readonly balanceColumns: readonly [before: string, lost: string, won: string, after: string];
    readonly objects: (least: string) => string;
    readonly objectColumns: (unit: string) => readonly string[];
  };
  readonly madeElsewhere: (name: string) => string;
  readonly everyTile: string;
  readonly files: string;
  readonly limits: string;
  readonly noTruth: string;
  readonly lastLimit: string;
  /** A picture that could not be drawn. */
  readonly leftOut: (tile: string, reason: string) => string;
}
