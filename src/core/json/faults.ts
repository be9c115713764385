/** What is wrong with a file of ours, as sentences with the place of each fault. All are collected, the first are named. */
import * as v from "valibot";
import type { Field } from "./fields";

export interface Fault {
  /** "inputs[1].scale.kind"; empty for the whole. */
  readonly place: string;
  readonly needed: string;
  /** What it is; of a table, the key it has. */
  readonly verb: "is" | "has";
  /** The value, shortened; "missing" without one. */
  readonly found: string;
}

export type Reading<T> = { readonly value: T } | { readonly faults: readonly Fault[] };

/** Checks JSON of unknown origin. */
export function readFields<T>(schema: Field<T>, json: unknown): Reading<T> {
  const result = v.safeParse(schema, json, { abortPipeEarly: true });
  return result.success ? { value: result.output } : { faults: result.issues.map(faultOf) };
}

/** The sentence of one fault: "legend.opacity must be 0–1, is 7". */
export function spellFault({ place, needed, verb, found }: Fault): string {
  return `${place === "" ? "the file" : place} must be ${needed}, ${verb} ${found}`;
}

const MOST_FAULTS_NAMED = 20;
/** Entries of what is written out; the rest would be cut off anyway. */
const MOST_SPELT = 10;

/** "a fault: …" or "31 faults: …; …; and 11 more". */
export function listFaults(sentences: readonly string[]): string {
  const named = sentences.slice(0, MOST_FAULTS_NAMED).join("; ");
  const rest = sentences.length > MOST_FAULTS_NAMED ? `; and ${sentences.length - MOST_FAULTS_NAMED} more` : "";
  return `${sentences.length === 1 ? "a fault" : `${sentences.length} faults`}: ${named}${rest}`;
}

function faultOf(issue: v.BaseIssue<unknown>): Fault {
  const path = issue.path ?? [];
  const last = path.at(-1);
  // A key that cannot be is a fault of the table it stands in.
  const isKey = last?.origin === "key" && issue.kind !== "schema";
  const place = (isKey ? path.slice(0, -1) : path).reduce((text, { type, key }) => {
    const step = type === "array" ? `[${String(key)}]` : `.${String(key)}`;
    return text === "" ? step.replace(/^\./, "") : text + step;
  }, "");
  return { place, needed: issue.message, verb: isKey ? "has" : "is", found: spell(issue.input) };
}

function spell(value: unknown): string {
  if (value === undefined) {
    return "missing";
  }
  const length = typeof value === "object" && value !== null ? Object.keys(value).length : 0;
  if (length > MOST_SPELT) {
    return Array.isArray(value) ? `a list of ${length}` : `an object of ${length} entries`;
  }
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
