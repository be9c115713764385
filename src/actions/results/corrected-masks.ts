/** Masks with what was corrected in them by hand: made of the edits, one mask for each state of the log. */
import { NadirError } from "../../core/errors";
import { correctedMaskOf, correctedSoFar, type MaskInUse, maskInUse, newestCorrected } from "../../store/masks-in-use";
import { type DoneRun, isDone } from "../../store/runs";
import { findScene } from "../../store/scenes";
import { selectRun } from "../../store/selectors";
import { notify, type Studio } from "../studio";
import { dropResults, makeResults } from "./keep-results";

/** Makes it of the mask that has most of the edits already. Nothing to do where nothing was corrected. */
export function makeCorrected(studio: Studio, run: DoneRun): void {
  const of = correctedMaskOf(run);
  const record = findScene(studio.store.getState().scenes, run.sceneId);
  if (of === null || run.edits === undefined || record === undefined) return;
  const { edits: log, classes, id: runId, sceneId } = run;
  const opticalId = record.scene.optical.rasterId;
  makeResults(studio, [of], [runId, sceneId], async ([correctedId], signal) => {
    const before = correctedSoFar(studio.store.getState().results, runId, log);
    const edits = log.edits.slice(before?.edits ?? 0);
    const { perEdit, ...made } = await studio.rasters.call(
      "correctMask",
      {
        ownId: of.maskId,
        fromId: before?.maskId ?? of.maskId,
        correctedId: correctedId!,
        opticalId,
        edits,
        classes,
      },
      { signal },
    );
    const isNew = before !== null || log.edits.length === 1;
    if (isNew && perEdit.every((pixels) => pixels === 0)) notify(studio, "info", studio.messages.nothingCorrected);
    return { corrected: { ...made, edits: log.edits.length } };
  });
}

/** Tries again what could not be made. */
export function retryCorrected(studio: Studio, run: DoneRun): void {
  const record = newestCorrected(studio.store.getState(), run);
  if (record?.state.status === "failed") dropResults(studio, [record.id]);
}

/** The mask with all edits, once it is there. @throws {NadirError} When it could not be made. */
export function whenCorrected({ store }: Studio, runId: string): Promise<MaskInUse> {
  return new Promise((resolve, reject) => {
    const look = (): boolean => {
      const state = store.getState();
      const run = selectRun(state, runId);
      if (run === null || !isDone(run)) {
        reject(new DOMException("the run is gone", "AbortError"));
        return true;
      }
      const newest = newestCorrected(state, run)?.state;
      if (newest?.status === "failed") reject(new NadirError(newest.error));
      const isThere = correctedMaskOf(run) === null || newest?.status === "ready";
      if (isThere) resolve(maskInUse(state, run));
      return isThere || newest?.status === "failed";
    };
    if (look()) return;
    const unsubscribe = store.subscribe(() => look() && unsubscribe());
  });
}
