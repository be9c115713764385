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

/** Of all of it; null where nothing was edited. */
export function logKey({ keys }: EditLog): string | null {
  return keys.at(-1) ?? null;
}
