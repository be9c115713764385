/** Places of the page: an archive that is downloaded, and a folder that the user chose. */
import { NadirError } from "../../core/errors";
import type { ByteSink } from "../../io/byte-sink";
import { createZip } from "../../io/write-zip";
import type { HandOverPlace } from "./write-hand-over";

export interface ZipPlace extends HandOverPlace {
  /** @throws {NadirError} `storage` when the archive itself could not be written; it is then no archive. */
  finish(): Promise<void>;
}

/** @param root The folder that everything lies in once it is unpacked. */
export function zipPlace(sink: ByteSink, root: string, modified: Date): ZipPlace {
  let broken: unknown = null;
  const guarded: ByteSink = {
    async write(position, bytes) {
      if (broken !== null) throw broken;
      await sink.write(position, bytes).catch((error) => {
        broken = error;
        throw error;
      });
    },
    close: () => sink.close(),
  };
  const zip = createZip(guarded, modified);
  return {
    open: (path) => zip.open(`${root}/${path}`),
    async finish() {
      if (broken !== null) throw broken;
      await zip.finish();
    },
  };
}

/** Files appear under their names when they are complete. */
export function folderPlace(root: FileSystemDirectoryHandle): HandOverPlace {
  return {
    async open(path) {
      const folders = path.split("/");
      const name = folders.pop()!;
      let folder = root;
      for (const part of folders) folder = await allowed(path, folder.getDirectoryHandle(part, { create: true }));
      const file = await allowed(path, folder.getFileHandle(name, { create: true }));
      const writable = await allowed(path, file.createWritable());
      return {
        write: (position, data) => allowed(path, writable.write({ type: "write", position, data })),
        close: () => allowed(path, writable.close()),
        discard: () => writable.abort(),
      };
    },
  };
}

/** What a browser says of a folder that is gone, full or not to be written, as a sentence. */
async function allowed<T>(path: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    const { name, message } = cause as DOMException;
    throw new NadirError(
      {
        code: "unwritable",
        subject: path,
        found: name === "QuotaExceededError" ? "The disk is full." : `The browser could not write it (${message}).`,
        needed: "A folder that is there and may be written is needed.",
        next: "Choose another folder, or save as .zip.",
      },
      { cause },
    );
  }
}
