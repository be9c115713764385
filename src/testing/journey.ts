/** Steps that journeys through the studio in Node have in common, each done as the page does it and waited for. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cropSample } from "../../e2e/judge";
import { exportMask } from "../actions/outputs/export-mask";
import { runChosenModels } from "../actions/runs/run-model";
import type { Studio } from "../actions/studio";
import { changeSettings } from "../actions/view/arrange";
import type { RunFormatId } from "../outputs/run-formats";
import type { ReadyEvaluation } from "../store/evaluation";
import { type DoneRun, isDone } from "../store/runs";
import type { SceneRecord } from "../store/scenes";
import { selectScene, selectSceneRuns } from "../store/selectors";
import { fileAt, type StudioInNode, until } from "./studio-in-node";

/** Orthophoto, DSM (on its own grid) and truth of a corner of the sample scene, written below `folder`. */
export async function cropFiles(folder: string, sidePx: number): Promise<[optical: File, dsm: File, truth: File]> {
  const [optical, dsm, truth] = await Promise.all(cropSample(folder, sidePx).map((path) => fileAt(path)));
  return [optical!, dsm!, truth!];
}

/** The selected scene once its truth was read (or refused) and its heights were measured. */
export async function sceneReady(studio: Studio): Promise<SceneRecord> {
  return until(
    studio,
    (state) => {
      const record = selectScene(state);
      const alignment = record?.scene.auxiliary?.alignment;
      const isMeasured = alignment === undefined || alignment.verdict === "refused" || alignment.valueRange !== null;
      return record !== null && record.truth.status !== "decoding" && isMeasured && record;
    },
    "the scene's truth and heights",
  );
}

/**
 * Runs the chosen models over the selected scene without overlap of windows, to their end.
 *
 * @throws When one of them does not come to a mask.
 */
export async function runToEnd(studio: Studio): Promise<readonly DoneRun[]> {
  changeSettings(studio, { overlapFraction: 0 });
  const before = selectSceneRuns(studio.store.getState()).length;
  runChosenModels(studio);
  const runs = await until(
    studio,
    (state) => {
      const added = selectSceneRuns(state).slice(before);
      const isSettled = added.every(({ state: { status } }) => status !== "queued" && status !== "running");
      return added.length > 0 && isSettled && added;
    },
    "the end of the runs",
  );
  const failed = runs.find((run) => !isDone(run));
  if (failed !== undefined) throw new Error(`${failed.modelName}: ${JSON.stringify(failed.state)}`);
  return runs.filter(isDone);
}

/** What was counted of a run against the scene's truth. */
export async function evaluated(studio: Studio, runId: string): Promise<ReadyEvaluation> {
  const found = await until(
    studio,
    ({ evaluation }) => evaluation.byRun[runId]?.status !== "counting" && evaluation.byRun[runId],
    "the scores",
  );
  if (found.status !== "ready") throw new Error(`no scores: ${JSON.stringify(found)}`);
  return found;
}

/** Pixels per byte of a finished run's mask, as the mask store holds them. */
export function histogram(studio: Studio, { state }: DoneRun): Promise<readonly number[]> {
  const { maskId, result } = state.result;
  const { widthPx, heightPx } = result;
  return studio.rasters.call("histogram", { maskId, size: { widthPx, heightPx } });
}

/** Exports a run and puts what is saved into `folder`; the paths by extension. */
export async function exportTo(
  folder: string,
  { studio, browser }: StudioInNode,
  runId: string,
  format: RunFormatId,
): Promise<Readonly<Record<string, string>>> {
  const before = browser.downloads.length;
  await exportMask(studio, runId, format);
  return saveTo(folder, browser.downloads.slice(before));
}

/** Puts downloads into `folder`; the paths by extension. */
async function saveTo(
  folder: string,
  downloads: readonly { readonly fileName: string; readonly blob: Blob }[],
): Promise<Readonly<Record<string, string>>> {
  mkdirSync(folder, { recursive: true });
  const saved: Record<string, string> = {};
  for (const { fileName, blob } of downloads) {
    const path = join(folder, fileName);
    writeFileSync(path, new Uint8Array(await blob.arrayBuffer()));
    saved[fileName.split(".").at(-1)!] = path;
  }
  return saved;
}
