/** Learning from strokes: what is under way, what came of it last, and every taught model that is known. */
import type { NadirErrorFacts } from "../core/errors";
import type { ModelClass } from "../core/manifest/manifest";
import type { ProjectTaught } from "../core/project/project";
import type { PixelRect } from "../core/raster/raster";

export interface TeachingState {
  readonly work:
    | { readonly status: "idle" | "learning" }
    | { readonly status: "failed"; readonly error: NadirErrorFacts };
  readonly lesson: ShownLesson | null;
  /** Oldest first; of those whose files the user dropped, only the strokes. */
  readonly records: readonly ProjectTaught[];
  /** Found when they are first asked for. */
  readonly places: TeachingPlaces | null;
  /** Why a model cannot be taught, by the hash of its graph; null: it can. Zoo models are not looked at beforehand. */
  readonly faults: Readonly<Record<string, NadirErrorFacts | null>>;
}

/** The places of a map worth a stroke, most of all first. */
export interface TeachingPlaces {
  readonly runId: string;
  readonly list: readonly { readonly rect: PixelRect; readonly confidence: number }[];
  /** The one that was gone to last; null before the first. */
  readonly at: number | null;
}

/** What the last round came to. */
export interface ShownLesson {
  readonly baseId: string;
  /** Of the taught model; null where the old head was kept. */
  readonly modelId: string | null;
  readonly keptBecause: string | null;
  readonly classes: readonly LessonClass[];
  readonly notes: readonly string[];
}

interface LessonClass extends Pick<ModelClass, "name" | "colour"> {
  readonly strokes: number;
  /** Share of its strokes that is told rightly, 0–1; null for a class the old head does not have. */
  readonly old: number | null;
  /** Each stroke judged by a head taught without it; null where it is the only one. */
  readonly taught: number | null;
}

export const initialTeaching: TeachingState = {
  work: { status: "idle" },
  lesson: null,
  records: [],
  places: null,
  faults: {},
};

/** Adds a taught model or replaces the one of the same graph. */
export function withTaught(state: TeachingState, record: ProjectTaught): TeachingState {
  const { sha256 } = record.manifest.graph;
  return { ...state, records: [...state.records.filter(({ manifest }) => manifest.graph.sha256 !== sha256), record] };
}

/** The taught model of this graph. */
export function taughtOf({ records }: Pick<TeachingState, "records">, graphSha256: string): ProjectTaught | null {
  return records.find(({ manifest }) => manifest.graph.sha256 === graphSha256) ?? null;
}
