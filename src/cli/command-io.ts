/** What a command has of the world around it: two streams and a signal. Tests bring their own. */
import type { ModelManifest } from "../core/manifest/manifest";
import type { RemarkWords, Sentence } from "../core/remarks/remark";
import { ENGLISH } from "../core/remarks/remarks.en";
import { spell } from "../core/remarks/spell";
import type { Language } from "../core/vocabulary/languages";
import type { NetworkSession } from "../inference/backend";
import type { ModelBytes } from "../inference/model-bytes";

export interface TextStream {
  write(text: string): unknown;
  /** True on a terminal, where progress is drawn as a bar. */
  readonly isTTY?: boolean;
}

export interface CommandIo {
  /** Results. */
  readonly stdout: TextStream;
  /** Messages and progress. */
  readonly stderr: TextStream;
  /** How remarks are spelled; English without. */
  readonly words?: RemarkWords;
  /** Of documents that are written; English without. */
  readonly language?: Language;
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
  /** Loads a network on the CPU, with this many threads. */
  readonly openCpuSession: (
    manifest: ModelManifest,
    bytes: ModelBytes,
    options: { readonly batch: number; readonly threads: number },
  ) => Promise<NetworkSession>;
}

export function printLine(stream: TextStream, text: string): void {
  stream.write(`${text}\n`);
}

/** What worked, but look: one line each. */
export function printNotes({ stderr, words = ENGLISH }: CommandIo, notes: readonly Sentence[]): void {
  for (const note of notes) {
    printLine(stderr, `note: ${spell(note, words)}`);
  }
}
