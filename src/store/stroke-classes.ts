/** The classes that can be painted, in the order of their number keys. */
import { canonicalClass } from "../core/labels/class-mapping";
import type { Colour } from "../core/labels/class-scheme";
import { selectRunToCorrect } from "./correcting";
import type { StudioState } from "./studio-store";
import { selectPupil } from "./teaching-selectors";

export interface StrokeClass {
  readonly name: string;
  readonly colour: Colour;
  /** Made up by the user: it can be renamed, recoloured and removed. */
  readonly isNew: boolean;
}

/** Of a class that only strokes name, its model being elsewhere. */
const UNKNOWN_COLOUR: Colour = [150, 150, 150];

/** Of a map that is corrected its own; else what can be taught. */
export function selectStrokeClasses(state: StudioState): StrokeClass[] {
  if (state.strokes.purpose === "teach") return selectTeachingClasses(state);
  const classes = selectRunToCorrect(state)?.classes ?? [];
  return classes.map(({ name, colour }) => ({ name, colour, isNew: false }));
}

/** Those of the model that is taught, then new ones, then those that only strokes name; each once, however it is spelled. */
export function selectTeachingClasses(state: StudioState): StrokeClass[] {
  const known = new Map<string, Colour>();
  for (const { name, colour } of state.models.records.flatMap(({ manifest }) => manifest.classes)) {
    known.set(canonicalClass(name), known.get(canonicalClass(name)) ?? colour);
  }
  const drawn = new Set(state.strokes.records.map(({ stroke }) => stroke.className));
  const all: StrokeClass[] = [
    ...(selectPupil(state)?.manifest.classes ?? []).map(({ name, colour }) => ({ name, colour, isNew: false })),
    ...state.strokes.newClasses.map(({ name, colour }) => ({ name, colour, isNew: true })),
    ...[...drawn].map((name) => ({ name, colour: known.get(canonicalClass(name)) ?? UNKNOWN_COLOUR, isNew: false })),
  ];
  const names = new Set<string>();
  return all.filter(({ name }) => {
    const isFirst = !names.has(canonicalClass(name));
    names.add(canonicalClass(name));
    return isFirst;
  });
}

/** What the next stroke says: as chosen, else the first class; null where there is none. */
export function selectStrokeClass(state: StudioState): StrokeClass | null {
  const classes = selectStrokeClasses(state);
  return classes.find(({ name }) => name === state.strokes.className) ?? classes[0] ?? null;
}
