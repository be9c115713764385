/** A stroke: what a user says of a place of a photo, in the photo's own map coordinates. */
import type { Colour } from "../labels/class-scheme";

/** In map coordinates; in pixels, from the outer corner of the first, where a photo has no position. */
export type MapPoint = readonly [x: number, y: number];

export type StrokeShape =
  | { readonly kind: "line"; readonly points: readonly MapPoint[]; readonly widthMetres: number }
  /** The outer ring, then holes; each ends where it begins. */
  | { readonly kind: "area"; readonly rings: readonly (readonly MapPoint[])[] };

export interface Stroke {
  readonly className: string;
  /** How a class that is new is shown, in files. */
  readonly colour?: Colour | undefined;
  /** In files: file name of its photo; absent where there is one photo only. */
  readonly scene?: string | undefined;
  readonly shape: StrokeShape;
}
