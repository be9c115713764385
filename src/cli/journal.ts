/**
 * The folder beside an output that makes a run resumable: finished rows, and how far the run has come.
 *
 * The journal is written after the rows it tells of, each time as a whole (written aside, then renamed), so that a
 * crash at any moment leaves a consistent pair.
 */
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { NadirError } from "../core/errors";
import type { RunCheckpoint } from "../core/run/run-checkpoint";
import { EXIT, exitCodeOf } from "./exit-codes";

interface Journal {
  /** Everything that decides the mask: inputs, model hash, settings. */
  readonly fingerprint: string;
  readonly checkpoint: RunCheckpoint;
}

class RunFolder {
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
    await rm(this.path, { recursive: true, force: true });
    await mkdir(this.path, { recursive: true });
  }

  async record(journal: Journal): Promise<void> {
    const path = join(this.path, "journal.json");
    await writeFile(`${path}.part`, JSON.stringify(journal));
    await rename(`${path}.part`, path);
  }

  /**
   * The checkpoint to resume from; null when there is nothing to resume.
   *
   * @throws {NadirError} `bad-settings` when the journal belongs to another run.
   */
  async resume(fingerprint: string): Promise<RunCheckpoint | null> {
    const text = await readFile(join(this.path, "journal.json"), "utf8").catch(() => null);
    if (text === null) {
      return null;
    }
    const journal = JSON.parse(text) as Journal;
    if (journal.fingerprint !== fingerprint) {
      throw new NadirError({
        code: "bad-settings",
        subject: this.path,
        found: "This interrupted run was made with other inputs, another model or other settings.",
        needed: "Only the same run can be resumed.",
        next: "Repeat the options of that run, or leave --resume out to start again.",
      });
    }
    return journal.checkpoint;
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
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
 * there is nothing to go on from: before the first checkpoint, or when the run was refused for good.
 *
 * @throws {NadirError} `bad-settings` when an interrupted run of other inputs was to be resumed.
 */
export async function withRunFolder(
  outputPath: string,
  { resume, fingerprint }: { readonly resume: boolean; readonly fingerprint: string },
  use: (open: OpenRunFolder) => Promise<void>,
): Promise<void> {
  const folder = RunFolder.of(outputPath);
  const checkpoint = resume ? await folder.resume(fingerprint) : null;
  let recorded = false;
  const record = async (reached: RunCheckpoint) => {
    await folder.record({ fingerprint, checkpoint: reached });
    recorded = true;
  };
  if (checkpoint === null) {
    await folder.create();
  }
  try {
    await use({ folder, checkpoint, record });
  } catch (error) {
    if (checkpoint === null && (!recorded || isRefusal(error))) {
      await folder.remove();
    }
    throw error;
  }
  await folder.remove();
}

/** Going on would be refused again; a full disk or a lost device is another matter. */
function isRefusal(error: unknown): boolean {
  const refusals: readonly (number | null)[] = [EXIT.badUsage, EXIT.badInput, EXIT.modelRefused];
  return error instanceof NadirError && error.code !== "storage" && refusals.includes(exitCodeOf(error));
}
