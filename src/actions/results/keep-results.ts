/**
 * Results as records: declared before anything is written, made once however often they are asked for, deleted when
 * what they are made of is gone.
 */
import { isRaster, type ResultOf, resultId } from "../../core/results/result";
import {
  type ReadyFacts,
  type ResultRecord,
  type ResultState,
  withoutResults,
  withResult,
  withResultState,
} from "../../store/results";
import type { RunRecord } from "../../store/runs";
import { update } from "../../store/studio-store";
import { errorFacts, isCancelled, notifyError, type Studio } from "../studio";

/** Says that a result of this kind is there, or will be; returns its id. */
export function declareResult(
  studio: Studio,
  of: ResultOf,
  owners: readonly string[],
  state: ResultState = { status: "ready" },
): string {
  const id = resultId(of, studio.sessionId);
  update(studio.store, "results", (results) => withResult(results, { id, of, owners, state }));
  return id;
}

/** The masks a run writes belong to it and to its scene from before the first row. */
export function declareMasks(studio: Studio, { id: runId, sceneId, settings }: RunRecord): void {
  declareResult(studio, { kind: "mask", runId }, [runId, sceneId]);
  if (settings.confidence) {
    declareResult(studio, { kind: "confidence", runId }, [runId, sceneId]);
  }
}

export function isReady({ store }: Studio, id: string): boolean {
  return store.getState().results[id]?.state.status === "ready";
}

/**
 * Makes results that belong together when their turn comes, unless they are being made already. A failure becomes
 * theirs; one that is cancelled, because they were dropped meanwhile, is nobody's.
 */
export function makeResults(
  studio: Studio,
  results: readonly ResultOf[],
  owners: readonly string[],
  make: (ids: readonly string[], signal: AbortSignal) => Promise<ReadyFacts>,
): void {
  const known = studio.store.getState().results;
  const ids = results.map((of) => resultId(of, studio.sessionId));
  if (ids.every((id) => id in known)) {
    return;
  }
  for (const of of results) {
    declareResult(studio, of, owners, { status: "making" });
  }
  const settle = (state: ResultState) =>
    update(studio.store, "results", (all) => ids.reduce((changing, id) => withResultState(changing, id, state), all));
  void inTurn(studio, ids, (signal) => make(ids, signal)).then(
    (facts) => settle({ status: "ready", ...facts }),
    (error) => isCancelled(error) || settle({ status: "failed", error: errorFacts(error) }),
  );
}

/** One at a time with everything else that is made or deleted; `ids` may be cancelled by dropping any of them. */
export async function inTurn<T>(
  studio: Studio,
  ids: readonly string[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { resultControllers } = studio.registry;
  const controller = new AbortController();
  for (const id of ids) {
    resultControllers.set(id, controller);
  }
  try {
    return await studio.working.resultQueue.add(async () => {
      controller.signal.throwIfAborted();
      return work(controller.signal);
    });
  } finally {
    for (const id of ids) {
      if (resultControllers.get(id) === controller) {
        resultControllers.delete(id);
      }
    }
  }
}

/** Takes results away, their pixels too. */
export function dropResults(studio: Studio, ids: readonly string[]): void {
  const { results } = studio.store.getState();
  const records = ids.flatMap((id) => results[id] ?? []);
  const rasters = records.filter(({ of }) => isRaster(of)).map(({ id }) => id);
  for (const id of ids) {
    studio.registry.resultControllers.get(id)?.abort();
  }
  update(studio.store, "results", (state) => withoutResults(state, ids));
  deletePixels(studio, rasters);
  closeAboveGround(studio, records);
}

/** Forgets heights that were made of rasters. */
export function closeAboveGround({ registry, rasters }: Studio, records: readonly ResultRecord[]): void {
  const ids = records.filter(({ of }) => of.kind === "above-ground").map(({ id }) => id);
  for (const id of ids) {
    registry.heightBases.delete(id);
  }
  if (ids.length > 0) {
    rasters.call("close", { rasterIds: ids }).catch(() => undefined);
  }
}

/** Deletes masks of the store once nothing is being read or written any more. */
export function deletePixels(studio: Studio, maskIds: readonly string[]): void {
  if (maskIds.length > 0) {
    studio.working.resultQueue
      .add(async () => {
        const { results } = studio.store.getState();
        // What has been asked for again meanwhile is there again, or will be written anew.
        const gone = maskIds.filter((id) => results[id] === undefined);
        await studio.rasters.call("deleteMasks", { maskIds: gone });
      })
      .catch((error) => notifyError(studio, error));
  }
}
