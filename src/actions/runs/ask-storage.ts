/** What a run needs of the browser's storage: asked for before it begins, and waited for where it ran out. */
import { NadirError, type NadirErrorFacts } from "../../core/errors";
import { withoutRoom, withPaused } from "../../store/runs";
import { selectRun } from "../../store/selectors";
import { update } from "../../store/studio-store";
import type { Studio } from "../studio";

/**
 * Asks the browser, once, not to give up what is stored when space becomes short, and whether there is room.
 *
 * @param bytes  The run's masks.
 * @throws {NadirError} `no-room` when the browser gives less than that now, `storage` when it never will.
 */
export async function askStorageFor({ store, working }: Studio, bytes: number): Promise<void> {
  if (store.getState().engine.resultsKept === false) return;
  // What the browser answers changes nothing here: a run without that promise is still better than none.
  working.persistence ??=
    storageManager()
      ?.persist?.()
      .catch(() => false) ?? Promise.resolve(false);
  const room = await roomInStorage();
  if (room !== null && room.free < bytes) {
    throw new NadirError({
      code: room.quota < bytes ? "storage" : "no-room",
      found: `The browser gives this page room for ${inMegabytes(Math.max(0, room.free))} more.`,
      needed: `The results of this run take ${inMegabytes(bytes)}.`,
      next: "Remove older runs, free disk space, or run without the confidence.",
    });
  }
}

const LOOK_MS = 2000;

/** Room that came and went with a session or a preference is none. */
const LEAST_BYTES = 1_000_000;

/**
 * Pauses a running run with the reason, and returns when there is room for the rest of it or the user has it go on.
 *
 * @param bytes  Of its masks still to be written.
 * @throws AbortError when the run is cancelled meanwhile.
 */
export async function waitForRoom(
  { store }: Studio,
  runId: string,
  reason: NadirErrorFacts,
  bytes: number,
  signal: AbortSignal,
): Promise<void> {
  const before = (await roomInStorage())?.free ?? 0;
  signal.throwIfAborted();
  update(store, "runs", (state) => withoutRoom(state, runId, reason));
  const enough = Math.max(bytes, before + Math.min(bytes, LEAST_BYTES));
  await new Promise<void>((goOn, cancel) => {
    const timer = setInterval(async () => {
      const free = (await roomInStorage())?.free ?? 0;
      if (free >= enough) update(store, "runs", (state) => withPaused(state, runId, false));
    }, LOOK_MS);
    const unsubscribe = store.subscribe((state) => {
      const run = selectRun(state, runId)?.state;
      if (run?.status === "running" && !run.paused) end(goOn);
    });
    const stop = () => end(() => cancel(signal.reason));
    const end = (settle: () => void) => {
      clearInterval(timer);
      unsubscribe();
      signal.removeEventListener("abort", stop);
      settle();
    };
    signal.addEventListener("abort", stop);
  });
}

/** Null where the browser does not say. */
async function roomInStorage(): Promise<{ readonly quota: number; readonly free: number } | null> {
  const { quota, usage = 0 } =
    (await storageManager()
      ?.estimate?.()
      .catch(() => undefined)) ?? {};
  return quota === undefined ? null : { quota, free: quota - usage };
}

function storageManager(): Partial<StorageManager> | undefined {
  return (globalThis.navigator as Partial<Navigator> | undefined)?.storage;
}

function inMegabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
