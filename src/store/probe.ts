/** The pixel under the pointer, and the one pinned by a click. */

export interface ProbeReading {
  readonly col: number;
  readonly row: number;
  /** In units of the DSM, usually metres; null outside it and on nodata. */
  readonly height: number | null;
  /** In metres, where they were made; null otherwise. */
  readonly aboveGround: number | null;
  /** Raw optical values in file order. */
  readonly optical: readonly number[];
  /** Truth class id; null without truth or where it is ignored. */
  readonly truthClassId: number | null;
  readonly runs: readonly {
    readonly runId: string;
    /** Null where nothing was predicted. */
    readonly classId: number | null;
    /** 0–1; null when the run kept no confidence. */
    readonly confidence: number | null;
  }[];
  /** Of the response maps that cover the pixel, 0–1. */
  readonly responses: readonly { readonly runId: string; readonly classId: number; readonly probability: number }[];
}

export interface Beyond {
  readonly pane: number;
  readonly sceneId: string;
  readonly col: number;
  readonly row: number;
}

export interface ProbeState {
  /** Place under the pointer in optical pixels, whole numbers; null outside the scene. */
  readonly hover: { readonly pane: number; readonly col: number; readonly row: number } | null;
  /** Values at the hovered pixel; may lag the pointer by a frame and says its own place. */
  readonly reading: ProbeReading | null;
  readonly pinned: ProbeReading | null;
  /** Place under the pointer in another scene of the map, in that scene's pixels; its values are then `reading`. */
  readonly beyond: Beyond | null;
}

export const initialProbe: ProbeState = { hover: null, reading: null, pinned: null, beyond: null };
