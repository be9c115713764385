/** Command-line options, read strictly: an unknown option or a value out of range is bad usage, never ignored. */
import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { UsageError } from "./exit-codes";

export type OptionValues<T extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: T; strict: true; allowPositionals: true }>
>["values"];

/** @throws {UsageError} On an option that does not exist or lacks its value. */
export function readOptions<T extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: T,
): { values: OptionValues<T>; positionals: readonly string[] } {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

export function required(value: string | undefined, option: string): string {
  if (value === undefined) {
    throw new UsageError(`--${option} is missing.`);
  }
  return value;
}

export function oneOf<const T extends string>(value: string | undefined, option: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) {
    throw new UsageError(`--${option} is "${value}"; it can be ${choices.join(", ")}.`);
  }
  return found;
}

export function wholeNumber(value: string, option: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < least || number > most) {
    const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new UsageError(`--${option} is "${value}"; a whole number ${range} is needed.`);
  }
  return number;
}

export function numberBetween(value: string, option: string, least: number, most: number): number {
  const number = Number(value);
  if (value.trim() === "" || !(number >= least && number <= most)) {
    throw new UsageError(`--${option} is "${value}"; a number from ${least} to ${most} is needed.`);
  }
  return number;
}

/** `count` numbers separated by commas. */
export function numberList(value: string, option: string, count: number): readonly number[] {
  const numbers = value.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (numbers.length !== count || numbers.some((number) => !Number.isFinite(number))) {
    throw new UsageError(`--${option} is "${value}"; ${count} numbers separated by commas are needed.`);
  }
  return numbers;
}
