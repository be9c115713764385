/** Polygons with attributes, whatever file they came from. */
import { NadirError } from "../errors";
import type { Crs } from "../georef/crs";

export interface VectorPolygon {
  /** The feature's own attributes: texts, numbers, truth values, null; from GeoJSON also what is nested. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** Each with its outline first, then its holes; rings of [x0, y0, x1, y1, …] in map coordinates, not closed. */
  readonly parts: readonly (readonly (readonly number[])[])[];
}

export interface VectorLayer {
  readonly name: string;
  readonly polygons: readonly VectorPolygon[];
  readonly crs: Crs;
  /** Layers of polygons in its file, itself among them, where a file has several. */
  readonly layers?: readonly string[];
  /** What of the file is not here, and what was assumed. */
  readonly notes: readonly string[];
}

/** Features of one layer. */
export const MOST_FEATURES = 1_000_000;
/** Bytes of text that are looked at: what a JavaScript string can hold. */
export const MOST_TEXT_BYTES = 2 ** 29 - 2 ** 20;

/**
 * @param points [x0, y0, …], closed or not.
 * @returns The ring without its closing point; null without three points of finite numbers.
 */
export function openRing(points: readonly number[]): readonly number[] | null {
  const { length } = points;
  const isClosed = length > 2 && points[0] === points[length - 2] && points[1] === points[length - 1];
  const open = isClosed ? points.slice(0, -2) : points;
  return open.length < 6 || !open.every(Number.isFinite) ? null : open;
}

/** Said of features that are no polygons; nothing when there are none. */
export function leftOutNotes(leftOut: number, fileName: string): string[] {
  return leftOut === 0
    ? []
    : [`${fileName}: ${leftOut} ${leftOut === 1 ? "feature" : "features"} without a polygon left out.`];
}

/** @param feature Counted from 0. */
export function badRing(subject: string, feature: number): NadirError {
  return badVector(subject, `Feature ${feature + 1} has a ring without at least three points of two numbers.`);
}

export function badVector(
  subject: string,
  found: string,
  next = 'Save the layer as GeoPackage (in QGIS: "Save Features As…") and try again.',
): NadirError {
  return new NadirError({
    code: "bad-vector",
    subject,
    found,
    needed: "Polygons are needed, as GeoPackage, Shapefile, GeoJSON or KML, with their coordinate system.",
    next,
  });
}
