/** Point by point: the map goes there with the photo alone, and the answer goes on to the next. */
import type { SamplePoint } from "../../core/sampling/sample-points";
import { withAllCameras, withContent, withPaneCount } from "../../store/panes";
import { selectReview, selectReviewedRun, selectSampled } from "../../store/sample-selectors";
import { type Review, withAnswer } from "../../store/samples";
import { update } from "../../store/studio-store";
import type { Studio } from "../studio";
import { openTeaching } from "../teaching/choose-tool";

/** Close enough to see the pixel, far enough to see what it belongs to. */
const FIRST_ZOOM = 1.5;
const LEAST_ZOOM = 0;

/** From the first point that nobody has looked at. */
export function startReview(studio: Studio): void {
  const state = studio.store.getState();
  const sample = selectSampled(state)?.sample;
  if (sample == null || sample.points.length === 0) return;
  // Its keys would be theirs.
  openTeaching(studio, false);
  const { count, contents, mode, cameras } = state.panes;
  const { sceneId, mapKey, points } = sample;
  const at = nextOpen(points, -1) ?? 0;
  const review: Review = { sceneId, mapKey, at, isMapShown: false, panesBefore: { count, contents, mode, cameras } };
  update(studio.store, "samples", (samples) => ({ ...samples, review }));
  update(studio.store, "panes", (panes) => withContent(withPaneCount(panes, 1), 0, { kind: "optical" }));
  look(studio, points[at]!, FIRST_ZOOM);
}

/** The panes are as they were. */
export function endReview(studio: Studio): void {
  const { review } = studio.store.getState().samples;
  if (review === null) return;
  update(studio.store, "samples", (samples) => ({ ...samples, review: null }));
  update(studio.store, "panes", (panes) => ({ ...panes, ...review.panesBefore, activePane: 0 }));
}

export function stepPoint(studio: Studio, step: 1 | -1): void {
  const found = selectReview(studio.store.getState());
  if (found === null) return;
  const at = found.review.at + step;
  if (at >= 0 && at < found.sample.points.length) goToPoint(studio, at);
}

/** @param reference The class that is there, "" where nothing can be told. The next point without an answer follows. */
export function answerPoint(studio: Studio, reference: string): void {
  const found = selectReview(studio.store.getState());
  if (found === null) return;
  const { review, sample } = found;
  update(studio.store, "samples", (samples) => withAnswer(samples, review, reference));
  const points = sample.points.map((point, at) => (at === review.at ? { ...point, reference } : point));
  const next = nextOpen(points, review.at);
  if (next !== null) goToPoint(studio, next);
}

/** The map over the photo, and away again. */
export function showReviewedMap(studio: Studio, isMapShown: boolean): void {
  const state = studio.store.getState();
  const found = selectReview(state);
  if (found === null) return;
  const run = selectReviewedRun(state);
  if (run === null) return;
  update(studio.store, "samples", (samples) => ({ ...samples, review: { ...found.review, isMapShown } }));
  update(studio.store, "panes", (panes) =>
    withContent(panes, 0, isMapShown ? { kind: "mask", runId: run.id } : { kind: "optical" }),
  );
}

function goToPoint(studio: Studio, at: number): void {
  const found = selectReview(studio.store.getState());
  if (found === null) return;
  update(studio.store, "samples", (samples) => ({ ...samples, review: { ...found.review, at, isMapShown: false } }));
  update(studio.store, "panes", (panes) => withContent(panes, 0, { kind: "optical" }));
  look(studio, found.sample.points[at]!, studio.store.getState().panes.cameras[0]?.zoom ?? FIRST_ZOOM);
}

function look(studio: Studio, { col, row }: SamplePoint, zoom: number): void {
  update(studio.store, "panes", (panes) =>
    withAllCameras(panes, { centrePx: [col + 0.5, row + 0.5], zoom: Math.max(LEAST_ZOOM, zoom) }),
  );
}

/** After that place, else from the beginning; null when all were looked at. */
function nextOpen(points: readonly SamplePoint[], after: number): number | null {
  const isOpen = ({ reference }: SamplePoint) => reference === null;
  const later = points.findIndex((point, at) => at > after && isOpen(point));
  const found = later >= 0 ? later : points.findIndex(isOpen);
  return found >= 0 ? found : null;
}
