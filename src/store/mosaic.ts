/** The ticked scenes on one map: where each lies in the pixels of the shown one, and what it shows there. */
import { type GridPlacement, placedRect, placementOn } from "../core/georef/grid-placement";
import type { PixelRect } from "../core/raster/raster";
import type { PaneContent } from "./panes";
import { isDone, type RunRecord } from "./runs";
import type { SceneRecord } from "./scenes";
import { selectRun, selectScene, selectTicked } from "./selectors";
import type { StudioState } from "./studio-store";

export interface PlacedScene {
  readonly record: SceneRecord;
  readonly place: GridPlacement;
  /** What it covers, in pixels of the shown scene; need not be whole. */
  readonly rect: PixelRect;
}

/** Ticked scenes that lie on the map of the shown one, without that. */
function* neighbours(state: StudioState): Generator<PlacedScene> {
  const shown = selectScene(state);
  if (shown === null) return;
  for (const record of selectTicked(state)) {
    const { facts } = record.scene.optical;
    const place = record === shown ? null : placementOn(shown.scene.optical.facts, facts);
    if (place !== null) yield { record, place, rect: placedRect(place, facts) };
  }
}

export function hasNeighbours(state: StudioState): boolean {
  return neighbours(state).next().done !== true;
}

/** The same while they are shown. */
export function selectMosaic(state: StudioState): PlacedScene[] {
  return state.workspace.mosaic ? [...neighbours(state)] : [];
}

/** The neighbour under a place of the shown scene's grid, which it lies outside of; the last drawn where they overlap. */
export function neighbourAt(state: StudioState, [col, row]: readonly [number, number]): PlacedScene | null {
  const isIn = ({ rect }: PlacedScene) =>
    col >= rect.col && row >= rect.row && col < rect.col + rect.widthPx && row < rect.row + rect.heightPx;
  return selectMosaic(state).findLast(isIn) ?? null;
}

/** What is shown when everything is: the scene, with its neighbours while they are on the map. */
export function selectExtent(state: StudioState, { scene }: SceneRecord): PixelRect {
  const { widthPx, heightPx } = scene.optical.facts;
  const rects = [{ col: 0, row: 0, widthPx, heightPx }, ...selectMosaic(state).map(({ rect }) => rect)];
  const [left, top] = [Math.min(...rects.map(({ col }) => col)), Math.min(...rects.map(({ row }) => row))];
  const right = Math.max(...rects.map((rect) => rect.col + rect.widthPx));
  const bottom = Math.max(...rects.map((rect) => rect.row + rect.heightPx));
  return { col: left, row: top, widthPx: right - left, heightPx: bottom - top };
}

/** What a pane shows of another scene: the same of the newest finished run of the same model, else its photo. */
export function contentOver(state: StudioState, content: PaneContent, sceneId: string): PaneContent {
  const alike = (runId: string): RunRecord | undefined => {
    const modelName = selectRun(state, runId)?.modelName;
    return state.runs.records.findLast((run) => run.sceneId === sceneId && run.modelName === modelName && isDone(run));
  };
  if (!("runId" in content)) return content;
  if (content.kind === "date-changes" || content.kind === "height-change") return { kind: "optical" };
  const run = alike(content.runId);
  if (run === undefined) return { kind: "optical" };
  if (content.kind !== "changes") return { ...content, runId: run.id };
  const other = alike(content.otherRunId);
  return other === undefined ? { kind: "optical" } : { ...content, runId: run.id, otherRunId: other.id };
}
