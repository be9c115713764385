/** Paints strokes over all panes: the finished ones when they or the map have changed, the unfinished one every time. */
import { screenColour } from "../../core/labels/class-colours";
import { canonicalClass } from "../../core/labels/class-mapping";
import type { Colour } from "../../core/labels/class-scheme";
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

/** @param gone  Strokes under the eraser: faint. */
export function paintFinished(
  canvas: HTMLCanvasElement,
  state: StudioState,
  panes: Panes,
  placed: PlacedStrokes,
  gone: ReadonlySet<string>,
): void {
  const context = cleared(canvas);
  const colours = new Map(
    selectStrokeClasses(state).map((entry) => [canonicalClass(entry.name), screenColour(entry, state.legend)]),
  );
  const strokes = placed.of(state);
  for (const { rect, camera } of panes) {
    paintPane(context, rect, camera, devicePixelRatio, (screenPx) => {
      for (const { record, painted } of strokes) {
        if (!isInView(painted, rect, camera)) continue;
        context.globalAlpha = gone.has(record.id) ? 0.25 : 1;
        paintStroke(context, painted, colours.get(canonicalClass(record.stroke.className)) ?? GREY, screenPx);
      }
    });
  }
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
