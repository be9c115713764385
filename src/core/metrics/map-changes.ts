/** What became what between two maps of one place, as plain facts. */
import type { ModelClass } from "../manifest/manifest";
import type { Remark } from "../remarks/remark";
import type { MapShift } from "./map-shift";

/** Connected pixels that became one class, or were one and are no longer: at least as large as was asked. */
export interface ChangedObjects {
  readonly count: number;
  readonly pixels: number;
  /** On the ground; null where pixels have no known size. */
  readonly squareMetres: number | null;
  /** Mean of later minus earlier height over their pixels, in metres; null where nothing is known of it. */
  readonly heightChangeMetres: number | null;
}

export interface MapChanges {
  /** Of either map, met by name; ids are places in this list. */
  readonly classes: readonly ModelClass[];
  /** Pixels [before][after]. */
  readonly pixels: readonly (readonly number[])[];
  /** Square metres on the ground likewise; null where pixels have no known size. */
  readonly squareMetres: readonly (readonly number[])[] | null;
  /** Pixels that one of the maps says nothing of. */
  readonly unknownPixels: number;
  /** Null where the maps agree best as they lie, or hardly better elsewhere. */
  readonly shift: MapShift | null;
  readonly objects: {
    /** Smaller ones count nowhere. */
    readonly least: number;
    readonly unit: "m²" | "px";
    /** By class. */
    readonly appeared: readonly ChangedObjects[];
    readonly gone: readonly ChangedObjects[];
  };
  /** Change from class to class that occurs, by its id in the raster of pairs. */
  readonly pairs: readonly { readonly from: number; readonly to: number }[];
}

/** What became of a map at another date. */
export interface DatedChanges {
  /** Scene and model of the later map. */
  readonly sceneName: string;
  readonly modelName: string;
  readonly changes: MapChanges;
  /** How the later map was brought to this one's grid; null where it lies on it. */
  readonly placement: Remark | null;
}

/** Whether the maps lie on each other. */
export function shiftRemark({ shift }: Pick<MapChanges, "shift">): Remark {
  return shift === null ? { say: "maps-in-place" } : { say: "maps-shifted", shift };
}

/** Objects smaller than that are mostly outlines drawn a little differently. */
export const LEAST_OBJECT = 10;

/** Each pair as a class, in the colour of what came: what polygons of changes are written with. */
export function pairClasses({ classes, pairs }: Pick<MapChanges, "classes" | "pairs">): ModelClass[] {
  return pairs.map(({ from, to }, id) => ({
    ...classes[to]!,
    id,
    name: `${classes[from]!.name} → ${classes[to]!.name}`,
  }));
}
