/** What a finished run leaves on disk: the files of every format that was asked for. */
import { pathOf, type RunToWrite } from "../outputs/run-format";
import { type RunFormatId, runFormat } from "../outputs/run-formats";
import type { NamedPath } from "./check-outputs";
import { createDiskSink, type DiskSink } from "./file-sink";

/** One format and where its main file goes. */
export interface AskedOutput {
  readonly format: RunFormatId;
  readonly path: string;
}

/** Every file that these formats may write, with the option that asks for it. */
export function plannedFiles(outputs: readonly AskedOutput[]): readonly NamedPath[] {
  return outputs.flatMap(({ format, path }) => {
    const { option, sideFiles } = runFormat(format);
    return (["main", ...sideFiles] as const).map((place) => ({ name: `--${option}`, path: pathOf(place, path) }));
  });
}

/**
 * Whole files or none: what a cancelled or failed format has begun is taken away.
 *
 * @throws {NadirError} `unwritable` when the system refuses a file.
 */
export async function writeOutputs(
  run: RunToWrite,
  outputs: readonly AskedOutput[],
  signal: AbortSignal,
): Promise<void> {
  for (const output of outputs) {
    const write = await runFormat(output.format).writer();
    const planned = plannedFiles([output]).map(({ path }) => path);
    const opened: DiskSink[] = [];
    const open = async (...[place]: Parameters<Parameters<typeof write>[1]>) => {
      const path = pathOf(place, output.path);
      if (!planned.includes(path)) throw new RangeError(`${path} was not compared with the inputs`);
      const sink = await createDiskSink(path);
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
