/**
 * What the user has said of places, stroke by stroke, the classes made up for it, and the tool in hand. The unfinished
 * stroke is not here: it changes with every pixel of the pointer's way.
 */
import type { ProjectClass } from "../core/project/project";
import type { Stroke } from "../core/vector/stroke";

export type StrokeTool = "brush" | "eraser" | "lasso" | "polygon" | "flood";

export interface StrokeRecord {
  readonly id: string;
  readonly sceneId: string;
  /** In map coordinates of the scene's photo; its colour and scene are absent. */
  readonly stroke: Stroke;
}

export interface StrokesState {
  /** In the order in which they were drawn: where strokes of a scene overlap, the later one counts. */
  readonly records: readonly StrokeRecord[];
  /** Classes that no model knows yet. */
  readonly newClasses: readonly ProjectClass[];
  /** Tools, classes and strokes are shown. */
  readonly isOpen: boolean;
  /** What is drawn becomes strokes to learn from, or corrects a map at once. */
  readonly purpose: "teach" | "correct";
  /** Whose map is corrected; null: the one that is looked at. */
  readonly correctedRunId: string | null;
  /** Only pixels of this class are corrected; null: those of any. */
  readonly fromClass: string | null;
  /** Null: the pointer moves the map. */
  readonly tool: StrokeTool | null;
  /** What the next stroke says. */
  readonly className: string | null;
  /** Diameter of brush and eraser in pixels of the image. */
  readonly brushImagePx: number;
  /** How far red, green and blue of what is filled may each be from those of the place that was clicked, 0–255. */
  readonly floodTolerance: number;
}

/** Diameters of the brush in pixels of the image. */
export const BRUSH_IMAGE_PX = { least: 1, most: 200 } as const;

export const FLOOD_TOLERANCE = { least: 0, most: 128 } as const;

export const initialStrokes: StrokesState = {
  records: [],
  newClasses: [],
  isOpen: false,
  purpose: "teach",
  correctedRunId: null,
  fromClass: null,
  tool: null,
  className: null,
  brushImagePx: 9,
  floodTolerance: 16,
};

export function strokesOf({ records }: Pick<StrokesState, "records">, sceneId: string): readonly StrokeRecord[] {
  return records.filter((record) => record.sceneId === sceneId);
}

/** Appends them: they count above what was drawn before. */
export function withStrokes(state: StrokesState, added: readonly StrokeRecord[]): StrokesState {
  return added.length === 0 ? state : { ...state, records: [...state.records, ...added] };
}

export function withoutStrokes(state: StrokesState, ids: readonly string[]): StrokesState {
  const gone = new Set(ids);
  const records = state.records.filter(({ id }) => !gone.has(id));
  return records.length === state.records.length ? state : { ...state, records };
}

/** All strokes of a scene give way to these. */
export function withSceneStrokes(state: StrokesState, sceneId: string, records: readonly StrokeRecord[]): StrokesState {
  return { ...state, records: [...state.records.filter((record) => record.sceneId !== sceneId), ...records] };
}

/** Appends it, or gives the class of that name the colour. */
export function withNewClass(state: StrokesState, { name, colour }: ProjectClass): StrokesState {
  const isKnown = state.newClasses.some((known) => known.name === name);
  const newClasses = isKnown
    ? state.newClasses.map((known) => (known.name === name ? { name, colour } : known))
    : [...state.newClasses, { name, colour }];
  return { ...state, newClasses };
}

/** With every stroke of it. A name that another class has joins the two. */
export function withClassRenamed(state: StrokesState, name: string, newName: string): StrokesState {
  const renamed = state.newClasses.map((known) => (known.name === name ? { ...known, name: newName } : known));
  return {
    ...state,
    newClasses: [...new Map(renamed.map((known) => [known.name, known])).values()],
    records: state.records.map((record) =>
      record.stroke.className === name ? { ...record, stroke: { ...record.stroke, className: newName } } : record,
    ),
    className: state.className === name ? newName : state.className,
  };
}

/** With every stroke of it. */
export function withoutNewClass(state: StrokesState, name: string): StrokesState {
  return {
    ...state,
    newClasses: state.newClasses.filter((known) => known.name !== name),
    records: state.records.filter(({ stroke }) => stroke.className !== name),
    className: state.className === name ? null : state.className,
  };
}
