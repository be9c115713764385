/**
 * What is said of data below the doors, as data: which sentence, and of what. Each language spells it in a file of its
 * own beside this one (`remarks.en.ts`); whoever shows a remark spells it (`spell.ts`), so that one that is on its way
 * between workers or stands in the store knows no language.
 *
 * Shares are 0–1, counts whole, names as files and manifests have them.
 */

import type { ReprojectionAccuracy } from "../georef/reprojection";
import type { LeftOut } from "../heights/left-out";
import type { MapShift } from "../metrics/map-shift";
import type { HeightsMade } from "../run/heights-made";
import type { RunSettings } from "../run/run-settings";

/** What a second raster is called: "truth", "prediction", "second raster" or the short name of its kind. */
type Label = string;

/** Which way a grid begins from the image's corner; the latter four where north is not known. */
export type Direction = "east" | "west" | "south" | "north" | "right" | "left" | "down" | "up";

/** How another grid differs from the image's. */
export type GridWay =
  | { readonly is: "coarser" | "finer"; readonly times: number }
  | { readonly is: "mirrored" | "on-grid" }
  | { readonly is: "turned"; readonly degrees: number }
  | { readonly is: "shifted"; readonly px: readonly [number, number] }
  | {
      readonly is: "starts";
      readonly unit: "m" | "px";
      readonly steps: readonly { readonly distance: number; readonly to: Direction }[];
    };

/** What each remark is said of. */
export interface RemarkValues {
  /** One line on how two grids lie: without a full stop, behind the raster's name. */
  readonly "grids-aligned": object;
  readonly "grid-lies": { readonly label: Label; readonly way: GridWay; readonly share: number };
  readonly "grid-apart": { readonly gapMetres: number | null };
  readonly "grid-by-size": object;
  readonly "grid-by-shape": { readonly label: Label };
  readonly "grid-not-placed": object;

  readonly "covers-part": { readonly label: Label; readonly share: number };
  readonly "coarser-than-image": { readonly label: Label; readonly times: number };
  readonly "finer-than-image": { readonly label: Label; readonly times: number };
  readonly "shifted-by-fraction": { readonly label: Label; readonly px: readonly [number, number] };
  readonly "no-overlap": { readonly label: Label; readonly gapMetres: number | null };
  /** `file` is the one without a position; null for both. */
  readonly "size-tells-nothing": { readonly file: string | null; readonly sizes: Sizes };
  readonly "matched-by-size": { readonly file: string | null; readonly label: Label };
  readonly "corners-taken-as-equal": { readonly dx: number; readonly dy: number };
  readonly stretched: { readonly label: Label; readonly sizes: Sizes };
  readonly "no-conversion": { readonly image: string; readonly other: string; readonly why: string | null };
  readonly "crs-assumed": { readonly file: string };
  /** `pixels`: the accuracy in pixels of the image, 0 where those are not known. */
  readonly reprojected: {
    readonly from: string;
    readonly to: string;
    readonly accuracy: ReprojectionAccuracy;
    readonly pixels: number;
  };
  readonly "no-valid-pixel": { readonly label: Label };
  readonly "nodata-share": { readonly label: Label; readonly share: number };
  readonly "same-value": { readonly label: Label; readonly value: number };
  readonly "height-unit": { readonly unit: string };
  readonly "no-heights": { readonly values: LeftOut; readonly unit: string };

  readonly "classes-by": {
    readonly role: "truth" | "prediction";
    readonly by: "colour" | "palette colour" | "id" | "names";
    readonly scheme: string;
    readonly chosen: boolean;
  };
  readonly "nearest-colour": { readonly role: "truth" | "prediction"; readonly pixels: number };
  readonly "of-no-class": {
    readonly role: "truth" | "prediction";
    readonly pixels: number;
    readonly share: number;
    readonly values: readonly string[];
  };
  readonly "photo-missing": { readonly role: "truth" | "prediction"; readonly pixels: number; readonly share: number };
  readonly "laid-nearest": { readonly how: Remark };
  readonly "table-of": { readonly file: string };
  readonly "values-not-scored": { readonly share: number; readonly values: readonly string[] };
  readonly "unseen-not-scored": { readonly share: number };
  readonly "truth-without-class": { readonly classes: readonly string[] };
  readonly "mask-without-class": { readonly classes: readonly string[] };
  readonly "strokes-left-out": { readonly pixels: number };

  /** Where the heights that a run saw came from: without a full stop. */
  readonly "heights-made": { readonly made: HeightsMade };
  readonly "runs-with": { readonly made: HeightsMade };
  /** Which grid a run computes on. `windows`: its windows over those at the image's own scale. */
  readonly "run-at": { readonly scale: number; readonly imageMetres: number | null; readonly windows: number };
  /** Two maps of one place, by where they would agree best. */
  readonly "maps-shifted": { readonly shift: MapShift };
  readonly "maps-in-place": object;
  readonly "must-lie-over-photo": { readonly label: Label };
  readonly "same-place-or-crs": { readonly label: Label };
  readonly "drop-photo-first": object;
  readonly "models-loading": object;
  readonly "choose-model-first": object;
  readonly "raster-left-out": { readonly model: string; readonly label: Label };
  /** How a run was made: without a full stop. `heights`: as asked for, where it is not known how they were made. */
  readonly "run-settings": {
    readonly windowPx: number;
    readonly settings: Pick<RunSettings, "stridePx" | "scale" | "blend" | "testTimeAugmentation" | "areaOfInterest">;
    readonly heights: HeightsMade | RunSettings["heights"];
  };
}

/** Of two rasters, the second one's first. */
type Sizes = readonly [readonly [number, number], readonly [number, number]];

export type RemarkKey = keyof RemarkValues;

export type Remark = { readonly [K in RemarkKey]: { readonly say: K } & RemarkValues[K] }[RemarkKey];

/** A remark, or a text that exists in one language: of a file, of an older project, of what is not a remark yet. */
export type Sentence = Remark | string;

/** One language. @param spell For a remark inside another. */
export type RemarkWords = {
  readonly [K in RemarkKey]: (values: RemarkValues[K], spell: (inner: Remark) => string) => string;
};
