/** What the command line's exit status means; listed in `docs/command-line.md`. */
import { NadirError, type NadirErrorCode } from "../core/errors";

export const EXIT = {
  done: 0,
  badUsage: 2,
  badInput: 3,
  modelRefused: 4,
  backendFailure: 5,
  unwritable: 6,
  cancelled: 130,
} as const;

/** A wrong option or argument: shown with a pointer to `--help`. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const BY_CODE: Readonly<Record<NadirErrorCode, number>> = {
  "not-a-raster": EXIT.badInput,
  "unsupported-raster": EXIT.badInput,
  "corrupt-raster": EXIT.badInput,
  "raster-too-large": EXIT.badInput,
  "wrong-bands": EXIT.badInput,
  "no-overlap": EXIT.badInput,
  "size-mismatch": EXIT.badInput,
  "missing-crs": EXIT.badInput,
  "unknown-labels": EXIT.badInput,
  storage: EXIT.badInput,
  "no-room": EXIT.unwritable,
  "damaged-result": EXIT.badInput,
  unwritable: EXIT.unwritable,
  "worker-ended": EXIT.backendFailure,
  "runtime-unavailable": EXIT.backendFailure,
  unreachable: EXIT.badInput,
  "bad-settings": EXIT.badUsage,
  "bad-manifest": EXIT.modelRefused,
  "bad-project": EXIT.badInput,
  "bad-strokes": EXIT.badInput,
  "bad-edits": EXIT.badInput,
  "bad-link": EXIT.badInput,
  "bad-vector": EXIT.badInput,
  "bad-model": EXIT.modelRefused,
  "bad-output": EXIT.modelRefused,
  "backend-unavailable": EXIT.backendFailure,
  "device-lost": EXIT.backendFailure,
  "out-of-memory": EXIT.backendFailure,
  "failed-read-back": EXIT.backendFailure,
};

/** Null for a bug, which is not ours to translate. */
export function exitCodeOf(error: unknown): number | null {
  if (error instanceof UsageError) {
    return EXIT.badUsage;
  }
  if (error instanceof NadirError) {
    return BY_CODE[error.code];
  }
  if (error instanceof DOMException && error.name === "AbortError") {
    return EXIT.cancelled;
  }
  return null;
}
