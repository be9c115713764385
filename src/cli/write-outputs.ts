/** What a finished run leaves on disk: the files of every format that was asked for. */
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { NadirError } from "../core/errors";
import { pathOf, type RunToWrite } from "../outputs/run-format";
import { type RunFormatId, runFormat } from "../outputs/run-formats";
import { createDiskSink, type DiskSink } from "./file-sink";

/** One format and where its main file goes. */
export interface AskedOutput {
  readonly format: RunFormatId;
  readonly path: string;
}

/** Whole files or none: what a cancelled or failed format has begun is taken away. */
export async function writeOutputs(
  run: RunToWrite,
  outputs: readonly AskedOutput[],
  signal: AbortSignal,
): Promise<void> {
  for (const { format, path } of outputs) {
    const write = await runFormat(format).writer();
    const opened: DiskSink[] = [];
    const open = async (...[place]: Parameters<Parameters<typeof write>[1]>) => {
      const sink = await createDiskSink(pathOf(place, path));
      opened.push(sink);
      return sink;
    };
    try {
      await write(run, open, signal);
    } catch (error) {
      await Promise.all(opened.map((sink) => sink.discard()));
      throw error;
    }
  }
}

/** @throws {NadirError} `storage` when a path cannot become a file; asked before a run, not after it. */
export async function requireWritable(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const folder = await stat(dirname(path)).catch(() => null);
    const isFolder = (await stat(path).catch(() => null))?.isDirectory() === true;
    if (isFolder || folder?.isDirectory() !== true) {
      throw new NadirError({
        code: "storage",
        subject: path,
        found: isFolder ? "This is a folder." : "Its folder does not exist.",
        needed: "A file in a folder that is there is needed.",
        next: "Make the folder, or give another path.",
      });
    }
  }
}
