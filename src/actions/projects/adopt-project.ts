/**
 * A project comes back: settings at once, each scene as soon as its rasters are open again, with the runs whose masks
 * this browser still holds. What is missing is asked for by name.
 */

import { NO_EDITS, withEdits } from "../../core/correction/edit-log";
import type { NadirErrorFacts } from "../../core/errors";
import {
  isSameFile,
  type Project,
  type ProjectFile,
  type ProjectRun,
  type ProjectScene,
  projectFiles,
} from "../../core/project/project";
import type { GridSize } from "../../core/raster/tile-grid";
import { masksOf } from "../../core/run/mask-names";
import { finishedShare } from "../../core/run/run-checkpoint";
import { withRunRenamed } from "../../store/dates";
import {
  type MissingFile,
  type WantedScene,
  withoutWanted,
  withoutWantedRun,
  withWanted,
  withWantedChanged,
} from "../../store/project";
import { type RunRecord, type RunState, withRun } from "../../store/runs";
import type { SceneRecord } from "../../store/scenes";
import { selectRun } from "../../store/selectors";
import { update } from "../../store/studio-store";
import { changeDates } from "../dates/compare-dates";
import { setBoundaryWidth } from "../evaluation/evaluate-run";
import { applyMapping, chooseTruthFile } from "../evaluation/truth-classes";
import { checkMasks } from "../results/check-masks";
import { declareMasks } from "../results/keep-results";
import { finishedRun, newRunId, resumeRun, showMask } from "../runs/run-model";
import { giveSamplesBack } from "../sampling/draw-points";
import { adoptCorrections } from "../scenes/correct-raster";
import { setByHand, setName } from "../scenes/describe-scene";
import { joinBandFiles } from "../scenes/join-bands";
import { chooseAuxiliary, setArea } from "../scenes/set-area";
import { tickScenes } from "../scenes/tick-scenes";
import { errorFacts, notifyError, type Studio } from "../studio";
import { giveClassesBack, giveStrokesBack } from "../teaching/draw-strokes";
import { giveTaughtBack } from "../teaching/taught-models";
import { changeLegend, changeSettings } from "../view/arrange";
import { setDisplay } from "../view/photo-display";
import { followFragment } from "../view/view-link";
import { filesOf, projectFile } from "./project-files";
import { heldByOtherTabs, withOwnersLocked } from "./result-owners";
import { saveSessionNow } from "./session";

/** @param goOn Whether interrupted runs go on by themselves. */
export async function adoptProject(studio: Studio, project: Project, goOn: boolean): Promise<void> {
  changeSettings(studio, project.settings);
  changeLegend(studio, { colours: {}, ...project.legend });
  update(studio.store, "evaluation", (state) => ({ ...state, boundary: project.evaluation.boundary }));
  if (studio.store.getState().evaluation.boundaryPx !== project.evaluation.boundaryPx) {
    setBoundaryWidth(studio, project.evaluation.boundaryPx);
  }
  giveClassesBack(studio, project.newClasses ?? []);
  giveTaughtBack(studio, project.taught ?? []);
  const { truthFile = "full", classMapping = {} } = project.evaluation;
  chooseTruthFile(studio, truthFile);
  applyMapping(studio, classMapping);
  const { dates } = project;
  if (dates !== undefined) changeDates(studio, dates);
  await adoptCorrections(studio, project.corrections ?? {});
  const wanted = project.scenes.map(
    (scene): WantedScene => ({
      scene,
      runs: project.runs.filter(({ sceneId }) => sceneId === scene.id),
      missing: [],
      goOn,
    }),
  );
  update(studio.store, "project", (state) => ({
    ...withWanted(state, wanted),
    wantedParcels: project.parcels ?? [],
  }));
  followFragment(studio, project.view, false);
  await settleProject(studio);
}

/** Gives up what is still missing of a scene: with its orthophoto the runs that wait for it. */
export function leaveOutWanted(studio: Studio, sceneId: string): void {
  update(studio.store, "project", (state) => withoutWanted(state, sceneId));
}

/** Runs are attached to open scenes that could not be before. */
export function settleWanted(studio: Studio): void {
  if (studio.store.getState().project.wanted.length > 0) void settleProject(studio);
}

/** Looks again whenever files were opened or closed. */
export function watchProject(studio: Studio): void {
  studio.store.subscribe((state, before) => {
    const changed = state.scenes.records !== before.scenes.records || state.scenes.unpaired !== before.scenes.unpaired;
    if (changed) settleWanted(studio);
  });
}

function settleProject(studio: Studio): Promise<void> {
  return studio.working.settling
    .add(() => withOwnersLocked(() => settle(studio)))
    .catch((error) => notifyError(studio, error));
}

async function settle(studio: Studio): Promise<void> {
  const isHeld = await heldByOtherTabs(studio);
  for (const wanted of studio.store.getState().project.wanted) {
    const { scene } = wanted;
    for (const file of projectFiles(scene)) await joinAgain(studio, file);
    const record = recordOf(studio, scene.optical);
    const missing = projectFiles(scene).flatMap((file) => missingFiles(studio, file));
    const next: Partial<WantedScene> =
      record === null
        ? { missing }
        : { missing, scene: giveBack(studio, scene, record), why: await attachRuns(studio, record, wanted, isHeld) };
    update(studio.store, "project", (state) => withWantedChanged(state, scene.id, next, record !== null));
  }
  await saveSessionNow(studio);
}

/** What was said of a scene goes to the open one and is the user's again. @returns What is left: its files. */
function giveBack(studio: Studio, scene: ProjectScene, record: SceneRecord): ProjectScene {
  const { area, auxiliaryChoice, ticked, byHand, isNamed, display, strokes, samples, ...files } = scene;
  const { id } = record.scene;
  if (area !== undefined) setArea(studio, area, record.scene);
  if (auxiliaryChoice !== undefined) chooseAuxiliary(studio, id, auxiliaryChoice);
  if (isNamed) setName(studio, id, scene.name);
  if (byHand !== undefined) setByHand(studio, id, byHand);
  if (display !== undefined) setDisplay(studio, id, display);
  if (strokes !== undefined) giveStrokesBack(studio, id, strokes);
  if (samples !== undefined) giveSamplesBack(studio, id, samples);
  if (ticked) tickScenes(studio, [id], true);
  return files;
}

function recordOf(studio: Studio, optical: ProjectFile): SceneRecord | null {
  return (
    studio.store.getState().scenes.records.find(({ scene }) => {
      const raster = studio.registry.rasters.get(scene.optical.rasterId);
      return raster !== undefined && isSameFile(optical, projectFile(raster));
    }) ?? null
  );
}

/** Of a photo that was joined from several files, those of its bands. */
function missingFiles(studio: Studio, file: ProjectFile): MissingFile[] {
  const rasters = [...studio.registry.rasters.values()];
  if (rasters.some((raster) => isSameFile(file, projectFile(raster)))) {
    return [];
  }
  const open = rasters.flatMap(filesOf);
  return (file.bands ?? [file]).flatMap((part): MissingFile[] =>
    open.some((other) => isSameFile(part, other))
      ? []
      : [{ file: part, why: open.some(({ name }) => name === part.name) ? "changed" : "not-open" }],
  );
}

async function joinAgain(studio: Studio, { name, bands = [] }: ProjectFile): Promise<void> {
  const open = [...studio.registry.rasters];
  const files = bands.flatMap((band) => {
    const found = open.find(([, raster]) => isSameFile(band, projectFile(raster)));
    return found === undefined ? [] : [{ rasterId: found[0], fileName: band.name, role: band.role }];
  });
  if (files.length > 0 && files.length === bands.length) {
    await joinBandFiles(studio, [{ fileName: name, files }]);
  }
}

/** @returns Why some of them cannot be attached now, where a worker or the storage fails: those stay wanted. */
async function attachRuns(
  studio: Studio,
  record: SceneRecord,
  wanted: WantedScene,
  isHeld: (runId: string) => boolean,
): Promise<NadirErrorFacts | undefined> {
  let why: NadirErrorFacts | undefined;
  for (const run of wanted.runs) {
    try {
      const attached = await attachRun(studio, record, run, isHeld);
      // In one step: a session that names a run twice, or not at all, would be a run lost.
      studio.store.setState(({ runs, project }) => ({
        runs: attached === null ? runs : withRun(runs, attached),
        project: withoutWantedRun(project, wanted.scene.id, run.id),
      }));
      if (attached !== null) goOnWith(studio, attached, run, wanted.goOn);
    } catch (error) {
      why = errorFacts(error);
    }
  }
  return why;
}

/** Masks of another living tab are copied, never shared: each tab may delete its own. @returns Null if it is there. */
async function attachRun(
  studio: Studio,
  { scene }: SceneRecord,
  run: ProjectRun,
  isHeld: (runId: string) => boolean,
): Promise<RunRecord | null> {
  if (selectRun(studio.store.getState(), run.id) !== null) {
    return null;
  }
  const { widthPx, heightPx } = scene.optical.facts;
  const size = { widthPx, heightPx };
  const masks = masksOf(run.id, run.settings);
  const there =
    (await studio.rasters.call("hasMasks", { maskIds: masks, size })) && (await areWhole(studio, run, size));
  const id = there && isHeld(run.id) ? newRunId(studio) : run.id;
  if (id !== run.id) {
    const copies = masksOf(id, run.settings);
    await studio.rasters.call("copyMasks", { pairs: masks.map((from, index) => ({ from, to: copies[index]! })), size });
    update(studio.store, "dates", (state) => withRunRenamed(state, run.id, id));
  }
  const { outcome: _, graphSha256: __, scores: ___, edits, ...rest } = run;
  const state = runState(run, id, there, heightPx);
  const log = edits && { edits: withEdits(NO_EDITS, edits) };
  const record: RunRecord = { ...rest, ...log, id, sceneId: scene.id, state };
  if (there) {
    declareMasks(studio, record);
  }
  return record;
}

function goOnWith(studio: Studio, { id, state }: RunRecord, { outcome }: ProjectRun, goOn: boolean): void {
  if (state.status === "done") {
    showMask(studio, id);
  } else if (outcome.status === "interrupted" && outcome.waits !== true && goOn) {
    void whenModelsAreKnown(studio).then(() => resumeRun(studio, id));
  }
}

/**
 * Masks that something else has changed are no results any more, which is said.
 *
 * @throws Whatever else keeps them from being read: they may be whole.
 */
async function areWhole(studio: Studio, run: ProjectRun, size: GridSize): Promise<boolean> {
  const { outcome } = run;
  try {
    await checkMasks(studio, run, (outcome.status === "done" ? outcome.result : outcome.checkpoint) ?? {}, size);
    return true;
  } catch (error) {
    if (errorFacts(error).code !== "damaged-result") throw error;
    notifyError(studio, error);
    return false;
  }
}

function runState(
  { outcome, graphSha256, settings, scores }: ProjectRun,
  id: string,
  there: boolean,
  heightPx: number,
): RunState {
  if (outcome.status === "done") {
    const result = finishedRun(outcome.result, id, settings, outcome.seconds);
    return there ? { status: "done", result } : { status: "elsewhere", result, ...(scores && { scores }) };
  }
  const checkpoint = there ? outcome.checkpoint : null;
  const rows = settings.areaOfInterest ?? { row: 0, heightPx };
  const share = checkpoint === null ? 0 : finishedShare(checkpoint, rows);
  return { status: "interrupted", checkpoint, share, graphSha256 };
}

function whenModelsAreKnown({ store }: Studio): Promise<void> {
  return new Promise((known) => {
    const look = () => {
      if (store.getState().models.zoo !== "loading") {
        unsubscribe();
        known();
      }
    };
    const unsubscribe = store.subscribe(look);
    look();
  });
}
