/** The tool in hand, the class it draws and its size. */
import { BRUSH_IMAGE_PX, FLOOD_TOLERANCE, type StrokeTool } from "../../store/strokes";
import { update } from "../../store/studio-store";
import type { Studio } from "../studio";

/** Shows tools, classes and strokes, or puts them away. */
export function openTeaching(studio: Studio, isOpen: boolean): void {
  update(studio.store, "strokes", (state) => ({
    ...state,
    isOpen,
    purpose: "teach",
    tool: isOpen && state.purpose === "teach" ? state.tool : null,
  }));
}

/** One thing is drawn at a time: what is measured is put away. */
export function chooseTool(studio: Studio, tool: StrokeTool): void {
  // Corrections are taken back, not rubbed out.
  if (tool === "eraser" && studio.store.getState().strokes.purpose === "correct") return;
  studio.store.setState(({ strokes, workspace }) => ({
    strokes: { ...strokes, tool, isOpen: true },
    workspace: { ...workspace, drawingArea: false, measured: null },
  }));
}

/** The pointer moves the map again. */
export function putToolAway(studio: Studio): void {
  update(studio.store, "strokes", (state) => (state.tool === null ? state : { ...state, tool: null }));
}

/** What the next stroke says. */
export function chooseClass(studio: Studio, className: string): void {
  update(studio.store, "strokes", (state) => ({ ...state, className }));
}

/** Clipped to what there is. */
export function chooseBrushSize(studio: Studio, sizeImagePx: number): void {
  const { least, most } = BRUSH_IMAGE_PX;
  const brushImagePx = Math.min(most, Math.max(least, Math.round(sizeImagePx)));
  update(studio.store, "strokes", (state) => ({ ...state, brushImagePx }));
}

/** Clipped to what there is. */
export function chooseTolerance(studio: Studio, tolerance: number): void {
  const { least, most } = FLOOD_TOLERANCE;
  const floodTolerance = Math.min(most, Math.max(least, Math.round(tolerance)));
  update(studio.store, "strokes", (state) => ({ ...state, floodTolerance }));
}
