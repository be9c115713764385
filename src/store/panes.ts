/** What the panes show and where their cameras are. Cameras are in pixels of the scene's optical grid. */

/** One thing a pane can show. */
export type PaneContent =
  | { readonly kind: "optical" }
  | { readonly kind: "hillshade" }
  | { readonly kind: "heights" }
  /** Heights above the ground, given or made. */
  | { readonly kind: "above-ground" }
  | { readonly kind: "truth" }
  | { readonly kind: "mask"; readonly runId: string }
  | { readonly kind: "confidence"; readonly runId: string }
  /** How sure the run's model is of one class, id as in its mask; see `responses.ts`. */
  | { readonly kind: "probability"; readonly runId: string; readonly classId: number }
  /** Right or wrong, or TP / FP / FN of one truth class. */
  | { readonly kind: "errors"; readonly runId: string; readonly classId: number | null }
  /** Mean IoU of each square the scene is scored in. */
  | { readonly kind: "window-iou"; readonly runId: string }
  /** Share of finished runs that agree with the most frequent class. */
  | { readonly kind: "agreement" }
  /** Entropy of the runs' votes. */
  | { readonly kind: "entropy" }
  /** What became what, and how much higher it is, from the run's date to the other's. */
  | { readonly kind: "date-changes" | "height-change"; readonly runId: string; readonly otherRunId: string }
  | { readonly kind: "changes"; readonly runId: string; readonly otherRunId: string };

export type PaneCount = 1 | 2 | 4 | 6;
export type CompareMode = "side-by-side" | "swipe" | "blink" | "lens";

/** Pixel of the optical grid at the pane's centre, and screen pixels per optical pixel as a power of two. */
export interface Camera {
  readonly centrePx: readonly [col: number, row: number];
  readonly zoom: number;
}

export interface PanesState {
  readonly count: PaneCount;
  /** Always six; the first `count` are on screen. */
  readonly contents: readonly PaneContent[];
  readonly mode: CompareMode;
  readonly linked: boolean;
  /** One per pane; all equal while linked. */
  readonly cameras: readonly (Camera | null)[];
  /** Which side of the swipe line is where, and how far it is along, 0–1. */
  readonly swipe: { readonly direction: "vertical" | "horizontal"; readonly fraction: number };
  /** While the blink key is held or blinking is on, the second content is shown. */
  readonly blinking: boolean;
  readonly activePane: number;
}

export const MAX_PANES = 6;

export const initialPanes: PanesState = {
  count: 1,
  contents: [
    { kind: "optical" },
    { kind: "hillshade" },
    { kind: "truth" },
    { kind: "optical" },
    { kind: "heights" },
    { kind: "optical" },
  ],
  mode: "side-by-side",
  linked: true,
  cameras: Array.from({ length: MAX_PANES }, () => null),
  swipe: { direction: "vertical", fraction: 0.5 },
  blinking: false,
  activePane: 0,
};

export function withPaneCount(state: PanesState, count: PaneCount): PanesState {
  return { ...state, count, mode: "side-by-side", activePane: Math.min(state.activePane, count - 1) };
}

export function withContent(state: PanesState, pane: number, content: PaneContent): PanesState {
  return { ...state, contents: state.contents.map((old, index) => (index === pane ? content : old)) };
}

/** Moves one camera, and all of them while the panes are linked. */
export function withCamera(state: PanesState, pane: number, camera: Camera): PanesState {
  return { ...state, cameras: state.cameras.map((old, index) => (state.linked || index === pane ? camera : old)) };
}

export function withAllCameras(state: PanesState, camera: Camera | null): PanesState {
  return { ...state, cameras: state.cameras.map(() => camera) };
}

/** Linking again brings every pane to the active one's place. */
export function withLinked(state: PanesState, linked: boolean): PanesState {
  const active = state.cameras[state.activePane] ?? null;
  return { ...state, linked, cameras: linked ? state.cameras.map(() => active) : state.cameras };
}

/** Whatever showed the removed run shows the orthophoto again. */
export function withoutRunContents(state: PanesState, runId: string): PanesState {
  return {
    ...state,
    contents: state.contents.map((content) =>
      ("runId" in content && content.runId === runId) || ("otherRunId" in content && content.otherRunId === runId)
        ? { kind: "optical" }
        : content,
    ),
  };
}
