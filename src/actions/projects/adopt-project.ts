/**
 * A project comes back: settings at once, each scene as soon as its rasters are open again, with the runs whose masks
 * this browser still holds. What is missing is asked for by name.
 */

import { isSameFile, type Project, type ProjectFile, type ProjectRun, projectFiles } from "../../core/project/project";
import type { GridSize } from "../../core/raster/tile-grid";
import { masksOf } from "../../core/run/mask-names";
import { finishedShare } from "../../core/run/run-checkpoint";
import { type MissingFile, type WantedScene, withoutWanted, withWanted } from "../../store/project";
import { type RunRecord, type RunState, withRun } from "../../store/runs";
import type { SceneRecord } from "../../store/scenes";
import { selectRun } from "../../store/selectors";
import { update } from "../../store/studio-store";
import { setBoundaryWidth } from "../evaluation/evaluate-run";
import { applyMapping, chooseTruthFile } from "../evaluation/truth-classes";
import { checkMasks } from "../results/check-masks";
import { declareMasks } from "../results/keep-results";
import { finishedRun, newRunId, resumeRun, showMask } from "../runs/run-model";
import { adoptCorrections } from "../scenes/correct-raster";
import { setByHand, setName } from "../scenes/describe-scene";
import { joinBandFiles } from "../scenes/join-bands";
import { chooseAuxiliary, setArea } from "../scenes/set-area";
import { tickScenes } from "../scenes/tick-scenes";
import { notifyError, type Studio } from "../studio";
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
  const { truthFile = "full", classMapping = {} } = project.evaluation;
  chooseTruthFile(studio, truthFile);
  applyMapping(studio, classMapping);
  await adoptCorrections(studio, project.corrections ?? {});
  const wanted = project.scenes.map(
    (scene): WantedScene => ({
      scene,
      runs: project.runs.filter(({ sceneId }) => sceneId === scene.id),
      missing: [],
      goOn,
    }),
  );
  update(studio.store, "project", (state) => withWanted(state, wanted));
  followFragment(studio, project.view, false);
  await settleProject(studio);
}

/** Gives up what is still missing of a scene: with its orthophoto the runs that wait for it. */
export function leaveOutWanted(studio: Studio, sceneId: string): void {
  update(studio.store, "project", (state) => withoutWanted(state, sceneId));
}

/** Looks again whenever files were opened or closed. */
export function watchProject(studio: Studio): void {
  studio.store.subscribe((state, before) => {
    const changed = state.scenes.records !== before.scenes.records || state.scenes.unpaired !== before.scenes.unpaired;
    if (changed && state.project.wanted.length > 0) {
      void settleProject(studio);
    }
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
    if (record !== null) {
      if (scene.area !== undefined) {
        setArea(studio, scene.area, record.scene);
      }
      if (scene.auxiliaryChoice !== undefined) {
        chooseAuxiliary(studio, record.scene.id, scene.auxiliaryChoice);
      }
      if (scene.isNamed) {
        setName(studio, record.scene.id, scene.name);
      }
      if (scene.byHand !== undefined) {
        setByHand(studio, record.scene.id, scene.byHand);
      }
      if (scene.display !== undefined) {
        setDisplay(studio, record.scene.id, scene.display);
      }
      if (scene.ticked) {
        tickScenes(studio, [record.scene.id], true);
      }
      for (const run of wanted.runs) {
        await attachRun(studio, record, run, isHeld, wanted.goOn);
      }
    }
    // What has gone to the open scene is the user's again.
    const {
      area: _,
      auxiliaryChoice: __,
      ticked: ___,
      byHand: ____,
      isNamed: _____,
      display: ______,
      ...files
    } = scene;
    const rest = record === null ? wanted : { ...wanted, scene: files, runs: [] };
    update(studio.store, "project", (state) =>
      record !== null && missing.length === 0
        ? withoutWanted(state, scene.id)
        : {
            ...state,
            wanted: state.wanted.map((old) => (old.scene.id === scene.id ? { ...rest, missing } : old)),
          },
    );
  }
  await saveSessionNow(studio);
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

/** Masks of another living tab are copied, never shared: each tab may delete its own. */
async function attachRun(
  studio: Studio,
  { scene }: SceneRecord,
  run: ProjectRun,
  isHeld: (runId: string) => boolean,
  goOn: boolean,
): Promise<void> {
  if (selectRun(studio.store.getState(), run.id) !== null) {
    return;
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
  }
  const { outcome, graphSha256: _, scores: __, ...rest } = run;
  const state = runState(run, id, there, heightPx);
  const record: RunRecord = { ...rest, id, sceneId: scene.id, state };
  if (there) {
    declareMasks(studio, record);
  }
  update(studio.store, "runs", (runs) => withRun(runs, record));
  if (state.status === "done") {
    showMask(studio, id);
  } else if (outcome.status === "interrupted" && outcome.waits !== true && goOn) {
    void whenModelsAreKnown(studio).then(() => resumeRun(studio, id));
  }
}

/** Masks that something else has changed are no results any more, which is said. */
async function areWhole(studio: Studio, run: ProjectRun, size: GridSize): Promise<boolean> {
  const { outcome } = run;
  try {
    await checkMasks(studio, run, (outcome.status === "done" ? outcome.result : outcome.checkpoint) ?? {}, size);
    return true;
  } catch (error) {
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
