/** Camera moves that begin from what a pane shows now, its own place or the one that fits the scene. */
import type { Studio } from "../../actions/studio";
import { moveCamera } from "../../actions/view/arrange";
import { ZOOM } from "../../core/view/view-link";
import type { PaneDeck } from "./pane-deck";

/** CSS pixels of one step. */
const STEP_PX = 120;

/** Steps to the right and down, and as powers of two closer, in the active pane. */
export function nudge(studio: Studio, deck: PaneDeck | null, right: number, down: number, closer: number): void {
  const { activePane } = studio.store.getState().panes;
  const camera = deck?.cameraOf(activePane) ?? null;
  if (camera === null) {
    return;
  }
  const step = STEP_PX / 2 ** camera.zoom;
  moveCamera(studio, activePane, {
    centrePx: [camera.centrePx[0] + right * step, camera.centrePx[1] + down * step],
    zoom: Math.min(ZOOM.max, Math.max(ZOOM.min, camera.zoom + closer)),
  });
}

/** One pixel of the image on one of the screen. */
export function showActualPixels(studio: Studio, deck: PaneDeck | null): void {
  const { activePane } = studio.store.getState().panes;
  const camera = deck?.cameraOf(activePane) ?? null;
  if (camera !== null) {
    moveCamera(studio, activePane, { ...camera, zoom: -Math.log2(window.devicePixelRatio) });
  }
}
