/** How the room is arranged: theme, open dialogs, notices. */

import { POLYGON_DEFAULTS, type PolygonOptions } from "../core/polygons/polygon-options";

export type Dialog =
  | "shortcuts"
  | "commands"
  | "model"
  | "own-model"
  | "truth"
  | "alignment"
  | "address"
  | "hand-over"
  | "polygons"
  | "go-to"
  | null;
/** A column beside the map. */
export type Column = "left" | "right";
export type EvaluationTab =
  | "scores"
  | "confusion"
  | "calibration"
  | "areas"
  | "accuracy"
  | "changes"
  | "parcels"
  | "cost"
  | "report";

/** A sentence at the foot of the page: something finished or went wrong outside any panel. */
export interface Notice {
  readonly id: number;
  readonly tone: "info" | "good" | "bad";
  readonly text: string;
  /** What it says can be taken back while it is there. */
  readonly undoable: boolean;
}

/** A hand-over on its way: runs whose files are written, of all. */
export interface HandOverState {
  readonly runsDone: number;
  readonly runsTotal: number;
}

/** Maps being cleaned, one after the other: how many are there, of all, and how much of the next is done. */
export interface CleaningState {
  readonly runsDone: number;
  readonly runsTotal: number;
  /** 0–1. */
  readonly share: number;
}

/** A line or an outline that is drawn over the panes to be measured. */
export interface Measured {
  readonly what: "length" | "area";
  /** Fractional pixels of the optical grid, in the order in which they were clicked. */
  readonly placesPx: readonly (readonly [col: number, row: number])[];
  /** Clicks no longer add to it. */
  readonly isDone: boolean;
}

export interface WorkspaceState {
  readonly theme: "dark" | "light";
  readonly dialog: Dialog;
  readonly tab: EvaluationTab;
  /** Columns that the user has folded away, in windows with room for them. */
  readonly folded: readonly Column[];
  /** The column that lies over the map, in windows without room for it. */
  readonly drawer: Column | null;
  /** Model whose card is open in the model dialog. */
  readonly modelId: string | null;
  readonly notices: readonly Notice[];
  /** The next drag on a pane draws the area of interest instead of moving the map. */
  readonly drawingArea: boolean;
  /** The other ticked scenes lie on the map beside the shown one. */
  readonly mosaic: boolean;
  /** Null while nothing is measured. */
  readonly measured: Measured | null;
  /** How polygons that are saved are made. */
  readonly polygons: PolygonOptions;
  /** Null while nothing is handed over. */
  readonly handOver: HandOverState | null;
  readonly cleaning: CleaningState | null;
}

export const initialWorkspace: WorkspaceState = {
  theme: "dark",
  dialog: null,
  tab: "scores",
  folded: [],
  drawer: null,
  modelId: null,
  notices: [],
  drawingArea: false,
  mosaic: false,
  measured: null,
  polygons: POLYGON_DEFAULTS,
  handOver: null,
  cleaning: null,
};

/** Window widths from which on each column stands beside the map. */
const ROOM_PX: Readonly<Record<Column, number>> = { left: 640, right: 1180 };

export function hasRoom(column: Column, windowWidthPx: number): boolean {
  return windowWidthPx >= ROOM_PX[column];
}

/** @param beside  Whether the window has room for the column. */
export function isColumnShown({ folded, drawer }: WorkspaceState, column: Column, beside: boolean): boolean {
  return beside ? !folded.includes(column) : drawer === column;
}

export function withColumn(state: WorkspaceState, column: Column, beside: boolean, shown: boolean): WorkspaceState {
  if (!beside) return { ...state, drawer: shown ? column : state.drawer === column ? null : state.drawer };
  const others = state.folded.filter((each) => each !== column);
  return { ...state, folded: shown ? others : [...others, column] };
}

const KEPT_NOTICES = 3;

/** The oldest make room, those that offer something last. */
export function withNotice(state: WorkspaceState, notice: Notice): WorkspaceState {
  const notices = [...state.notices, notice];
  const surplus = notices
    .slice(0, -1)
    .sort((one, other) => Number(one.undoable) - Number(other.undoable))
    .slice(0, Math.max(0, notices.length - KEPT_NOTICES));
  return { ...state, notices: notices.filter((each) => !surplus.includes(each)) };
}

/** A notice that was read or has had its time. */
export function withoutNotice(state: WorkspaceState, id: number): WorkspaceState {
  return { ...state, notices: state.notices.filter((notice) => notice.id !== id) };
}
