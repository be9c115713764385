/**
 * Kinds of fields that files of ours are made of, on top of valibot. The message of each is what the field needs, so
 * that `faults.ts` can put it into a sentence; a missing field needs what a wrong one needs.
 */
import * as v from "valibot";

/** A schema of whatever input whose output is `T`. */
export type Field<T> = v.GenericSchema<unknown, T>;

export const text = v.string("a text");

export const flag = v.boolean("true or false");

/** A finite number. */
export const number = v.pipe(v.number("a number"), v.finite("a number"));

export const positive = v.pipe(
  v.number("a number greater than 0"),
  v.finite(),
  v.gtValue(0, "a number greater than 0"),
);

export function integer(min: number, max = Number.MAX_SAFE_INTEGER) {
  const needed = max === Number.MAX_SAFE_INTEGER ? `a whole number from ${min}` : `a whole number, ${min}–${max}`;
  return v.pipe(v.number(needed), v.integer(needed), v.minValue(min, needed), v.maxValue(max, needed));
}

export function numberFrom(min: number, max: number) {
  const needed = `${min}–${max}`;
  return v.pipe(v.number(needed), v.minValue(min, needed), v.maxValue(max, needed));
}

export function matching(pattern: RegExp, needed: string) {
  return v.pipe(v.string(needed), v.regex(pattern, needed));
}

export const sha256 = matching(/^[0-9a-f]{64}$/, "64 hexadecimal digits");

export function oneOf<const T extends string>(choices: readonly T[]) {
  return v.picklist(choices, `one of ${choices.map((choice) => JSON.stringify(choice)).join(", ")}`);
}

export function exactly<const T extends string | boolean>(value: T) {
  return v.literal(value, JSON.stringify(value));
}

/** Items are looked at only when there are not too many, so that no file can keep the reader busy. */
export function list<T>(item: Field<T>, mostItems: number): Field<T[]> {
  const needed = `a list of at most ${mostItems}`;
  // The length is said twice: before the items are read, and of what comes out, which the JSON Schema describes.
  const most = v.maxLength<unknown[], number, string>(mostItems, needed);
  return v.pipe(v.array(v.unknown(), needed), most, v.array(item, needed), v.maxLength(mostItems, needed));
}

/** Exactly `length` items, looked at only when there are that many. */
export function tuple<T extends readonly unknown[]>(length: T["length"], item: Field<T[number]>, needed: string) {
  const exact = v.length<unknown[], number, string>(length, needed);
  return v.pipe(
    v.array(v.unknown(), needed),
    exact,
    v.array(item, needed),
    v.length(length, needed),
  ) as unknown as Field<T>;
}

const plainObject = v.custom<Record<string, unknown>>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  "an object",
);

/** An object with free keys, looked at only when there are not too many. */
export function table<T>(value: Field<T>, mostEntries: number, key: v.GenericSchema<string, string> = text) {
  const needed = `an object of at most ${mostEntries} entries`;
  const most = v.maxEntries<Record<string, unknown>, number, string>(mostEntries, needed);
  return v.pipe(plainObject, most, v.record(key, value), v.maxEntries(mostEntries, needed));
}

/** Fields by name; others are left out. */
export function object<const E extends v.ObjectEntries>(entries: E) {
  return v.pipe(plainObject, v.object(entries, fieldNeeds(entries)));
}

/** The fields of a type that is written down elsewhere: one that is forgotten here, optional or not, does not compile. */
export function objectOf<T extends object>(entries: { readonly [K in keyof Required<T>]: Field<T[K]> }): Field<T> {
  return object(entries as unknown as v.ObjectEntries) as unknown as Field<T>;
}

/** Objects told apart by a field: what stands beside each value of it. */
export function tagged<const K extends string, const O extends Readonly<Record<string, v.ObjectEntries>>>(
  key: K,
  options: O,
) {
  const tags = Object.keys(options).map((tag) => JSON.stringify(tag));
  const objects = Object.entries(options).map(([tag, entries]) =>
    v.object({ [key]: v.literal(tag), ...entries }, fieldNeeds(entries)),
  );
  const choice = v.variant(key, objects as never, `one of ${tags.join(", ")}`);
  return v.pipe(plainObject, choice) as unknown as Field<TaggedOutput<K, O>>;
}

type TaggedOutput<K extends string, O extends Readonly<Record<string, v.ObjectEntries>>> = {
  [T in keyof O]: { readonly [P in K]: T } & v.InferOutput<v.ObjectSchema<O[T], undefined>>;
}[keyof O];

export { exactOptional as optional, nullable } from "valibot";

/** A field that may be missing or null, which both mean that there is none. */
export function absentOr<T>(field: Field<T>) {
  return v.pipe(
    v.nullish(field),
    v.transform((value) => value ?? undefined),
  );
}

/** A field whose absence is written as null. */
export function nullOr<T>(field: Field<T>) {
  return v.nullish(field, null);
}

/** What an object lacks is said of the field, not of the object around it. */
function fieldNeeds(entries: v.ObjectEntries) {
  return (issue: v.ObjectIssue): string => needed(entries[String(issue.path?.[0]?.key)]!);
}

/** The message of the schema that sees a field's value first. */
function needed(field: v.GenericSchema): string {
  const { message, wrapped } = field as { readonly message?: unknown; readonly wrapped?: v.GenericSchema };
  if (wrapped !== undefined) {
    return needed(wrapped);
  }
  return typeof message === "string" ? message : "an object";
}
