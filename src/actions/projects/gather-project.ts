/** The studio's state as a project, and the project as a file. */
import {
  formatProject,
  PROJECT_FORMAT,
  type Project,
  type ProjectFile,
  type ProjectRun,
  type ProjectScene,
  projectFiles,
  type RunOutcome,
} from "../../core/project/project";
import { correctionsOfFiles } from "../../core/raster/band-corrections";
import { rastersOf } from "../../core/scene/scene";
import { exportName } from "../../outputs/run-labels";
import { isHalted, type RunRecord } from "../../store/runs";
import type { SceneRecord } from "../../store/scenes";
import { selectManifest } from "../../store/selectors";
import type { StudioState } from "../../store/studio-store";
import { save } from "../outputs/export-mask";
import { notify, type Studio } from "../studio";
import { viewFragment } from "../view/view-link";
import { projectFile, sideFilesOf } from "./project-files";

/** Scenes that the project still waits for belong to it as much as open ones. */
export function gatherProject(studio: Studio): Project {
  const state = studio.store.getState();
  const { boundary, boundaryPx, truthFile, classMapping } = state.evaluation;
  const { opacity, hidden, palette, colours } = state.legend;
  const open = state.scenes.records.map((record) => projectScene(studio, record));
  const wanted = state.project.wanted.filter(({ scene }) => !open.some(({ id }) => id === scene.id));
  const scenes = [...open, ...wanted.map(({ scene }) => scene)];
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
    runs: [...state.runs.records.flatMap((run) => projectRun(state, run)), ...wanted.flatMap(({ runs }) => runs)],
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
  const fileName = `${exportName(project.scenes[0]!.name, "project")}.nadir`;
  save({ fileName, blob: new Blob([formatProject(project)], { type: "application/json" }) });
  notify(studio, "good", studio.messages.saved([fileName]));
}

function projectScene({ registry }: Studio, { scene, ...said }: SceneRecord): ProjectScene {
  const { area, auxiliaryChoice, givenName, byHand, ticked } = said;
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
    ...(ticked && { ticked }),
    sideFiles: rasters.flatMap(sideFilesOf),
  };
}

/** Cancelled and failed runs are kept for the rows they have finished. */
function projectRun(state: StudioState, run: RunRecord): ProjectRun[] {
  const outcome = outcomeOf(run);
  if (outcome === null) {
    return [];
  }
  const { state: _, ...rest } = run;
  const graphSha256 =
    outcome.status === "done"
      ? outcome.result.graphSha256
      : isHalted(run.state)
        ? run.state.graphSha256
        : (selectManifest(state, run.modelId)?.graph.sha256 ?? null);
  return [{ ...rest, graphSha256, outcome }];
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
