/** Whether the masks of a run still hold what it wrote: looked at before anything is read off them for good. */
import { masksOf } from "../../core/run/mask-names";
import type { RunCheckpoint } from "../../core/run/run-checkpoint";
import type { RunSettings } from "../../core/run/run-settings";
import type { Studio } from "../studio";

interface StoredRun {
  readonly id: string;
  readonly settings: RunSettings;
}

/**
 * @param written  Absent for runs of older versions, of which nothing is known.
 * @throws {NadirError} `damaged-result` when something else has changed them, `storage` when they are not there.
 */
export async function checkMasks(
  { rasters }: Studio,
  { id, settings }: StoredRun,
  { written }: Pick<RunCheckpoint, "written">,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
): Promise<void> {
  if (written !== undefined) {
    await rasters.call("checkMasks", { maskIds: masksOf(id, settings), size: { widthPx, heightPx }, written });
  }
}
