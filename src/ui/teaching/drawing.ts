/** What the tool in hand makes of presses, ways and points, from the pointer or from the keys. */
import { correctPatch, correctShape } from "../../actions/correcting/draw-edits";
import type { Studio } from "../../actions/studio";
import { drawStroke, eraseStrokes } from "../../actions/teaching/draw-strokes";
import { fillSimilar } from "../../actions/teaching/fill-similar";
import type { PixelPoint } from "../../core/vector/stroke-on-photo";
import { touchesStroke } from "../../core/vector/touches-stroke";
import type { StrokeTool } from "../../store/strokes";
import { type Draft, finishedShape, follow } from "./draft";
import type { PlacedStrokes } from "./placed-strokes";

/** A second press this near to a corner ends the polygon, in CSS pixels. */
const SAME_PLACE = 5;

export class Drawing {
  draft: Draft | null = null;
  /** Where the next point would be: under the pointer, or where the arrow keys have moved it. */
  aim: { readonly at: PixelPoint; readonly by: "pointer" | "keys" } | null = null;

  constructor(
    private readonly studio: Studio,
    private readonly placed: PlacedStrokes,
    /** Told after every change; what is drawn lies in it. */
    private readonly onChange: () => void,
  ) {}

  aimAt(aim: Drawing["aim"]): void {
    this.aim = aim;
    this.onChange();
  }

  /** @param screenPx  A CSS pixel, in pixels of the image. */
  press(tool: StrokeTool, at: PixelPoint, screenPx: number): void {
    const { draft } = this;
    if (tool === "polygon" && draft?.kind === "polygon") {
      const isNear = (corner: PixelPoint | undefined) =>
        corner !== undefined && Math.hypot(corner[0] - at[0], corner[1] - at[1]) < SAME_PLACE * screenPx;
      if (isNear(draft.points.at(-1)) || (draft.points.length > 2 && isNear(draft.points[0]))) {
        this.finish();
      } else {
        draft.points.push(at);
      }
    } else {
      this.begin(tool, at);
    }
    this.onChange();
  }

  /** The pointer's way while it is held down. */
  drag(places: readonly PixelPoint[]): void {
    const { draft } = this;
    for (const at of places) {
      if (draft?.kind === "brush" || draft?.kind === "lasso") follow(draft.points, at);
      if (draft?.kind === "eraser") this.erase(draft, at);
    }
    this.onChange();
  }

  /** The pointer is let go: only a polygon goes on. */
  release(): void {
    if (this.draft?.kind !== "polygon") this.finish();
  }

  /** Sets a point without a pointer: every line and outline goes on until it is finished. */
  setPoint(tool: StrokeTool, at: PixelPoint): void {
    if (this.draft === null || this.draft.kind !== tool || this.draft.kind === "eraser") {
      this.begin(tool, at);
      if (tool === "eraser") this.finish();
    } else {
      follow(this.draft.points, at);
    }
    this.onChange();
  }

  finish(): void {
    const { draft } = this;
    this.draft = null;
    if (draft?.kind === "eraser") eraseStrokes(this.studio, [...draft.ids]);
    const shape = draft === null ? null : finishedShape(draft);
    if (shape !== null) (this.isCorrecting ? correctShape : drawStroke)(this.studio, shape);
    this.onChange();
  }

  /** @returns Whether there was a point to take back. */
  takeBack(): boolean {
    const { draft } = this;
    if (draft === null || draft.kind === "eraser") return false;
    draft.points.pop();
    if (draft.points.length === 0) this.draft = null;
    this.onChange();
    return true;
  }

  /** @returns Whether there was something unfinished. */
  cancel(): boolean {
    const was = this.draft !== null;
    this.draft = null;
    this.onChange();
    return was;
  }

  private get isCorrecting(): boolean {
    return this.studio.store.getState().strokes.purpose === "correct";
  }

  private begin(tool: StrokeTool, at: PixelPoint): void {
    const widthPx = this.studio.store.getState().strokes.brushImagePx;
    if (tool === "brush") this.draft = { kind: "brush", points: [at], widthPx };
    if (tool === "flood" && this.isCorrecting) correctPatch(this.studio, at);
    else if (tool === "flood") void fillSimilar(this.studio, at);
    if (tool === "lasso" || tool === "polygon") this.draft = { kind: tool, points: [at] };
    if (tool === "eraser") {
      const draft = { kind: "eraser", ids: new Set<string>(), at } as const;
      this.draft = draft;
      this.erase(draft, at);
    }
  }

  private erase(draft: Extract<Draft, { kind: "eraser" }>, to: PixelPoint): void {
    const state = this.studio.store.getState();
    for (const { record, shape } of this.placed.of(state)) {
      if (!draft.ids.has(record.id) && touchesStroke(shape, draft.at, to, state.strokes.brushImagePx / 2)) {
        draft.ids.add(record.id);
      }
    }
    draft.at = to;
  }
}
