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

export interface Journal {
  /** Everything that decides the mask: inputs, model hash, settings. */
  readonly fingerprint: string;
  readonly checkpoint: RunCheckpoint;
}

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
