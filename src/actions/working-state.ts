/** What actions remember from one call to the next and nobody is shown: queues, steps to undo, the newest wish. */

import type { GridSize, TileAddress } from "../core/raster/tile-grid";
import type { RunProgress } from "../core/run/run-settings";
import { SerialQueue } from "../core/serial-queue";
import type { ViewLink } from "../core/view/view-link";
import type { Evaluation } from "../store/evaluation";
import type { PaneContent } from "../store/panes";
import type { ResponseRecord } from "../store/responses";
import type { ResultRecord } from "../store/results";
import type { RunRecord } from "../store/runs";
import type { SceneRecord } from "../store/scenes";
import type { StrokeRecord } from "../store/strokes";
import type { OpenRaster } from "./registry";

/** What was taken away, and where it stood. */
export interface Removal {
  readonly runs: readonly { readonly index: number; readonly record: RunRecord }[];
  readonly scene: RemovedScene | null;
  readonly results: readonly ResultRecord[];
  readonly responses: readonly ResponseRecord[];
  readonly evaluations: Readonly<Record<string, Evaluation>>;
  readonly contentsBefore: readonly PaneContent[];
  readonly contentsAfter: readonly PaneContent[];
}

export interface RemovedScene {
  readonly index: number;
  readonly record: SceneRecord;
  readonly isSelected: boolean;
  readonly rasters: readonly (readonly [rasterId: string, raster: OpenRaster])[];
  readonly strokes: readonly StrokeRecord[];
}

/** One change, as what takes it back and what makes it again. */
export interface UndoStep {
  readonly back: () => void;
  readonly forth: () => void;
  /** Told when neither can be asked for any longer. */
  readonly forgotten?: () => void;
}

/** Display tiles of one picture; fits `TileSource` of the layers. */
export interface TileFeed extends GridSize {
  readonly id: string;
  /** What was shown in its place before: drawn until its own tiles come. */
  readonly before?: TileFeed;
  readonly revision?: number;
  readonly format: "rgba" | "ids";
  load(tile: TileAddress, signal: AbortSignal): Promise<Uint8Array>;
}

export interface WorkingState {
  /** The engine does one thing at a time: runs, response maps and trials of dropped models wait here. */
  readonly engineQueue: SerialQueue;
  /** Results are made, and deleted, one after the other: none is read or written while another one is. */
  readonly resultQueue: SerialQueue;
  /** Set while results are about to be looked through. */
  resultsDue: boolean;
  /** Files are opened one drop after the other: what is given twice is known the second time. */
  readonly openings: SerialQueue;
  /** Corrections are carried out one after the other: each closes what the next must find. */
  readonly corrections: SerialQueue;
  /** A project settles once at a time, with the owners of results locked. */
  readonly settling: SerialQueue;
  readonly sessionWrites: SerialQueue;
  /** The session as it was written last; null while none is kept. */
  savedSession: string | null;
  /** Why the last write of the session failed, as it was told; null once one has succeeded. */
  sessionFault: string | null;
  sessionTimer: ReturnType<typeof setTimeout> | undefined;
  /** A write that has not begun: it will take the newest state along. */
  nextSessionWrite: Promise<boolean> | null;
  /** The browser was asked to keep what is stored. */
  persistence: Promise<boolean> | undefined;
  readonly done: UndoStep[];
  readonly undone: UndoStep[];
  /** Steps that a notice offers to take back, by the notice's id; with the notice goes the step. */
  readonly offered: Map<number, UndoStep>;
  /** What was removed and can still be put back. */
  readonly removals: Map<Removal, UndoStep>;
  /** Pixel to be read next; whether one is being read. */
  nextPixel: { readonly sceneId: string; readonly col: number; readonly row: number } | null;
  readingPixel: boolean;
  /** One object per id, so that layers see an unchanged prop while nothing changed. */
  readonly feeds: Map<string, TileFeed>;
  /** The mask that was drawn last of each run. */
  readonly shownMasks: Map<string, TileFeed>;
  /** A link that waits; `placed` when its scene is on the screen and only runs are still to come. */
  pendingLink: { readonly link: ViewLink; readonly placed: boolean } | null;
  /** Files behind the card of a dropped graph. */
  ownModelFiles: { readonly file: File; readonly files: readonly File[] } | null;
  /** What the engine said since the last beat, by the key of the store's progress. */
  readonly progressNews: Map<string, RunProgress>;
  /** Set while a beat is due. */
  progressTimer: ReturnType<typeof setTimeout> | undefined;
  /** Cancels the hand-over that is being written; null while there is none. */
  handOver: AbortController | null;
  /** Cancels the maps that are being cleaned; null while there are none. */
  cleaning: AbortController | null;
  /** Rasters that look like bands of a photo and are none, the user says. */
  readonly keptApart: Set<string>;
  /** Rasters that could not be given to a fresh worker. */
  readonly deadlyRasters: Set<string>;
  /** Numbers given out to runs, maps and notices of this studio. */
  lastNumber: number;
}

export function createWorkingState(): WorkingState {
  return {
    engineQueue: new SerialQueue(),
    resultQueue: new SerialQueue(),
    resultsDue: false,
    openings: new SerialQueue(),
    corrections: new SerialQueue(),
    settling: new SerialQueue(),
    sessionWrites: new SerialQueue(),
    savedSession: null,
    sessionFault: null,
    sessionTimer: undefined,
    nextSessionWrite: null,
    persistence: undefined,
    done: [],
    undone: [],
    offered: new Map(),
    removals: new Map(),
    nextPixel: null,
    readingPixel: false,
    feeds: new Map(),
    shownMasks: new Map(),
    pendingLink: null,
    ownModelFiles: null,
    progressNews: new Map(),
    progressTimer: undefined,
    handOver: null,
    cleaning: null,
    keptApart: new Set(),
    deadlyRasters: new Set(),
    lastNumber: 0,
  };
}
