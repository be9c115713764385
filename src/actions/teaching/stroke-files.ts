/** Strokes as files: those of a GIS or another studio are added, those drawn here are saved. */
import { NadirError } from "../../core/errors";
import { canonicalClass } from "../../core/labels/class-mapping";
import { SPARE_COLOURS } from "../../core/labels/spare-colours";
import type { ProjectClass } from "../../core/project/project";
import type { Stroke } from "../../core/vector/stroke";
import { slug } from "../../outputs/run-labels";
import type { SceneRecord } from "../../store/scenes";
import { selectScene } from "../../store/selectors";
import { selectTeachingClasses } from "../../store/stroke-classes";
import { selectScenesWithStrokes } from "../../store/teaching-selectors";
import { formatStrokes } from "../../teaching/strokes";
import { save } from "../outputs/save-file";
import { notify, notifyError, type Studio } from "../studio";
import { openTeaching } from "./choose-tool";
import { addStrokesOf } from "./draw-strokes";
import { strokesToSave } from "./strokes-to-save";

/** Adds the strokes of a GeoJSON to the open scenes they lie on, the shown one first, as one step. */
export async function openStrokes(studio: Studio, file: File): Promise<void> {
  try {
    const state = studio.store.getState();
    const shown = selectScene(state);
    const scenes = [...(shown === null ? [] : [shown]), ...state.scenes.records.filter((record) => record !== shown)];
    const opticalIds = scenes.map(({ scene }) => scene.optical.rasterId);
    const { placed, outside } = await studio.rasters.call("readStrokes", { file, opticalIds });
    if (placed.length === 0) throw nowhere(file.name, scenes.length);
    const added = placed.flatMap(({ opticalId, strokes }) => {
      const sceneId = scenes.find(({ scene }) => scene.optical.rasterId === opticalId)!.scene.id;
      return strokes.map((stroke) => ({ sceneId, stroke }));
    });
    addNamedStrokes(studio, added);
    openTeaching(studio, true);
    notify(studio, "good", studio.messages.strokesAdded(file.name, added.length, outside));
  } catch (error) {
    notifyError(studio, error);
  }
}

/** Of all open scenes: one file for each coordinate system. */
export function saveStrokes(studio: Studio): void {
  const state = studio.store.getState();
  const all = selectScenesWithStrokes(state);
  const codeOf = ({ scene }: SceneRecord) => scene.optical.facts.crs?.epsg ?? null;
  const codes = [...new Set(all.map(codeOf))];
  const fileNames = codes.map((epsg) => {
    const scenes = all.filter((record) => codeOf(record) === epsg);
    const several = codes.length === 1 ? "all" : `all.${epsg ?? "plain"}`;
    const stem = scenes.length === 1 ? slug(scenes[0]!.scene.name) : several;
    const fileName = `${stem}.strokes.geojson`;
    const blob = new Blob([formatStrokes(strokesToSave(state, scenes))], { type: "application/geo+json" });
    save({ fileName, blob });
    return fileName;
  });
  if (fileNames.length > 0) notify(studio, "good", studio.messages.saved(fileNames));
}

/** Strokes that bring their classes along: those known here as they are spelled here, others are new. As one step. */
export function addNamedStrokes(
  studio: Studio,
  added: readonly { readonly sceneId: string; readonly stroke: Stroke }[],
): void {
  const state = studio.store.getState();
  const known = new Map(selectTeachingClasses(state).map(({ name }) => [canonicalClass(name), name]));
  const found = new Map<string, ProjectClass>();
  const plain = added.map(({ sceneId, stroke: { className, colour, shape } }) => {
    const name = known.get(canonicalClass(className)) ?? className;
    if (!known.has(canonicalClass(className))) {
      const spare = SPARE_COLOURS[(state.strokes.newClasses.length + found.size) % SPARE_COLOURS.length]!;
      known.set(canonicalClass(className), className);
      found.set(className, { name: className, colour: colour ?? spare });
    }
    return { sceneId, stroke: { className: name, shape } };
  });
  addStrokesOf(studio, plain, [...found.values()]);
}

function nowhere(subject: string, scenes: number): NadirError {
  return new NadirError({
    code: "bad-strokes",
    subject,
    found:
      scenes === 0
        ? "No photo is open that these strokes could lie on."
        : "None of these strokes lies on an open photo.",
    needed:
      "Strokes lie on photos, in the photo's map coordinates or in a system that the file names by its EPSG code.",
    next: "Open the photo first, then its strokes.",
  });
}
