/** Paints strokes over all panes: the finished ones when they or the map have changed, the unfinished one every time. */
import { screenColour } from "../../core/labels/class-colours";
import { canonicalClass } from "../../core/labels/class-mapping";
import type { Colour } from "../../core/labels/class-scheme";
import type { CameraPose, ScreenRect } from "../../layers/camera";
import { isInView, paintPane, paintStroke, readyToPaint, tracePoints } from "../../layers/paint-strokes";
import { selectStrokeClass, selectStrokeClasses } from "../../store/stroke-classes";
import type { StudioState } from "../../store/studio-store";
import { cleared } from "../controls/cleared-canvas";
import type { PaneDeck } from "../view/pane-deck";
import type { Draft } from "./draft";
import type { Drawing } from "./drawing";
import type { PlacedStrokes } from "./placed-strokes";

type Panes = ReturnType<PaneDeck["panes"]>;

/** CSS pixels. */
const CORNER = 3.5;
const ARM = 12;
const GREY: Colour = [150, 150, 150];

/** More points than this are not painted anew in every frame while the map moves. */
const MOST_POINTS_MOVING = 3000;

/** The finished strokes on their canvas. */
export class FinishedStrokes {
  /** What the canvas showed when it was painted last, and with which cameras. */
  private kept: { readonly picture: HTMLCanvasElement; readonly panes: Panes } | null = null;
  private panes: Panes = [];

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly placed: PlacedStrokes,
  ) {}

  /** @param gone  Strokes under the eraser: faint. */
  paint(state: StudioState, panes: Panes, gone: ReadonlySet<string>): void {
    const context = cleared(this.canvas);
    const colours = new Map(
      selectStrokeClasses(state).map((entry) => [canonicalClass(entry.name), screenColour(entry, state.legend)]),
    );
    const strokes = this.placed.of(state);
    for (const { rect, camera } of panes) {
      paintPane(context, rect, camera, devicePixelRatio, (screenPx) => {
        for (const { record, painted } of strokes) {
          if (!isInView(painted, rect, camera)) continue;
          context.globalAlpha = gone.has(record.id) ? 0.25 : 1;
          paintStroke(context, painted, colours.get(canonicalClass(record.stroke.className)) ?? GREY, screenPx);
        }
      });
    }
    this.panes = panes;
    this.kept = null;
  }

  /**
   * While the map moves under many strokes their picture moves along.
   *
   * @returns Whether they are to be painted anew once the map lies still.
   */
  follow(state: StudioState, panes: Panes): boolean {
    const points = this.placed.of(state).reduce((sum, { painted }) => sum + painted.points, 0);
    const isSameLayout =
      panes.length === this.panes.length && panes.every(({ rect }, at) => isSameRect(rect, this.panes[at]!.rect));
    if (points <= MOST_POINTS_MOVING || !isSameLayout) {
      this.paint(state, panes, new Set());
      return false;
    }
    this.kept ??= { picture: copyOf(this.canvas), panes: this.panes };
    const context = cleared(this.canvas);
    for (const [at, { rect, camera }] of panes.entries()) {
      movePicture(context, this.kept.picture, rect, this.kept.panes[at]!.camera, camera);
    }
    return true;
  }
}

/** Draws what a pane showed under the camera of before as it lies under the camera of now. */
function movePicture(
  context: CanvasRenderingContext2D,
  picture: HTMLCanvasElement,
  { x, y, width, height }: ScreenRect,
  before: CameraPose,
  now: CameraPose,
): void {
  const ratio = devicePixelRatio;
  const scale = 2 ** (now.zoom - before.zoom);
  const shift = (axis: 0 | 1) => (before.centrePx[axis] - now.centrePx[axis]) * 2 ** now.zoom;
  context.save();
  context.scale(ratio, ratio);
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.translate(x + width / 2 + shift(0), y + height / 2 + shift(1));
  context.scale(scale, scale);
  const [left, top, wide, high] = [x, y, width, height].map((px) => px * ratio) as [number, number, number, number];
  context.drawImage(picture, left, top, wide, high, -width / 2, -height / 2, width, height);
  context.restore();
}

function copyOf(canvas: HTMLCanvasElement): HTMLCanvasElement {
  const copy = document.createElement("canvas");
  [copy.width, copy.height] = [canvas.width, canvas.height];
  if (copy.width > 0 && copy.height > 0) copy.getContext("2d")!.drawImage(canvas, 0, 0);
  return copy;
}

function isSameRect(one: ScreenRect, other: ScreenRect): boolean {
  return one.x === other.x && one.y === other.y && one.width === other.width && one.height === other.height;
}

/** The stroke that is being drawn, and where the next point of it would be. */
export function paintDraft(canvas: HTMLCanvasElement, state: StudioState, panes: Panes, drawing: Drawing): void {
  const context = cleared(canvas);
  const { tool, brushImagePx } = state.strokes;
  if (tool === null) {
    return;
  }
  const chosen = selectStrokeClass(state);
  const colour = chosen === null ? GREY : screenColour(chosen, state.legend);
  const { draft, aim } = drawing;
  for (const { rect, camera } of panes) {
    paintPane(context, rect, camera, devicePixelRatio, (screenPx) => {
      if (draft !== null) paintUnfinished(context, draft, drawing, colour, screenPx);
      if (aim === null) return;
      if (tool === "brush" || tool === "eraser") {
        twoTone(context, screenPx, () => context.arc(...aim.at, brushImagePx / 2, 0, 2 * Math.PI));
      }
      if (aim.by === "keys") paintAim(context, aim.at, screenPx);
    });
  }
}

function paintUnfinished(
  context: CanvasRenderingContext2D,
  draft: Draft,
  { aim }: Drawing,
  colour: Colour,
  screenPx: number,
): void {
  if (draft.kind === "eraser") {
    return;
  }
  const isFollowed = draft.kind === "polygon" || aim?.by === "keys";
  const points = aim !== null && isFollowed ? [...draft.points, aim.at] : draft.points;
  if (draft.kind === "brush") {
    paintStroke(context, readyToPaint({ kind: "line", points, widthPx: draft.widthPx }), colour, screenPx);
    return;
  }
  const ring = [...points, points[0]!];
  if (points.length > 2) paintStroke(context, readyToPaint({ kind: "area", rings: [ring] }), colour, screenPx);
  twoTone(context, screenPx, () => tracePoints(context, points));
  for (const [x, y] of draft.kind === "polygon" || aim?.by === "keys" ? draft.points : []) {
    context.beginPath();
    context.arc(x, y, CORNER * screenPx, 0, 2 * Math.PI);
    context.fillStyle = "white";
    context.fill();
    context.strokeStyle = "black";
    context.lineWidth = screenPx;
    context.stroke();
  }
}

function paintAim(context: CanvasRenderingContext2D, [x, y]: readonly [number, number], screenPx: number): void {
  const arm = ARM * screenPx;
  twoTone(context, screenPx, () => {
    context.moveTo(x - arm, y);
    context.lineTo(x + arm, y);
    context.moveTo(x, y - arm);
    context.lineTo(x, y + arm);
  });
}

/** White on black: seen on every picture. */
function twoTone(context: CanvasRenderingContext2D, screenPx: number, draw: () => void): void {
  for (const [style, width] of [
    ["black", 3],
    ["white", 1.25],
  ] as const) {
    context.beginPath();
    draw();
    context.strokeStyle = style;
    context.lineWidth = width * screenPx;
    context.stroke();
  }
}
