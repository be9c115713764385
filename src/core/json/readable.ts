/** Reading what a browser remembers: whatever does not fit is left out by itself and takes nothing else along. */
import * as v from "valibot";
import type { Field } from "./fields";

/** The value, or undefined where it does not fit. */
export function readable<T>(field: Field<T>, json: unknown): T | undefined {
  const result = v.safeParse(field, json, { abortEarly: true });
  return result.success ? result.output : undefined;
}

/** Those fields of an object that fit. */
export function readableFields<T extends object>(
  fields: { readonly [K in keyof Required<T>]: Field<T[K]> },
  json: unknown,
): Partial<T> {
  const stored = Object.fromEntries(entriesOf(json));
  const fitting = Object.entries<Field<unknown>>(fields).flatMap(([name, field]) => {
    const value = readable(field, stored[name]);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(fitting) as Partial<T>;
}

/** Those entries of a table whose key and value fit; undefined when none does. */
export function readableEntries<T>(
  key: Field<string>,
  value: Field<T>,
  json: unknown,
): Readonly<Record<string, T>> | undefined {
  const fitting = entriesOf(json).flatMap(([name, entry]) => {
    const read = readable(value, entry);
    return readable(key, name) === undefined || read === undefined ? [] : [[name, read] as const];
  });
  return fitting.length === 0 ? undefined : Object.fromEntries(fitting);
}

function entriesOf(json: unknown): readonly (readonly [string, unknown])[] {
  return typeof json === "object" && json !== null ? Object.entries(json) : [];
}
