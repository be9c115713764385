/**
 * The one error type for everything a user can meet and act on.
 *
 * A message is built from three parts, so that it always answers the same three questions:
 * what was found, what is needed, what to do next. Programming mistakes stay ordinary errors.
 */

import type { Remark } from "./remarks/remark";

/** What kind of thing went wrong; the page decides by it where the sentence is shown. */
export type NadirErrorCode =
  | "not-a-raster"
  | "unsupported-raster"
  | "corrupt-raster"
  | "raster-too-large"
  | "wrong-bands"
  | "no-overlap"
  | "size-mismatch"
  | "missing-crs"
  | "unknown-labels"
  | "bad-manifest"
  | "bad-project"
  | "bad-link"
  | "bad-vector"
  | "bad-model"
  | "bad-settings"
  | "bad-strokes"
  | "bad-edits"
  | "backend-unavailable"
  | "device-lost"
  | "out-of-memory"
  | "bad-output"
  | "failed-read-back"
  | "unreachable"
  | "storage"
  | "no-room"
  | "damaged-result"
  | "unwritable"
  | "worker-ended"
  | "runtime-unavailable";

/** The plain form that crosses worker boundaries and enters the store. */
export interface NadirErrorFacts {
  readonly code: NadirErrorCode;
  /** What was found, with the number or name. */
  readonly found: string;
  /** What is needed instead. */
  readonly needed: string;
  /** What the user can do next. */
  readonly next: string;
  /** The file, model or setting it belongs to, when there is one. */
  readonly subject?: string;
  /** The three parts as remarks, for whoever shows them in another language; the texts are their English. */
  readonly remarks?: Readonly<Record<"found" | "needed" | "next", Remark>>;
}

export class NadirError extends Error {
  override readonly name = "NadirError";
  readonly facts: NadirErrorFacts;

  constructor(facts: NadirErrorFacts, options?: { cause?: unknown }) {
    super(describeError(facts), options);
    this.facts = facts;
  }

  get code(): NadirErrorCode {
    return this.facts.code;
  }
}

/** True when the same attempt may succeed later, because the machine failed and not the input. */
export function mayPass({ code }: NadirErrorFacts): boolean {
  return [
    "storage",
    "no-room",
    "out-of-memory",
    "unreachable",
    "bad-output",
    "worker-ended",
    "runtime-unavailable",
  ].includes(code);
}

/** One line: subject, found, needed, next. */
export function describeError(facts: NadirErrorFacts): string {
  const subject = facts.subject === undefined ? "" : `${facts.subject}: `;
  return [`${subject}${facts.found}`, facts.needed, facts.next].filter((part) => part !== "").join(" ");
}
