/** What is drawn on the map corrects it: the chosen run, from the chosen class to the chosen class. */
import type { EditPlace } from "../../core/correction/mask-edit";
import { canonicalClass } from "../../core/labels/class-mapping";
import {
  liesOnPhoto,
  type PhotoGrid,
  type PixelPoint,
  type PixelShape,
  photoGrid,
  shapeOnMap,
} from "../../core/vector/stroke-on-photo";
import { selectRunToCorrect } from "../../store/correcting";
import { selectScene } from "../../store/selectors";
import { selectStrokeClass } from "../../store/stroke-classes";
import { update } from "../../store/studio-store";
import { showMask } from "../runs/run-model";
import { notify, type Studio } from "../studio";
import { editMask } from "./edit-mask";

/** Shows the tools, or puts them away. */
export function openCorrecting(studio: Studio, isOpen: boolean): void {
  const [purpose, tool] = isOpen ? (["correct", "brush"] as const) : (["teach", null] as const);
  update(studio.store, "strokes", (state) => ({ ...state, isOpen, purpose, tool }));
  const run = selectRunToCorrect(studio.store.getState());
  if (isOpen && run !== null) showMask(studio, run.id);
}

/** Null: the one that is looked at. */
export function chooseRunToCorrect(studio: Studio, runId: string | null): void {
  update(studio.store, "strokes", (state) => ({ ...state, correctedRunId: runId, fromClass: null }));
  if (runId !== null) showMask(studio, runId);
}

/** Null: pixels of any class. */
export function chooseFromClass(studio: Studio, fromClass: string | null): void {
  update(studio.store, "strokes", (state) => ({ ...state, fromClass }));
}

/** Beside the photo it is nothing. */
export function correctShape(studio: Studio, shape: PixelShape): void {
  const record = selectScene(studio.store.getState());
  if (record === null || !liesOnPhoto(shape, record.scene.optical.facts)) return;
  correct(studio, (grid) => shapeOnMap(shape, grid));
}

/** The pixels of one class that hang together there. */
export function correctPatch(studio: Studio, [col, row]: PixelPoint): void {
  const facts = selectScene(studio.store.getState())?.scene.optical.facts;
  if (facts === undefined || col < 0 || row < 0 || col >= facts.widthPx || row >= facts.heightPx) return;
  // The pixel's middle, so that the way through map coordinates cannot lead to its neighbour.
  correct(studio, (grid) => ({ kind: "patch", at: grid.toMap([Math.floor(col) + 0.5, Math.floor(row) + 0.5]) }));
}

/** Everything of the chosen class. */
export function correctEverywhere(studio: Studio): void {
  if (studio.store.getState().strokes.fromClass !== null) correct(studio, () => ({ kind: "everywhere" }));
}

function correct(studio: Studio, placeOn: (grid: PhotoGrid) => EditPlace): void {
  const state = studio.store.getState();
  const record = selectScene(state);
  const run = selectRunToCorrect(state);
  const to = selectStrokeClass(state)?.name ?? null;
  if (record === null || run === null || to === null) {
    notify(studio, "info", studio.messages.correctingNeedsMap);
    return;
  }
  const from = run.classes.find(({ name }) => name === state.strokes.fromClass)?.name ?? null;
  if (from !== null && canonicalClass(from) === canonicalClass(to)) {
    notify(studio, "info", studio.messages.nothingCorrected);
    return;
  }
  editMask(studio, run.id, { place: placeOn(photoGrid(record.scene.optical.facts)), from, to });
}
