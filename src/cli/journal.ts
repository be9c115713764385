/**
 * The folder beside an output that makes a run resumable: finished rows, and how far the run has come.
 *
 * The journal is written after the rows it tells of are on the disk, each time as a whole (written aside, then renamed),
 * so that a crash or a power cut at any moment leaves a consistent pair. It carries a sum of itself and of the rows, so
 * that a pair which something else has changed is refused.
 */
import { readFile, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "../core/crc32";
import { NadirError } from "../core/errors";
import { readFields } from "../core/json/faults";
import { integer, list, objectOf, text } from "../core/json/fields";
import { checkpointField } from "../core/project/run-fields";
import type { RunCheckpoint } from "../core/run/run-checkpoint";
import { makeFolder } from "./disk-place";
import { clearParts, writeWholeFile } from "./file-sink";

/** What a run is made from, and how. */
export interface RunIdentity {
  /** Everything that decides the mask: inputs, model hash, settings. */
  readonly fingerprint: string;
  /** The input files as they were, for the sentence. */
  readonly inputs: readonly InputFile[];
}

interface InputFile {
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

interface Journal extends RunIdentity {
  readonly checkpoint: RunCheckpoint;
}

const journalField = objectOf<Journal>({
  fingerprint: text,
  inputs: list(objectOf<InputFile>({ path: text, bytes: integer(0), modifiedMs: integer(0) }), 10),
  checkpoint: checkpointField,
});

/** Of the folder, and of nothing else in it. */
const FILES = ["mask.u8", "confidence.u8", "journal.json"] as const;

export class RunFolder {
  private constructor(readonly path: string) {}

  static of(outputPath: string): RunFolder {
    return new RunFolder(`${outputPath}.nadir-run`);
  }

  get maskPath(): string {
    return join(this.path, "mask.u8");
  }

  get confidencePath(): string {
    return join(this.path, "confidence.u8");
  }

  async create(): Promise<void> {
    await this.remove();
    await makeFolder(this.path);
  }

  async record(journal: Journal): Promise<void> {
    const told = JSON.stringify(journal);
    await writeWholeFile(this.journalPath, `${crc32(new TextEncoder().encode(told))}\n${told}\n`);
  }

  /**
   * The checkpoint to resume from; null when there is nothing to resume.
   *
   * @throws {NadirError} `bad-settings` when the journal belongs to another run, `damaged-result` when it cannot be
   *   relied on.
   */
  async resume({ fingerprint, inputs }: RunIdentity): Promise<RunCheckpoint | null> {
    const stored = await readFile(this.journalPath, "utf8").catch(() => null);
    if (stored === null) {
      return null;
    }
    const journal = parseJournal(stored);
    if (journal?.checkpoint.written === undefined) {
      throw new NadirError({
        code: "damaged-result",
        subject: this.path,
        found: "The journal of the interrupted run is damaged, or of an older version.",
        needed: "Only rows that the journal vouches for can be gone on from.",
        next: "Leave --resume out to start again.",
      });
    }
    if (journal.fingerprint !== fingerprint) {
      throw new NadirError({
        code: "bad-settings",
        subject: this.path,
        found: differences(journal.inputs, inputs),
        needed: "Only the same run can be resumed.",
        next: "Repeat the options of that run, or leave --resume out to start again.",
      });
    }
    return journal.checkpoint;
  }

  /** What is not the run's own stays, and the folder with it. */
  async remove(): Promise<void> {
    for (const name of FILES) await rm(join(this.path, name), { force: true });
    await clearParts(this.journalPath);
    await rmdir(this.path).catch(() => undefined);
  }

  private get journalPath(): string {
    return join(this.path, "journal.json");
  }
}

/** Null for what was not written by `record`, or has changed since. */
function parseJournal(stored: string): Journal | null {
  const [sum, told] = stored.split("\n");
  if (!told || Number(sum) !== crc32(new TextEncoder().encode(told))) return null;
  const read = readFields(journalField, JSON.parse(told));
  return "value" in read ? read.value : null;
}

function differences(before: readonly InputFile[], now: readonly InputFile[]): string {
  const touched = now.find((file) =>
    before.some(
      ({ path, bytes, modifiedMs }) => path === file.path && bytes === file.bytes && modifiedMs !== file.modifiedMs,
    ),
  );
  if (touched === undefined) {
    return "This interrupted run was made with other inputs, another model or other settings.";
  }
  const then = before.find(({ path }) => path === touched.path)!;
  const when = new Date(then.modifiedMs).toISOString();
  return `${touched.path} was changed since this interrupted run read it (its time was ${when}, to which touch -d sets it back).`;
}

/** The folder while a run uses it. */
export interface OpenRunFolder {
  readonly folder: RunFolder;
  /** Where the run goes on; null when it begins. */
  readonly checkpoint: RunCheckpoint | null;
  readonly record: (reached: RunCheckpoint) => Promise<void>;
}

/**
 * Lends the folder of an output to a run. It goes once the run has ended well, and also where this call made it and
 * there is nothing to go on from. Whatever else ends the run, finished rows stay.
 *
 * @param onKept  Told when the run has not come to its end and rows of it are kept.
 * @throws {NadirError} `bad-settings` when an interrupted run of other inputs was to be resumed, `damaged-result` when
 *   its journal cannot be relied on, `unwritable` when the folder cannot be made.
 */
export async function withRunFolder(
  outputPath: string,
  {
    resume,
    identity,
    onKept,
  }: { readonly resume: boolean; readonly identity: RunIdentity; onKept(path: string): void },
  use: (open: OpenRunFolder) => Promise<void>,
): Promise<void> {
  const folder = RunFolder.of(outputPath);
  const checkpoint = resume ? await folder.resume(identity) : null;
  let recorded = false;
  const record = async (reached: RunCheckpoint) => {
    await folder.record({ ...identity, checkpoint: reached });
    recorded = true;
  };
  if (checkpoint === null) {
    await folder.create();
  }
  try {
    await use({ folder, checkpoint, record });
  } catch (error) {
    if (checkpoint === null && !recorded) await folder.remove();
    else onKept(folder.path);
    throw error;
  }
  await folder.remove();
}
