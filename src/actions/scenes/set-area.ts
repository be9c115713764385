/** Area of interest of a scene: drawn, typed, taken back; and what to do about heights that lie over a part only. */
import { rectBetween } from "../../core/raster/pixel-rect";
import { areaWithin } from "../../core/run/area-of-interest";
import type { AreaOfInterest } from "../../core/run/run-settings";
import type { AuxiliaryChoice, Scene } from "../../core/scene/scene";
import { withArea, withAuxiliaryChoice } from "../../store/scenes";
import { selectScene } from "../../store/selectors";
import { update } from "../../store/studio-store";
import type { Studio } from "../studio";
import { putToolAway } from "../teaching/choose-tool";

/** The next drag on a pane draws the area. */
export function setDrawingArea(studio: Studio, drawingArea: boolean): void {
  update(studio.store, "workspace", (state) => ({ ...state, drawingArea }));
  if (drawingArea) putToolAway(studio);
}

/** Of a scene, the selected one unless said otherwise; clipped to it. Null for the whole image. */
export function setArea(
  studio: Studio,
  area: AreaOfInterest | null,
  scene: Scene | undefined = selectScene(studio.store.getState())?.scene,
): void {
  if (scene !== undefined) {
    const { widthPx, heightPx } = scene.optical.facts;
    const clipped = area && areaWithin(area, { col: 0, row: 0, widthPx, heightPx });
    update(studio.store, "scenes", (state) => withArea(state, scene.id, clipped));
  }
}

/** Between two places in optical pixels; a click draws nothing. */
export function drawArea(
  studio: Studio,
  from: readonly [col: number, row: number],
  to: readonly [col: number, row: number],
): void {
  const scene = selectScene(studio.store.getState())?.scene;
  const area = scene === undefined ? null : rectBetween(from, to, scene.optical.facts);
  if (area !== null) {
    setArea(studio, area);
  }
}

export function chooseAuxiliary(studio: Studio, sceneId: string, choice: AuxiliaryChoice | null): void {
  update(studio.store, "scenes", (state) => withAuxiliaryChoice(state, sceneId, choice));
}
