/** What a run needs of the browser's storage, asked for before it begins. */
import { NadirError } from "../../core/errors";
import type { Studio } from "../studio";

/**
 * Asks the browser, once, not to give up what is stored when space becomes short, and whether there is room.
 *
 * @param bytes  The run's masks.
 * @throws {NadirError} `storage` when the browser gives less than that.
 */
export async function askStorageFor({ store, working }: Studio, bytes: number): Promise<void> {
  const storage = (globalThis.navigator as Partial<Navigator> | undefined)?.storage as
    | Partial<StorageManager>
    | undefined;
  if (storage === undefined || store.getState().engine.resultsKept === false) return;
  // What the browser answers changes nothing here: a run without that promise is still better than none.
  working.persistence ??= storage.persist?.().catch(() => false) ?? Promise.resolve(false);
  const { quota, usage = 0 } = (await storage.estimate?.().catch(() => undefined)) ?? {};
  if (quota !== undefined && quota - usage < bytes) {
    throw new NadirError({
      code: "storage",
      found: `The browser gives this page room for ${inMegabytes(Math.max(0, quota - usage))} more.`,
      needed: `The results of this run take ${inMegabytes(bytes)}.`,
      next: "Remove older runs, free disk space, or run without the confidence; then try again.",
    });
  }
}

function inMegabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
