/** Strokes of the open scenes and the classes made up for them: drawn, taken away, renamed, each undoably. */
import { canonicalClass } from "../../core/labels/class-mapping";
import type { Colour } from "../../core/labels/class-scheme";
import type { ProjectClass } from "../../core/project/project";
import type { Stroke } from "../../core/vector/stroke";
import { liesOnPhoto, type PixelShape, photoGrid, shapeOnMap } from "../../core/vector/stroke-on-photo";
import { selectScene } from "../../store/selectors";
import { selectStrokeClass } from "../../store/stroke-classes";
import {
  type StrokeRecord,
  type StrokesState,
  strokesOf,
  withClassRenamed,
  withNewClass,
  withoutNewClass,
  withoutStrokes,
  withSceneStrokes,
  withStrokes,
} from "../../store/strokes";
import { update } from "../../store/studio-store";
import { keepStep } from "../history";
import { notify, type Studio } from "../studio";

/** What was drawn on the shown scene, in pixels of its photo; says the chosen class. Beside the photo it is nothing. */
export function drawStroke(studio: Studio, shape: PixelShape): void {
  const state = studio.store.getState();
  const record = selectScene(state);
  const drawn = selectStrokeClass(state);
  if (record === null || !liesOnPhoto(shape, record.scene.optical.facts)) {
    return;
  }
  if (drawn === null) {
    notify(studio, "info", studio.messages.strokeNeedsClass);
    return;
  }
  const onMap = shapeOnMap(shape, photoGrid(record.scene.optical.facts));
  addStrokes(studio, record.scene.id, [{ className: drawn.name, shape: onMap }]);
}

/** Appends strokes to scenes, with the classes that are new in them, as one step. */
export function addStrokesOf(
  studio: Studio,
  added: readonly { readonly sceneId: string; readonly stroke: Stroke }[],
  classes: readonly ProjectClass[],
): void {
  const records = added.flatMap(({ sceneId, stroke }) => recordsOf(sceneId, [stroke]));
  changeStrokes(studio, (state) => withStrokes(classes.reduce(withNewClass, state), records));
}

/** Appends strokes to a scene, as one step. */
export function addStrokes(studio: Studio, sceneId: string, strokes: readonly Stroke[]): void {
  const added = recordsOf(sceneId, strokes);
  changeStrokes(studio, (state) => withStrokes(state, added));
}

export function eraseStrokes(studio: Studio, ids: readonly string[]): void {
  changeStrokes(studio, (state) => withoutStrokes(state, ids));
}

/** Every stroke of a scene. */
export function clearStrokes(studio: Studio, sceneId: string): void {
  changeStrokes(studio, (state) => withSceneStrokes(state, sceneId, []));
}

/** A class of that name, spelled however, is not made twice. */
export function addClass(studio: Studio, name: string, colour: Colour): void {
  const { newClasses } = studio.store.getState().strokes;
  if (name !== "" && !newClasses.some((known) => canonicalClass(known.name) === canonicalClass(name))) {
    changeStrokes(studio, (state) => withNewClass(state, { name, colour }));
  }
}

/** Its name, with that every stroke of it, and its colour, as one step. */
export function changeClass(studio: Studio, name: string, { name: newName, colour }: ProjectClass): void {
  if (newName !== "") {
    changeStrokes(studio, (state) => withNewClass(withClassRenamed(state, name, newName), { name: newName, colour }));
  }
}

/** With every stroke of it, on every scene. */
export function removeClass(studio: Studio, name: string): void {
  changeStrokes(studio, (state) => withoutNewClass(state, name));
}

/** Those of a project, to what is there: nothing that can be undone, and nothing twice. */
export function giveStrokesBack(studio: Studio, sceneId: string, strokes: readonly Stroke[]): void {
  update(studio.store, "strokes", (state) => {
    const there = new Set(strokesOf(state, sceneId).map(({ stroke }) => JSON.stringify(stroke)));
    return withStrokes(
      state,
      recordsOf(
        sceneId,
        strokes.filter((stroke) => !there.has(JSON.stringify(stroke))),
      ),
    );
  });
}

export function giveClassesBack(studio: Studio, classes: readonly ProjectClass[]): void {
  update(studio.store, "strokes", (state) => classes.reduce(withNewClass, state));
}

/**
 * Scenes that the change leaves alone are left alone by undo too, so that one that was removed and came back meanwhile
 * keeps what it brought along.
 */
function changeStrokes(studio: Studio, change: (state: StrokesState) => StrokesState): void {
  const before = studio.store.getState().strokes;
  const after = change(before);
  const sceneIds = [...new Set([...before.records, ...after.records].map(({ sceneId }) => sceneId))].filter(
    (sceneId) => !isSame(strokesOf(before, sceneId), strokesOf(after, sceneId)),
  );
  if (sceneIds.length === 0 && before.newClasses === after.newClasses) {
    return;
  }
  const put = (from: StrokesState) => {
    const open = new Set(studio.store.getState().scenes.records.map(({ scene }) => scene.id));
    update(studio.store, "strokes", (state) => ({
      ...sceneIds
        .filter((sceneId) => open.has(sceneId))
        .reduce((all, sceneId) => withSceneStrokes(all, sceneId, strokesOf(from, sceneId)), state),
      ...(before.newClasses !== after.newClasses && { newClasses: from.newClasses }),
      className: before.className === after.className ? state.className : from.className,
    }));
  };
  keepStep(studio.working, { back: () => put(before), forth: () => put(after) });
  put(after);
}

function recordsOf(sceneId: string, strokes: readonly Stroke[]): StrokeRecord[] {
  return strokes.map((stroke) => ({ id: crypto.randomUUID(), sceneId, stroke }));
}

function isSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((each, at) => each === others[at]);
}
