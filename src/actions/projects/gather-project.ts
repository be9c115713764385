/** The studio's state as a project, and the project as a file. */

import {
  formatProject,
  isSameFile,
  PROJECT_FORMAT,
  type Project,
  type ProjectFile,
  type ProjectParcels,
  type ProjectRun,
  type ProjectScene,
  projectFiles,
  type RunOutcome,
} from "../../core/project/project";
import { type RunScores, storeMatrix } from "../../core/project/run-scores";
import { correctionsOfFiles } from "../../core/raster/band-corrections";
import { spellInEnglish } from "../../core/remarks/spell";
import { masksOf } from "../../core/run/mask-names";
import { rastersOf } from "../../core/scene/scene";
import { exportName } from "../../outputs/run-labels";
import { initialDates } from "../../store/dates";
import { isDone, isHalted, type RunRecord } from "../../store/runs";
import type { SceneRecord } from "../../store/scenes";
import { selectManifest, selectRun } from "../../store/selectors";
import { strokesOf } from "../../store/strokes";
import type { StudioState } from "../../store/studio-store";
import { save } from "../outputs/save-file";
import { notify, notifyError, type Studio } from "../studio";
import { viewFragment } from "../view/view-link";
import { placeOf, projectFile, sideFilesOf } from "./project-files";

/**
 * Scenes that the project still waits for belong to it as much as open ones; one whose orthophoto is open is that scene.
 *
 * @param withScores  For somebody else, who cannot count them without the masks.
 */
export function gatherProject(studio: Studio, withScores = false): Project {
  const state = studio.store.getState();
  const { boundary, boundaryPx, truthFile, classMapping } = state.evaluation;
  const { opacity, hidden, palette, colours } = state.legend;
  const open = state.scenes.records.map((record) => projectScene(studio, record));
  const { wanted } = state.project;
  /** Of a wanted scene the open one; absent where its orthophoto is not open. */
  const openOf = new Map(
    wanted.map(({ scene: { id, optical } }) => [
      id,
      open.find((scene) => scene.id === id || isSameFile(scene.optical, optical)),
    ]),
  );
  const scenes = [
    ...open.map((scene) =>
      wanted
        .filter((other) => openOf.get(other.scene.id) === scene)
        .reduce((joined, other) => withFilesOf(joined, other.scene), scene),
    ),
    ...wanted.flatMap(({ scene }) => (openOf.get(scene.id) === undefined ? [scene] : [])),
  ];
  return {
    format: PROJECT_FORMAT,
    scenes,
    settings: state.settings,
    evaluation: { boundary, boundaryPx, truthFile, classMapping },
    corrections: correctionsOfFiles(
      state.corrections,
      scenes.flatMap(projectFiles).map(({ name }) => name),
    ),
    legend: { opacity, hidden, palette, ...(Object.keys(colours).length > 0 && { colours }) },
    ...(state.teaching.records.length > 0 && { taught: state.teaching.records }),
    ...(state.strokes.newClasses.length > 0 && { newClasses: state.strokes.newClasses }),
    ...parcelsOf(studio),
    ...(state.dates !== initialDates && { dates: state.dates }),
    runs: [
      ...state.runs.records.flatMap((run) => projectRun(state, run, withScores)),
      ...wanted
        .flatMap(({ scene, runs }) => runs.map((run) => ({ ...run, sceneId: openOf.get(scene.id)?.id ?? scene.id })))
        .filter(({ id }) => selectRun(state, id) === null),
    ],
    view: viewFragment(state),
  };
}

/** Saves the project beside the user's files. */
export function saveProject(studio: Studio): void {
  const project = gatherProject(studio);
  if (project.scenes.length === 0) {
    notify(studio, "info", studio.messages.nothingToSave);
    return;
  }
  const fileName = projectName(project);
  save({ fileName, blob: new Blob([formatProject(project)], { type: "application/json" }) });
  notify(studio, "good", studio.messages.saved([fileName]));
}

/** Saves the project for somebody else: with the scores of its runs and, if asked for, their masks. */
export async function shareProject(studio: Studio, withMasks: boolean): Promise<void> {
  const project = gatherProject(studio, true);
  if (project.scenes.length === 0) {
    notify(studio, "info", studio.messages.nothingToSave);
    return;
  }
  const runs = withMasks ? studio.store.getState().runs.records.filter(isDone) : [];
  const masks = runs.flatMap(({ id, settings, state }) => {
    const { widthPx, heightPx } = state.result.result;
    return masksOf(id, settings).map((maskId) => ({ maskId, size: { widthPx, heightPx } }));
  });
  try {
    const file = await studio.rasters.call("shareProject", {
      fileName: `${projectName(project)}z`,
      text: formatProject(project),
      masks,
    });
    save(file);
    notify(studio, "good", studio.messages.saved([file.fileName]));
  } catch (error) {
    notifyError(studio, error);
  }
}

function projectName({ scenes }: Project): string {
  return `${exportName(scenes[0]!.name, "project")}.nadir`;
}

function projectScene({ registry, store }: Studio, { scene, ...said }: SceneRecord): ProjectScene {
  const { area, auxiliaryChoice, givenName, byHand, display, ticked } = said;
  const strokes = strokesOf(store.getState().strokes, scene.id).map(({ stroke }) => stroke);
  const samples = store.getState().samples.records.filter(({ sceneId }) => sceneId === scene.id);
  const rasters = rastersOf(scene).flatMap(({ rasterId }) => registry.rasters.get(rasterId) ?? []);
  const fileOf = (rasterId: string): ProjectFile => projectFile(registry.rasters.get(rasterId)!);
  return {
    id: scene.id,
    name: scene.name,
    optical: fileOf(scene.optical.rasterId),
    auxiliary: scene.auxiliary && fileOf(scene.auxiliary.rasterId),
    ...(scene.otherAuxiliaries && {
      otherAuxiliaries: scene.otherAuxiliaries.map(({ rasterId }) => fileOf(rasterId)),
    }),
    truth: scene.truth && fileOf(scene.truth.rasterId),
    ...(scene.otherTruth && { otherTruth: fileOf(scene.otherTruth.rasterId) }),
    ...(area && { area }),
    ...(auxiliaryChoice && { auxiliaryChoice }),
    ...(givenName && { isNamed: true }),
    ...(byHand && { byHand }),
    ...(display && { display }),
    ...(ticked && { ticked }),
    ...(strokes.length > 0 && { strokes }),
    ...(samples.length > 0 && { samples: samples.map(({ sceneId: _, ...sample }) => sample) }),
    sideFiles: rasters.flatMap(sideFilesOf),
  };
}

/** With what is still to be opened of the same scene behind what is open. */
function withFilesOf(scene: ProjectScene, wanted: ProjectScene): ProjectScene {
  const open = projectFiles(scene);
  const all = (...files: readonly (ProjectFile | null | undefined)[]) =>
    files
      .filter((file) => file != null)
      .filter((file) => !open.some((other) => other !== file && isSameFile(other, file)));
  const [auxiliary = null, ...otherAuxiliaries] = all(
    ...[scene.auxiliary, ...(scene.otherAuxiliaries ?? [])],
    ...[wanted.auxiliary, ...(wanted.otherAuxiliaries ?? [])],
  );
  const [truth = null, otherTruth] = all(scene.truth, scene.otherTruth, wanted.truth, wanted.otherTruth);
  const isNew = ({ name, folder }: ProjectScene["sideFiles"][number]) =>
    !scene.sideFiles.some((side) => side.name === name && side.folder === folder);
  return {
    ...scene,
    auxiliary,
    ...(otherAuxiliaries.length > 0 && { otherAuxiliaries }),
    truth,
    ...(otherTruth !== undefined && { otherTruth }),
    sideFiles: [...scene.sideFiles, ...wanted.sideFiles.filter(isNew)],
  };
}

/** Cancelled and failed runs are kept for the rows they have finished. */
function projectRun(state: StudioState, run: RunRecord, withScores: boolean): ProjectRun[] {
  const outcome = outcomeOf(run);
  if (outcome === null) {
    return [];
  }
  const { state: _, edits: __, ...rest } = run;
  const graphSha256 =
    outcome.status === "done"
      ? outcome.result.graphSha256
      : isHalted(run.state)
        ? run.state.graphSha256
        : (selectManifest(state, run.modelId)?.graph.sha256 ?? null);
  const scores = scoresOf(state, run, withScores);
  return [{ ...rest, graphSha256, ...(scores !== undefined && { scores }), ...editsOf(run), outcome }];
}

function parcelsOf({ registry, store }: Studio): Pick<Project, "parcels"> {
  const { parcels, project } = store.getState();
  const open = parcels.layers.flatMap(({ id, truths }): ProjectParcels[] => {
    const source = registry.parcelFiles.get(id);
    if (source === undefined) return [];
    const [main, ...beside] = source.files.map((file) => ({ name: file.name, ...placeOf(file), bytes: file.size }));
    return [{ ...main!, sha256Sampled: source.sha256Sampled, layer: source.layer, truths, sideFiles: beside }];
  });
  const all = [...open, ...project.wantedParcels];
  return all.length === 0 ? {} : { parcels: all };
}

function editsOf({ edits: log }: RunRecord): Pick<ProjectRun, "edits"> {
  return log === undefined || log.edits.length === 0 ? {} : { edits: log.edits };
}

/** Those that came with somebody's project stay with the run as long as its mask is not here. */
function scoresOf({ evaluation }: StudioState, { id, state }: RunRecord, withScores: boolean): RunScores | undefined {
  if (state.status === "elsewhere") return state.scores;
  const counted = withScores ? evaluation.byRun[id] : undefined;
  if (counted?.status !== "ready") return undefined;
  const { classes, boundaryPx, notes } = counted;
  const [withBoundary, noBoundary] = [storeMatrix(counted.withBoundary), storeMatrix(counted.noBoundary)];
  return { classes, withBoundary, noBoundary, boundaryPx, notes: notes.map(spellInEnglish) };
}

function outcomeOf({ state }: RunRecord): RunOutcome | null {
  switch (state.status) {
    case "done":
    case "elsewhere": {
      const { result, seconds } = state.result;
      return { status: "done", result, seconds };
    }
    case "running":
    case "interrupted":
    case "queued":
      return { status: "interrupted", checkpoint: state.checkpoint };
    case "failed":
    case "cancelled":
      return state.checkpoint === null ? null : { status: "interrupted", checkpoint: state.checkpoint, waits: true };
  }
}
