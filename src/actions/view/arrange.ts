/** Small things a user does that touch the store only: panes, cameras, legend, settings, theme, dialogs. */
import { poseOn } from "../../core/georef/grid-placement";
import type { Colour } from "../../core/labels/class-scheme";
import type { EvaluationState } from "../../store/evaluation";
import { type LegendState, withClassColour, withClassToggled, withOnlyClass } from "../../store/legend";
import { withoutRefusedModel } from "../../store/models";
import { contentOver, type PlacedScene } from "../../store/mosaic";
import {
  type Camera,
  type CompareMode,
  type PaneContent,
  type PaneCount,
  type PanesState,
  withAllCameras,
  withCamera,
  withContent,
  withLinked,
  withPaneCount,
} from "../../store/panes";
import { initialProbe } from "../../store/probe";
import type { DoneRun } from "../../store/runs";
import { withoutRefused, withSelectedScene } from "../../store/scenes";
import { selectDoneRuns, selectScene } from "../../store/selectors";
import type { AskedSettings } from "../../store/settings";
import { type StudioState, update } from "../../store/studio-store";
import {
  type Column,
  type Dialog,
  type EvaluationTab,
  hasRoom,
  isColumnShown,
  type WorkspaceState,
  withColumn,
} from "../../store/workspace";
import type { Studio } from "../studio";
import { changeUndoably } from "../undo";

export function selectSceneById(studio: Studio, sceneId: string): void {
  update(studio.store, "scenes", (state) => withSelectedScene(state, sceneId));
  update(studio.store, "probe", () => initialProbe);
  update(studio.store, "workspace", (state) => ({ ...state, measured: null }));
  update(studio.store, "evaluation", (state) => ({ ...state, lit: null, matrixRunId: null }));
  update(studio.store, "panes", (state) => withAllCameras(state, null));
  offerContents(studio);
}

/**
 * Shows a scene that lies on the map of the shown one; everything stays where it is on the screen.
 *
 * @param shown  Cameras of the panes as drawn.
 */
export function selectNeighbour(
  studio: Studio,
  { record, place }: Pick<PlacedScene, "record" | "place">,
  shown: readonly (Camera | null)[],
): void {
  const before = studio.store.getState();
  const contents = before.panes.contents.map((content) => contentOver(before, content, record.scene.id));
  const cameras = before.panes.cameras.map((own, pane) => {
    const camera = own ?? shown[pane] ?? null;
    return camera && poseOn(place, camera);
  });
  selectSceneById(studio, record.scene.id);
  update(studio.store, "panes", (state) => ({ ...state, contents, cameras }));
  offerContents(studio);
}

/** Whether the other ticked scenes lie on the map; everything is shown when they come. */
export function setMosaic(studio: Studio, mosaic: boolean): void {
  update(studio.store, "workspace", (state) => ({ ...state, mosaic }));
  update(studio.store, "panes", (state) => withAllCameras(state, null));
}

/** Contents that the selected scene cannot show (another scene's runs, a truth it lacks) become what it can. */
export function offerContents(studio: Studio): void {
  const state = studio.store.getState();
  const record = selectScene(state);
  const runs = selectDoneRuns(state);
  const runIds = new Set(runs.map(({ id }) => id));
  const usable = (content: PaneContent) =>
    ("runId" in content && !runIds.has(content.runId)) ||
    (content.kind === "truth" && record?.scene.truth == null) ||
    ((content.kind === "hillshade" || content.kind === "heights" || content.kind === "above-ground") &&
      record?.scene.auxiliary == null)
      ? null
      : content;
  const wishes: PaneContent[] = [
    ...runs.map(({ id }): PaneContent => ({ kind: "mask", runId: id })),
    { kind: "optical" },
  ];
  update(studio.store, "panes", (panes) => ({
    ...panes,
    contents: panes.contents.map((content) => usable(content) ?? wishes.shift() ?? { kind: "optical" }),
  }));
}

export function setPaneCount(studio: Studio, count: PaneCount): void {
  update(studio.store, "panes", (state) => withPaneCount(state, count));
}

/** Newest finished run of each model over the selected scene, in the order in which the models were first run. */
export function selectComparable(state: StudioState): DoneRun[] {
  return [...new Map(selectDoneRuns(state).map((run) => [run.modelName, run])).values()];
}

/**
 * The mask of every model in a pane of its own and, as there is room, the truth and the photo; with many models the first
 * ones. Nothing with fewer than two.
 */
export function compareAll(studio: Studio): void {
  const state = studio.store.getState();
  const masks = selectComparable(state).map(({ id }): PaneContent => ({ kind: "mask", runId: id }));
  if (masks.length < 2) {
    return;
  }
  const count = masks.length > 3 ? 6 : 4;
  const hasTruth = selectScene(state)?.scene.truth != null;
  const rest: PaneContent[] = [...(hasTruth ? [{ kind: "truth" } as const] : []), { kind: "optical" }];
  const shown = [...masks.slice(0, count - 1), ...rest].slice(0, count);
  // Two masks without truth leave a pane for what else is known of the place.
  const filled = shown.length < count ? [...shown, { kind: "agreement" } as const] : shown;
  update(studio.store, "panes", (panes) => ({
    ...withPaneCount(panes, count),
    contents: panes.contents.map((content, pane) => filled[pane] ?? content),
  }));
}

export function setPaneContent(studio: Studio, pane: number, content: PaneContent): void {
  update(studio.store, "panes", (state) => ({ ...withContent(state, pane, content), activePane: pane }));
}

export function setActivePane(studio: Studio, pane: number): void {
  update(studio.store, "panes", (state) => (state.activePane === pane ? state : { ...state, activePane: pane }));
}

export function moveCamera(studio: Studio, pane: number, camera: Camera): void {
  update(studio.store, "panes", (state) => withCamera(state, pane, camera));
}

/** Null lets every pane fit the whole scene again. */
export function moveAllCameras(studio: Studio, camera: Camera | null): void {
  update(studio.store, "panes", (state) => withAllCameras(state, camera));
}

export function setLinked(studio: Studio, linked: boolean): void {
  update(studio.store, "panes", (state) => withLinked(state, linked));
}

/** Swipe, blink and lens compare the contents of the first two panes in one. */
export function setCompareMode(studio: Studio, mode: CompareMode): void {
  update(studio.store, "panes", (state) => ({ ...state, mode, blinking: false }));
}

export function setSwipe(studio: Studio, swipe: Partial<PanesState["swipe"]>): void {
  update(studio.store, "panes", (state) => ({ ...state, swipe: { ...state.swipe, ...swipe } }));
}

export function setBlinking(studio: Studio, blinking: boolean): void {
  update(studio.store, "panes", (state) => (state.blinking === blinking ? state : { ...state, blinking }));
}

export function toggleClass(studio: Studio, key: string): void {
  update(studio.store, "legend", (state) => withClassToggled(state, key));
}

export function showOnlyClass(studio: Studio, key: string, allKeys: readonly string[]): void {
  update(studio.store, "legend", (state) => withOnlyClass(state, key, allKeys));
}

/** @param key  The class's one name. @param colour  Null: as the palette has it. */
export function setClassColour(studio: Studio, key: string, colour: Colour | null): void {
  update(studio.store, "legend", (state) => withClassColour(state, key, colour));
}

export function changeLegend(studio: Studio, change: Partial<LegendState>): void {
  update(studio.store, "legend", (state) => ({ ...state, ...change }));
}

/** Undoable. */
export function changeSettings(studio: Studio, change: Partial<AskedSettings>): void {
  const before = studio.store.getState().settings;
  changeUndoably(studio, before, { ...before, ...change }, (settings) =>
    update(studio.store, "settings", () => settings),
  );
}

/**
 * The papers' protocol: windows and stitching by each model's manifest, and scores on truth without class boundaries.
 * One undoable step; taken back, the boundary rule stays as it is.
 */
export function reproducePapers(studio: Studio, papers: boolean): void {
  const { settings, evaluation } = studio.store.getState();
  changeUndoably(
    studio,
    { papers: settings.papers, boundary: evaluation.boundary },
    { papers, boundary: papers ? ("without" as const) : evaluation.boundary },
    (protocol) => {
      update(studio.store, "settings", (state) => ({ ...state, papers: protocol.papers }));
      changeEvaluation(studio, { boundary: protocol.boundary });
    },
  );
}

export function toggleModel(studio: Studio, modelId: string): void {
  const { modelIds } = studio.store.getState().settings;
  changeSettings(studio, {
    modelIds: modelIds.includes(modelId) ? modelIds.filter((id) => id !== modelId) : [...modelIds, modelId],
  });
}

export function changeEvaluation(
  studio: Studio,
  change: Partial<Pick<EvaluationState, "boundary" | "normalise" | "matrixRunId" | "scope">>,
): void {
  update(studio.store, "evaluation", (state) => ({ ...state, ...change, ...("boundary" in change && { lit: null }) }));
}

export function openDialog(studio: Studio, dialog: Dialog, modelId: string | null = null): void {
  update(studio.store, "workspace", (state) => ({ ...state, dialog, modelId }));
}

export function changePolygons(studio: Studio, change: Partial<WorkspaceState["polygons"]>): void {
  update(studio.store, "workspace", (state) => ({ ...state, polygons: { ...state.polygons, ...change } }));
}

export function setTab(studio: Studio, tab: EvaluationTab): void {
  update(studio.store, "workspace", (state) => ({ ...state, tab }));
}

/** Folds a column away or brings it back: beside the map, or over it where the window has no room. */
export function toggleColumn(studio: Studio, column: Column, windowWidthPx: number): void {
  const beside = hasRoom(column, windowWidthPx);
  update(studio.store, "workspace", (state) =>
    withColumn(state, column, beside, !isColumnShown(state, column, beside)),
  );
}

/** Gives the map free where a column lies over it. */
export function closeDrawer(studio: Studio): void {
  update(studio.store, "workspace", (state) => ({ ...state, drawer: null }));
}

export function showColumn(studio: Studio, column: Column, windowWidthPx: number): void {
  update(studio.store, "workspace", (state) => withColumn(state, column, hasRoom(column, windowWidthPx), true));
}

export function setTheme(studio: Studio, theme: WorkspaceState["theme"]): void {
  update(studio.store, "workspace", (state) => ({ ...state, theme }));
}

export function dismissRefused(studio: Studio, fileNames: readonly string[]): void {
  update(studio.store, "scenes", (state) => withoutRefused(state, fileNames));
}

export function dismissRefusedModel(studio: Studio, id: string): void {
  update(studio.store, "models", (state) => withoutRefusedModel(state, id));
}
