/** A format of a run as files ready to be saved, for the page: names without folders, contents as Blobs. */
import { createExportSink, type FileSink } from "../io/byte-sink";
import { pathOf, type RunToWrite } from "./run-format";
import { type RunFormatId, runFormat } from "./run-formats";

/** A file ready to be saved. */
export interface ExportedFile {
  readonly fileName: string;
  readonly blob: Blob;
}

/** @param name Without extension. */
export async function exportRun(
  formatId: RunFormatId,
  run: RunToWrite,
  name: string,
  signal: AbortSignal,
): Promise<readonly ExportedFile[]> {
  const format = runFormat(formatId);
  const write = await format.writer();
  const opened: { readonly fileName: string; readonly sink: FileSink }[] = [];
  await write(
    run,
    async (place, mimeType) => {
      const sink = await createExportSink(mimeType);
      opened.push({ fileName: pathOf(place, `${name}${format.extension}`), sink });
      return sink;
    },
    signal,
  );
  return Promise.all(opened.map(async ({ fileName, sink }) => ({ fileName, blob: await sink.toBlob() })));
}
