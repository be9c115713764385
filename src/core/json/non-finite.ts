/** NaN and infinities, which JSON does not have: they are kept as text. */
import * as v from "valibot";
import { type Field, number } from "./fields";

const SPELLINGS = ["NaN", "Infinity", "-Infinity"] as const;

/** For `JSON.stringify`. */
export function keepNonFinite(_: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

/** A number written by `keepNonFinite`. */
export const storedNumber: Field<number> = v.pipe(
  v.union([number, v.picklist(SPELLINGS)], "a number"),
  v.transform((stored) => Number(stored)),
);
