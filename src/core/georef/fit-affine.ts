/** The affine grid that ground control points lie on, by least squares, and how far they are from it. */
import type { Geotransform } from "./geotransform";

/** A point of the image and where it lies on the map. */
export interface GroundControlPoint {
  readonly col: number;
  readonly row: number;
  readonly x: number;
  readonly y: number;
}

export interface FittedGrid {
  readonly geotransform: Geotransform;
  /** Largest distance of a point from where the grid puts it, in pixels. */
  readonly worstPx: number;
}

/** @returns Null for fewer than three points, or points on one line. */
export function fitAffine(points: readonly GroundControlPoint[]): FittedGrid | null {
  if (points.length < 3) return null;
  const mean = (of: (point: GroundControlPoint) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [col0, row0, x0, y0] = [mean((p) => p.col), mean((p) => p.row), mean((p) => p.x), mean((p) => p.y)];
  // About their means, so that millions of metres do not eat millimetres.
  const product = (f: (p: GroundControlPoint) => number, g: (p: GroundControlPoint) => number) =>
    points.reduce((sum, p) => sum + f(p) * g(p), 0);
  const [col, row] = [(p: GroundControlPoint) => p.col - col0, (p: GroundControlPoint) => p.row - row0];
  const [cc, cr, rr] = [product(col, col), product(col, row), product(row, row)];
  const determinant = cc * rr - cr * cr;
  if (!(determinant > 1e-9 * cc * rr)) return null;
  const slopes = (value: (p: GroundControlPoint) => number): [number, number] => {
    const [byCol, byRow] = [product(col, value), product(row, value)];
    return [(byCol * rr - byRow * cr) / determinant, (byRow * cc - byCol * cr) / determinant];
  };
  const [a, b] = slopes((p) => p.x - x0);
  const [d, e] = slopes((p) => p.y - y0);
  const pixel = Math.sqrt(Math.abs(a * e - b * d));
  if (!(pixel > 0)) return null;
  const off = points.map((p) => Math.hypot(p.x - x0 - a * col(p) - b * row(p), p.y - y0 - d * col(p) - e * row(p)));
  return {
    geotransform: [x0 - a * col0 - b * row0, a, b, y0 - d * col0 - e * row0, d, e],
    worstPx: Math.max(...off) / pixel,
  };
}
