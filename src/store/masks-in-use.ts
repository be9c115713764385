/** Which mask of a run counts: its own, or what corrections by hand have made of it. */
import { type EditLog, logKey } from "../core/correction/edit-log";
import type { CorrectionFacts } from "../core/correction/mask-edit";
import type { ResultOf } from "../core/results/result";
import { type ResultRecord, type ResultsState, resultsOf } from "./results";
import type { DoneRun } from "./runs";
import type { StudioState } from "./studio-store";

export interface MaskInUse {
  readonly maskId: string;
  /** Null for the run's own. */
  readonly corrected: CorrectionFacts | null;
}

/** What the corrected mask is to be; null where nothing was corrected. */
export function correctedMaskOf({ edits, state }: Pick<DoneRun, "edits" | "state">) {
  const key = edits === undefined ? null : logKey(edits);
  return key === null ? null : ({ kind: "corrected", maskId: state.result.maskId, logKey: key } as const);
}

/** The newest that is there: until the last edits are in it, the mask with those before them. */
export function maskInUse({ results }: Pick<StudioState, "results">, run: DoneRun): MaskInUse {
  const wanted = correctedMaskOf(run);
  const there = wanted === null ? [] : correctedMasks(results, run.id).filter(({ state }) => state.status === "ready");
  const found = there.find(({ of }) => "logKey" in of && of.logKey === wanted?.logKey) ?? there.at(-1);
  return found?.state.status === "ready"
    ? { maskId: found.id, corrected: found.state.corrected ?? null }
    : { maskId: run.state.result.maskId, corrected: null };
}

/** The record of the mask with all edits; null while it is not asked for. */
export function newestCorrected({ results }: Pick<StudioState, "results">, run: DoneRun): ResultRecord | null {
  const wanted = correctedMaskOf(run);
  const isIt = (of: ResultOf) => of.kind === "corrected" && of.logKey === wanted?.logKey;
  return correctedMasks(results, run.id).find(({ of }) => isIt(of)) ?? null;
}

/** A corrected mask that is there and has the first edits of the log; the one with most of them. */
export function correctedSoFar(
  results: ResultsState,
  runId: string,
  { keys }: EditLog,
): { readonly maskId: string; readonly edits: number } | null {
  const found = correctedMasks(results, runId).flatMap(({ id, of, state }) => {
    const edits = of.kind === "corrected" && state.status === "ready" ? keys.indexOf(of.logKey) + 1 : 0;
    return edits > 0 ? [{ maskId: id, edits }] : [];
  });
  return found.reduce<(typeof found)[number] | null>(
    (most, one) => (most && most.edits > one.edits ? most : one),
    null,
  );
}

/** Pixels by class id in the mask that counts. */
export function classPixelsInUse(state: Pick<StudioState, "results">, run: DoneRun): readonly number[] {
  return maskInUse(state, run).corrected?.classPixels ?? run.state.result.result.classPixels;
}

function correctedMasks(results: ResultsState, runId: string): ResultRecord[] {
  return resultsOf(results, runId).filter(({ of }) => of.kind === "corrected");
}
