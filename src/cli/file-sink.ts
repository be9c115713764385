/** A file on disk as the writers' sink: filled beside its final place and put there whole when it is closed. */
import { open, rename, rm } from "node:fs/promises";
import type { ByteSink } from "../io/byte-sink";

export interface DiskSink extends ByteSink {
  /** Takes away what an export that did not end has left. */
  discard(): Promise<void>;
}

/** A new file that appears under its name only when it is complete. @throws When the folder cannot be written to. */
export async function createDiskSink(path: string): Promise<DiskSink> {
  const partial = `${path}.part`;
  const handle = await open(partial, "w");
  return {
    async write(position, bytes) {
      for (let done = 0; done < bytes.length; ) {
        done += (await handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
      }
    },
    async close() {
      await handle.close();
      await rename(partial, path);
    },
    async discard() {
      await handle.close();
      await rm(partial, { force: true });
    },
  };
}
