/** Edits in their order, each with a key of all that decides the map's pixels up to it. */
import { hash64 } from "../hash64";
import type { MaskEdit } from "./mask-edit";

export interface EditLog {
  readonly edits: readonly MaskEdit[];
  /** One for each edit: two logs with the same key make the same pixels of the same map. */
  readonly keys: readonly string[];
}

export const NO_EDITS: EditLog = { edits: [], keys: [] };

export function withEdits({ edits, keys }: EditLog, added: readonly MaskEdit[]): EditLog {
  const next = [...keys];
  for (const { place, from, to } of added)
    next.push(hash64(`${next.at(-1) ?? ""}${JSON.stringify([place, from, to])}`));
  return { edits: [...edits, ...added], keys: next };
}

/** What a log has beyond another one that is its beginning; all of it otherwise. */
export function editsBeyond(log: EditLog, edits: readonly MaskEdit[]): readonly MaskEdit[] {
  const { length } = log.edits;
  const isBeginning = length > 0 && withEdits(NO_EDITS, edits).keys[length - 1] === logKey(log);
  return isBeginning ? edits.slice(length) : edits;
}

/** Of all of it; null where nothing was edited. */
export function logKey({ keys }: EditLog): string | null {
  return keys.at(-1) ?? null;
}
