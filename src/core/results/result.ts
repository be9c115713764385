/**
 * Everything that is made from opened rasters and finished runs, and what it is made of. The id of a result is a hash of
 * all that decides its pixels (or numbers), so that it changes exactly when they do.
 */
import type { CleaningPx } from "../cleaning/cleaning";
import { hash64 } from "../hash64";
import type { PixelRect } from "../raster/raster";
import { cleanedIdOf, confidenceIdOf, maskIdOf, truthIdOf } from "../run/mask-names";

/** A mask and how its ids become classes: index = id, null where it is left out. */
export interface MaskReading {
  readonly maskId: string;
  readonly toClass: readonly (number | null)[];
}

/** A map of one date, and where its heights are; null without any. */
export interface DatedSource {
  readonly runId: string;
  readonly maskId: string;
  readonly opticalId: string;
  readonly heightsId: string | null;
}

export type ResultOf =
  /** Class ids of a run, and how sure it is of them. */
  | { readonly kind: "mask" | "confidence"; readonly runId: string }
  /** A run's mask as somebody has corrected it. @see EditLog for the key. */
  | { readonly kind: "corrected"; readonly maskId: string; readonly logKey: string }
  /** A truth raster as class ids on the optical grid; one corrected is another raster. */
  | { readonly kind: "truth"; readonly rasterId: string; readonly opticalId: string }
  /** A surface model as heights above the ground: made as it is read, from the ground found under it or a terrain model. */
  | { readonly kind: "above-ground"; readonly surfaceId: string; readonly terrainId: string | null }
  /** The same without its class boundaries: a disc of this radius is taken out around them. */
  | { readonly kind: "eroded-truth"; readonly truthId: string; readonly radiusPx: number }
  /** Mean IoU over the averaged classes of each square the scene is scored in. */
  | {
      readonly kind: "window-iou";
      readonly mask: MaskReading;
      readonly truth: MaskReading;
      readonly windowPx: number;
      readonly averaged: readonly number[];
      readonly leftOut?: string;
    }
  /** Share of the masks that agree with the commonest class, and the entropy of their votes. */
  | { readonly kind: "agreement" | "entropy"; readonly masks: readonly MaskReading[]; readonly classCount: number }
  /** Probability of one class over what was in view. */
  | { readonly kind: "response"; readonly runId: string; readonly classId: number; readonly view: PixelRect }
  /** Square metres per class id: numbers, no raster. */
  | { readonly kind: "areas"; readonly maskId: string; readonly opticalId: string }
  /** Where the polygons of a layer lie on a photo: outlines, no raster. */
  | { readonly kind: "parcel-outlines"; readonly layerId: string; readonly opticalId: string }
  /** What lies in each polygon of a layer: numbers, no raster. */
  | {
      readonly kind: "parcels";
      readonly layerId: string;
      readonly maskId: string;
      readonly opticalId: string;
      /** Heights above the ground; null without. */
      readonly heightsId: string | null;
    }
  /** Two maps of one place on the earlier one's grid: the later class where it is another, the pair of classes, the height gained. */
  | {
      readonly kind: "date-changes" | "date-pairs" | "height-change";
      readonly before: DatedSource;
      readonly after: DatedSource;
      /** Smallest object. */
      readonly least: number;
    }
  /** Matrices, squares and confidence against the truth: numbers, no raster. */
  | {
      readonly kind: "evaluation";
      readonly mask: MaskReading;
      readonly truth: MaskReading;
      readonly confidenceId: string | null;
      readonly classNames: readonly string[];
      readonly averaged: readonly number[];
      readonly boundaryPx: number;
      readonly windowPx: number;
      /** Hash of the graph whose strokes do not count. */
      readonly leftOut?: string;
    };

/** @param sessionId Part of the name: tabs share one storage, and each may only delete what its own names say. */
export function resultId(of: ResultOf, sessionId: string): string {
  switch (of.kind) {
    case "mask":
      return maskIdOf(of.runId);
    case "confidence":
      return confidenceIdOf(of.runId);
    case "truth":
      return truthIdOf(of.rasterId, of.opticalId);
    default:
      return `${of.kind}-${sessionId}-${hash64(JSON.stringify(sorted(of)))}`;
  }
}

/** Name of the run that another one's mask becomes when it is tidied up: the same steps give the same run. */
export function cleanedRunId(maskId: string, cleaning: CleaningPx, sessionId: string): string {
  return cleanedIdOf(sessionId, hash64(JSON.stringify(sorted({ maskId, cleaning }))));
}

/** Whether it lies in the mask store under its id. */
export function isRaster({ kind }: ResultOf): boolean {
  return !NO_RASTERS.has(kind);
}

const NO_RASTERS: ReadonlySet<ResultOf["kind"]> = new Set([
  "areas",
  "parcel-outlines",
  "parcels",
  "evaluation",
  "above-ground",
]);

/** The same facts give the same text, whatever order they were written in. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((entry) => sorted(entry ?? null));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([name, entry]) => [name, sorted(entry)]));
}
