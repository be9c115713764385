/** The strokes of the shown scene on the grid of its photo, each placed once. */
import type { RasterFacts } from "../../core/raster/raster";
import { type PixelShape, photoGrid, shapeInPixels } from "../../core/vector/stroke-on-photo";
import { type PaintedStroke, readyToPaint } from "../../layers/paint-strokes";
import { pendingEdits, selectRunToCorrect } from "../../store/correcting";
import { selectScene } from "../../store/selectors";
import { type StrokeRecord, strokesOf } from "../../store/strokes";
import type { StudioState } from "../../store/studio-store";

export interface PlacedStroke {
  readonly record: StrokeRecord;
  readonly shape: PixelShape;
  readonly painted: PaintedStroke;
}

export class PlacedStrokes {
  private facts: RasterFacts | null = null;
  private known = new WeakMap<StrokeRecord, PlacedStroke>();

  /** In the order in which they were drawn. */
  of(state: StudioState): readonly PlacedStroke[] {
    const scene = selectScene(state)?.scene;
    if (scene === undefined) return [];
    const { facts } = scene.optical;
    if (facts !== this.facts) {
      this.facts = facts;
      this.known = new WeakMap();
    }
    const grid = photoGrid(facts);
    return shownStrokes(state, scene.id).map((record) => {
      const known = this.known.get(record);
      if (known !== undefined) return known;
      const shape = shapeInPixels(record.stroke.shape, grid);
      const placed = { record, shape, painted: readyToPaint(shape) };
      this.known.set(record, placed);
      return placed;
    });
  }
}

/** What is corrected shows in the map itself; until it does, as a stroke. */
function shownStrokes(state: StudioState, sceneId: string): readonly StrokeRecord[] {
  if (state.strokes.purpose === "teach") return strokesOf(state.strokes, sceneId);
  const run = selectRunToCorrect(state);
  return (run === null ? [] : pendingEdits(state, run)).flatMap(({ place, to: className }, at) =>
    place.kind === "line" || place.kind === "area"
      ? [{ id: String(at), sceneId, stroke: { className, shape: place } }]
      : [],
  );
}
