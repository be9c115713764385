/**
 * The browser's private file system (OPFS) in memory, as far as the studio asks: folders, files read as snapshots,
 * files replaced as a whole, and access handles of which a file has one at a time.
 */
import { letGoAtEnd, whileAlive } from "./worker-life";

export interface MemoryFiles {
  readonly root: FileSystemDirectoryHandle;
  /** Names of the files of a folder below the root, sorted. */
  list(folder: string): string[];
  /** Text of a file of a folder below the root. */
  text(folder: string, name: string): string;
  /** Puts a file there, as an earlier visit would have left it. */
  put(folder: string, name: string, text: string): void;
}

interface MemoryFile {
  bytes: Uint8Array<ArrayBuffer>;
  lastModified: number;
  isHeld: boolean;
}

type Folder = Map<string, MemoryFile>;

export function createMemoryFiles(): MemoryFiles {
  const folders = new Map<string, Folder>();
  let latest = 0;
  /** Never the same twice, so that the newest of two files is known. */
  const now = () => {
    latest = Math.max(Date.now(), latest + 1);
    return latest;
  };
  const folderAt = (name: string): Folder => {
    const folder = folders.get(name) ?? new Map();
    folders.set(name, folder);
    return folder;
  };
  const root = {
    async getDirectoryHandle(name: string) {
      await whileAlive();
      return directoryHandle(folderAt(name), now);
    },
  };
  return {
    root: root as unknown as FileSystemDirectoryHandle,
    list: (folder) => [...folderAt(folder).keys()].sort(),
    text: (folder, name) => new TextDecoder().decode(folderAt(folder).get(name)?.bytes),
    put: (folder, name, text) =>
      void folderAt(folder).set(name, { bytes: new TextEncoder().encode(text), lastModified: now(), isHeld: false }),
  };
}

function directoryHandle(folder: Folder, now: () => number) {
  const find = (name: string): MemoryFile => {
    const file = folder.get(name);
    if (file === undefined) throw new DOMException(`no file ${name}`, "NotFoundError");
    return file;
  };
  return {
    async getFileHandle(name: string, { create = false } = {}) {
      await whileAlive();
      if (create && !folder.has(name)) {
        folder.set(name, { bytes: new Uint8Array(), lastModified: now(), isHeld: false });
      }
      find(name);
      return fileHandle(name, () => find(name), now);
    },
    async removeEntry(name: string) {
      await whileAlive();
      if (find(name).isHeld) throw isHeldElsewhere(name);
      folder.delete(name);
    },
    async *keys() {
      yield* [...folder.keys()];
    },
    async *entries() {
      for (const name of [...folder.keys()]) yield [name, fileHandle(name, () => find(name), now)];
    },
  };
}

function fileHandle(name: string, find: () => MemoryFile, now: () => number) {
  return {
    kind: "file",
    name,
    async getFile() {
      await whileAlive();
      const { bytes, lastModified } = find();
      return new File([bytes], name, { lastModified });
    },
    async createWritable() {
      await whileAlive();
      const parts: string[] = [];
      return {
        write: async (text: string) => void parts.push(text),
        close: async () => {
          Object.assign(find(), { bytes: new TextEncoder().encode(parts.join("")), lastModified: now() });
        },
      };
    },
    async createSyncAccessHandle() {
      await whileAlive();
      const file = find();
      if (file.isHeld) throw isHeldElsewhere(name);
      file.isHeld = true;
      const handle = accessHandle(file, now);
      letGoAtEnd(() => handle.close());
      return handle;
    },
  };
}

function accessHandle(file: MemoryFile, now: () => number) {
  let isOpen = true;
  const open = (): MemoryFile => {
    if (!isOpen) throw new DOMException("the access handle was closed", "InvalidStateError");
    return file;
  };
  const truncate = (size: number) => {
    const resized = new Uint8Array(size);
    resized.set(open().bytes.subarray(0, size));
    file.bytes = resized;
  };
  return {
    getSize: () => open().bytes.length,
    truncate,
    read(into: AllowSharedBufferSource, { at = 0 } = {}) {
      const found = open().bytes.subarray(at, at + into.byteLength);
      bytesOf(into).set(found);
      return found.length;
    },
    write(from: AllowSharedBufferSource, { at = 0 } = {}) {
      if (at + from.byteLength > open().bytes.length) truncate(at + from.byteLength);
      file.bytes.set(bytesOf(from), at);
      file.lastModified = now();
      return from.byteLength;
    },
    flush: () => void open(),
    close() {
      // A second time, the file may be another's.
      if (isOpen) file.isHeld = false;
      isOpen = false;
    },
  };
}

function bytesOf(data: AllowSharedBufferSource): Uint8Array {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data as ArrayBuffer);
}

function isHeldElsewhere(name: string): DOMException {
  return new DOMException(`${name} has an open access handle`, "NoModificationAllowedError");
}
