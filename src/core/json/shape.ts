/**
 * Checks of JSON of unknown origin against the shape a type asks for. All faults are collected with their paths, so
 * that a file is mended in one go; what comes out is only usable while no fault was found.
 */

/** Reads a value at a path; adds to the faults and gives something of the right type when it is wrong. */
export type Shape<T> = (value: unknown, path: string, faults: string[]) => T;

/** Longest list that is read; longer ones are no honest file. */
const MOST_ITEMS = 100_000;

export const text: Shape<string> = (value, path, faults) =>
  typeof value === "string" ? value : wrong(faults, path, "a text", value, "");

export const flag: Shape<boolean> = (value, path, faults) =>
  typeof value === "boolean" ? value : wrong(faults, path, "true or false", value, false);

/** A finite number. */
export const number: Shape<number> = (value, path, faults) =>
  Number.isFinite(value) ? (value as number) : wrong(faults, path, "a number", value, 0);

export function integer(min: number, max = Number.MAX_SAFE_INTEGER): Shape<number> {
  const needed = max === Number.MAX_SAFE_INTEGER ? `a whole number from ${min}` : `a whole number, ${min}–${max}`;
  return (value, path, faults) =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max
      ? (value as number)
      : wrong(faults, path, needed, value, min);
}

export function matching(pattern: RegExp, needed: string): Shape<string> {
  return (value, path, faults) =>
    typeof value === "string" && pattern.test(value) ? value : wrong(faults, path, needed, value, "");
}

export function oneOf<const T extends string | number>(...choices: readonly T[]): Shape<T> {
  const needed = choices.map((choice) => JSON.stringify(choice)).join(", ");
  return (value, path, faults) =>
    choices.includes(value as T)
      ? (value as T)
      : wrong(faults, path, choices.length === 1 ? needed : `one of ${needed}`, value, choices[0]!);
}

/** The first shape for its own literal, else the second: `either("auto", integer(1))`. */
export function either<const L extends string, T>(literal: L, other: Shape<T>): Shape<L | T> {
  return (value, path, faults) => (value === literal ? literal : other(value, path, faults));
}

export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return (value, path, faults) => (value === null ? null : shape(value, path, faults));
}

export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value, path, faults) => (value === undefined ? undefined : shape(value, path, faults));
}

export function list<T>(shape: Shape<T>, mostItems = MOST_ITEMS): Shape<T[]> {
  return (value, path, faults) =>
    Array.isArray(value) && value.length <= mostItems
      ? value.map((item, index) => shape(item, `${path}[${index}]`, faults))
      : wrong(faults, path, `a list of at most ${mostItems}`, value, []);
}

/** Exactly `length` numbers of a shape. */
export function tuple<T extends readonly number[]>(length: T["length"], shape: Shape<number>): Shape<T> {
  const items = list(shape, length);
  return (value, path, faults) =>
    Array.isArray(value) && value.length === length
      ? (items(value, path, faults) as unknown as T)
      : wrong(faults, path, `${length} numbers`, value, [] as unknown as T);
}

/** An object with free keys. */
export function table<T>(shape: Shape<T>): Shape<Record<string, T>> {
  return (value, path, faults) =>
    isObject(value)
      ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shape(item, `${path}.${key}`, faults)]))
      : wrong(faults, path, "an object", value, {});
}

/** One shape for every field of the type, optional ones too, so that a new field cannot be forgotten here. */
export function object<T>(fields: { readonly [K in keyof Required<T>]: Shape<T[K]> }): Shape<T> {
  return (value, path, faults) => {
    const source = isObject(value) ? value : wrong(faults, path, "an object", value, null);
    const read = Object.entries<Shape<unknown>>(fields).flatMap(([name, shape]) => {
      const field = source === null ? undefined : shape(source[name], path === "" ? name : `${path}.${name}`, faults);
      return field === undefined ? [] : [[name, field] as const];
    });
    return Object.fromEntries(read) as T;
  };
}

/** Objects told apart by a field: `tagged("status", { done: …, failed: … })`. */
export function tagged<T extends object>(tag: keyof T & string, shapes: Readonly<Record<string, Shape<T>>>): Shape<T> {
  const choice = oneOf(...Object.keys(shapes));
  return (value, path, faults) => {
    const name = choice(isObject(value) ? value[tag] : undefined, `${path}.${tag}`, faults);
    return shapes[name]!(value, path, faults);
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wrong<T>(faults: string[], path: string, needed: string, value: unknown, instead: T): T {
  const found = value === undefined ? "missing" : `${JSON.stringify(value)?.slice(0, 40)}`;
  faults.push(`${path === "" ? "the file" : path} must be ${needed}, is ${found}`);
  return instead;
}
