/** A correction by hand: which pixels of a class map are another class, and when somebody said so. */
import type { MapPoint, StrokeShape } from "../vector/stroke";

export type EditPlace =
  /** Pixels whose centre is no farther from a line than half its width, or lies in an area. */
  | StrokeShape
  /** The pixels of one class that hang together by their sides with the one at this place. */
  | { readonly kind: "patch"; readonly at: MapPoint }
  | { readonly kind: "everywhere" };

/** Classes go by their names, so that the same edit fits every map that has them. */
export interface MaskEdit {
  /** In map coordinates of the photo; in its pixels where it has no position. */
  readonly place: EditPlace;
  /** Only pixels of this class; null for those of any. Pixels without a class are never touched. */
  readonly from: string | null;
  readonly to: string;
  /** ISO 8601, UTC. It decides no pixel. */
  readonly at: string;
}

/** What edits have made of a map. */
export interface CorrectionFacts {
  readonly edits: number;
  /** Pixels that differ from what the map was. */
  readonly changedPixels: number;
  /** Pixels that have a class. */
  readonly seenPixels: number;
  /** Index = class id, up to the last one that has any. */
  readonly classPixels: readonly number[];
}

/** "by hand: 3 edits, 1.2 % of pixels changed", for what stands in files. */
export function spellCorrection({ edits, changedPixels, seenPixels }: CorrectionFacts): string {
  const percent = seenPixels === 0 ? 0 : (100 * changedPixels) / seenPixels;
  const spelled = percent > 0 && percent < 0.05 ? percent.toPrecision(1) : percent.toFixed(1);
  return `by hand: ${edits} ${edits === 1 ? "edit" : "edits"}, ${spelled} % of pixels changed`;
}
