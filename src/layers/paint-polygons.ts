/** Polygons of a layer over the panes, filled by a number where there is one. */
import type { RampColour } from "../core/raster/colour-ramp";

/** A polygon ready to be painted, in pixels of the optical grid. */
export interface PaintedPolygon {
  readonly path: Path2D;
  readonly bounds: readonly [left: number, top: number, right: number, bottom: number];
}

/** @param parts Rings of [x0, y0, …], not closed. */
export function polygonToPaint(parts: readonly (readonly (readonly number[])[])[]): PaintedPolygon {
  const path = new Path2D();
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of parts.flat()) {
    for (let at = 0; at < ring.length; at += 2) {
      const [x, y] = [ring[at]!, ring[at + 1]!];
      if (at === 0) path.moveTo(x, y);
      else path.lineTo(x, y);
      [left, top] = [Math.min(left, x), Math.min(top, y)];
      [right, bottom] = [Math.max(right, x), Math.max(bottom, y)];
    }
    path.closePath();
  }
  return { path, bounds: [left, top, right, bottom] };
}

/** @param fill Null for an outline alone. @param screenPx A CSS pixel, in pixels of the image. */
export function paintPolygon(
  context: CanvasRenderingContext2D,
  { path }: PaintedPolygon,
  fill: RampColour | null,
  screenPx: number,
): void {
  if (fill !== null) {
    context.fillStyle = `rgb(${fill.join(" ")} / 72%)`;
    context.fill(path, "evenodd");
  }
  // White on black: seen on every picture.
  for (const [style, width] of [
    ["rgb(0 0 0 / 75%)", 2.5],
    ["white", 1],
  ] as const) {
    context.strokeStyle = style;
    context.lineWidth = width * screenPx;
    context.stroke(path);
  }
}
