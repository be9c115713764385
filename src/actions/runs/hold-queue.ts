/** Standing still: one run between two batches, or everything that runs and waits. */
import { type RunRecord, withPaused } from "../../store/runs";
import { selectRun, selectUnfinishedRuns } from "../../store/selectors";
import { type StudioState, update } from "../../store/studio-store";
import { notifyError, type Studio } from "../studio";

/** Holds whatever is running before its next batch and lets nothing that waits begin, or lets all of it go on. */
export function holdQueue(studio: Studio, isQueueHeld: boolean): void {
  update(studio.store, "runs", (state) => ({ ...state, isQueueHeld }));
  for (const { id, state } of selectUnfinishedRuns(studio.store.getState())) {
    if (state.status === "running") setPaused(studio, id, isQueueHeld);
  }
}

/** Holds the running run before its next batch, or lets it go on, and with it a queue that was held. */
export function setPaused(studio: Studio, runId: string, paused: boolean): void {
  update(studio.store, "runs", (state) => withPaused(state, runId, paused));
  if (!paused) update(studio.store, "runs", (state) => ({ ...state, isQueueHeld: false }));
  studio.engine.call("setPaused", { paused }).catch((error) => notifyError(studio, error));
}

/** @throws AbortError when the run that waits is cancelled meanwhile. */
export async function whileQueueIsHeld(studio: Studio, signal: AbortSignal): Promise<void> {
  await whenever(studio, ({ runs }) => !runs.isQueueHeld, signal);
}

/**
 * A run that was paused while its model was still loading: the engine, which it has not asked yet, knows nothing of it.
 *
 * @throws AbortError when the run is cancelled meanwhile.
 */
export async function whilePaused(studio: Studio, runId: string, signal: AbortSignal): Promise<void> {
  const isPaused = (run: RunRecord | null) => run?.state.status === "running" && run.state.paused;
  await whenever(studio, (state) => !isPaused(selectRun(state, runId)), signal);
}

async function whenever({ store }: Studio, isSo: (state: StudioState) => boolean, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (isSo(store.getState())) return;
  await new Promise<void>((goOn, cancel) => {
    const end = (settle: () => void) => {
      unsubscribe();
      signal.removeEventListener("abort", stop);
      settle();
    };
    const stop = () => end(() => cancel(signal.reason));
    const unsubscribe = store.subscribe((state) => {
      if (isSo(state)) end(goOn);
    });
    signal.addEventListener("abort", stop);
  });
}
