/**
 * Strokes over the panes, on a canvas of their own: lines as wide as what they cover, ends and corners round, so that
 * what is seen is what is learnt from. A later stroke takes the place of what it covers of earlier ones.
 */
import type { Colour } from "../core/labels/class-scheme";
import type { PixelPoint, PixelShape } from "../core/vector/stroke-on-photo";
import type { CameraPose, ScreenRect } from "./camera";

/** A stroke ready to be painted: its outline in pixels of the optical grid. */
export interface PaintedStroke {
  readonly path: Path2D;
  /** Width of a line in pixels of the image; null for an area. */
  readonly widthPx: number | null;
  /** How many make it up. */
  readonly points: number;
  readonly bounds: readonly [left: number, top: number, right: number, bottom: number];
}

/** Thinner ones could not be seen. CSS pixels. */
const THINNEST = 2.5;
const EDGE = 1.5;
/** A line of no length may be left out. */
const DOT_PX = 1e-3;

export function readyToPaint(shape: PixelShape): PaintedStroke {
  const path = new Path2D();
  const lines = shape.kind === "line" ? [shape.points] : shape.rings;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const points of lines) {
    tracePoints(path, points);
    for (const [x, y] of points) {
      [left, top] = [Math.min(left, x), Math.min(top, y)];
      [right, bottom] = [Math.max(right, x), Math.max(bottom, y)];
    }
    // A single point is a round dot.
    if (shape.kind === "line" && points.length === 1) path.lineTo(points[0]![0] + DOT_PX, points[0]![1]);
    if (shape.kind === "area") path.closePath();
  }
  const reach = shape.kind === "line" ? shape.widthPx / 2 : 0;
  return {
    path,
    widthPx: shape.kind === "line" ? shape.widthPx : null,
    points: lines.reduce((sum, points) => sum + points.length, 0),
    bounds: [left - reach, top - reach, right + reach, bottom + reach],
  };
}

export function tracePoints(path: CanvasPath, points: readonly PixelPoint[]): void {
  for (const [at, [x, y]] of points.entries()) {
    if (at === 0) path.moveTo(x, y);
    else path.lineTo(x, y);
  }
}

/** Lets `draw` paint one pane in pixels of the optical grid; what lies outside the pane is cut off. */
export function paintPane(
  context: CanvasRenderingContext2D,
  rect: ScreenRect,
  camera: CameraPose,
  pixelRatio: number,
  draw: (screenPx: number) => void,
): void {
  const scale = 2 ** camera.zoom;
  context.save();
  context.scale(pixelRatio, pixelRatio);
  context.beginPath();
  context.rect(rect.x, rect.y, rect.width, rect.height);
  context.clip();
  context.translate(rect.x + rect.width / 2, rect.y + rect.height / 2);
  context.scale(scale, scale);
  context.translate(-camera.centrePx[0], -camera.centrePx[1]);
  context.lineCap = context.lineJoin = "round";
  draw(1 / scale);
  context.restore();
}

/** @param screenPx  A CSS pixel, in pixels of the image. */
export function paintStroke(
  context: CanvasRenderingContext2D,
  { path, widthPx }: PaintedStroke,
  colour: Colour,
  screenPx: number,
): void {
  const solid = `rgb(${colour.join(" ")})`;
  const inside = `rgb(${colour.join(" ")} / 60%)`;
  const stroke = (style: string, width: number) => {
    context.strokeStyle = style;
    context.lineWidth = width;
    context.stroke(path);
  };
  if (widthPx !== null) {
    const width = Math.max(widthPx, THINNEST * screenPx);
    const edge = EDGE * screenPx;
    stroke("rgb(0 0 0 / 80%)", width + edge);
    stroke(solid, width);
    if (width > 3 * edge) {
      context.globalCompositeOperation = "destination-out";
      stroke("black", width - 2 * edge);
      context.globalCompositeOperation = "source-over";
      stroke(inside, width - 2 * edge);
    }
    return;
  }
  context.globalCompositeOperation = "destination-out";
  context.fill(path, "evenodd");
  context.globalCompositeOperation = "source-over";
  context.fillStyle = inside;
  context.fill(path, "evenodd");
  stroke("rgb(0 0 0 / 80%)", 3 * EDGE * screenPx);
  stroke(solid, EDGE * screenPx);
}

/** Whether any of it lies where the pane looks. */
export function isInView(
  { bounds }: Pick<PaintedStroke, "bounds">,
  rect: ScreenRect,
  { centrePx, zoom }: CameraPose,
): boolean {
  const scale = 2 ** zoom;
  const [width, height] = [rect.width / scale / 2, rect.height / scale / 2];
  const [left, top, right, bottom] = bounds;
  return (
    right >= centrePx[0] - width &&
    left <= centrePx[0] + width &&
    bottom >= centrePx[1] - height &&
    top <= centrePx[1] + height
  );
}
