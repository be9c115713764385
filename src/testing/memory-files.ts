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
  /** Changes a file's bytes behind everybody's back; null removes it. */
  spoil(folder: string, name: string, change: (bytes: Uint8Array) => Uint8Array<ArrayBuffer> | null): void;
  /** What goes wrong from now on with files of these folders whenever something is written; null for nothing. */
  fault: StorageFault | null;
}

interface StorageFault {
  readonly folders: readonly string[];
  readonly kind: StorageFaultKind;
  /** Writes that still succeed. */
  after: number;
}

/**
 * How writing fails: the quota is used up (said at growing a file, and at closing a stream), a write takes less or
 * nothing, answers with the negative number that Chromium hands on as an unsigned one, or throws; the file's handle is
 * refused or held elsewhere.
 */
export type StorageFaultKind =
  | "full"
  | "short-write"
  | "nothing-written"
  | "negative-write"
  | "throwing-write"
  | "failing-flush"
  | "refused-handle"
  | "held-elsewhere"
  | "unreadable";

interface MemoryFile {
  bytes: Uint8Array<ArrayBuffer>;
  lastModified: number;
  isHeld: boolean;
}

type Folder = Map<string, MemoryFile>;

/** The kind of fault that this access meets, if any. */
type Meet = (counted?: boolean) => StorageFaultKind | null;

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
  const meeting =
    (folder: string): Meet =>
    (counted = false) => {
      const { fault } = files;
      if (fault === null || !fault.folders.includes(folder)) return null;
      if (fault.after > 0) {
        if (counted) fault.after--;
        return null;
      }
      return fault.kind;
    };
  const root = {
    async getDirectoryHandle(name: string) {
      await whileAlive();
      return directoryHandle(folderAt(name), now, meeting(name));
    },
  };
  const files: MemoryFiles = {
    fault: null,
    spoil(folder, name, change) {
      const file = folderAt(folder).get(name)!;
      const bytes = change(file.bytes.slice());
      if (bytes === null) folderAt(folder).delete(name);
      else file.bytes = bytes;
    },
    root: root as unknown as FileSystemDirectoryHandle,
    list: (folder) => [...folderAt(folder).keys()].sort(),
    text: (folder, name) => new TextDecoder().decode(folderAt(folder).get(name)?.bytes),
    put: (folder, name, text) =>
      void folderAt(folder).set(name, { bytes: new TextEncoder().encode(text), lastModified: now(), isHeld: false }),
  };
  return files;
}

function directoryHandle(folder: Folder, now: () => number, meet: Meet) {
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
      return fileHandle(name, () => find(name), now, meet);
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
      for (const name of [...folder.keys()]) yield [name, fileHandle(name, () => find(name), now, meet)];
    },
  };
}

function fileHandle(name: string, find: () => MemoryFile, now: () => number, meet: Meet) {
  return {
    kind: "file",
    name,
    async getFile() {
      await whileAlive();
      const { bytes, lastModified } = find();
      if (meet() === "unreadable") throw new DOMException("the file could not be read", "NotReadableError");
      return new File([bytes], name, { lastModified });
    },
    async createWritable() {
      await whileAlive();
      const parts: string[] = [];
      return {
        write: async (text: string) => void parts.push(text),
        close: async () => {
          if (meet(true) === "full") throw new DOMException("the quota has been exceeded", "QuotaExceededError");
          Object.assign(find(), { bytes: new TextEncoder().encode(parts.join("")), lastModified: now() });
        },
      };
    },
    async createSyncAccessHandle() {
      await whileAlive();
      const file = find();
      const fault = meet();
      if (fault === "refused-handle") throw new DOMException("the handle is refused", "NotAllowedError");
      if (file.isHeld || fault === "held-elsewhere") throw isHeldElsewhere(name);
      file.isHeld = true;
      const handle = accessHandle(file, now, meet);
      letGoAtEnd(() => handle.close());
      return handle;
    },
  };
}

function accessHandle(file: MemoryFile, now: () => number, meet: Meet) {
  let isOpen = true;
  const open = (): MemoryFile => {
    if (!isOpen) throw new DOMException("the access handle was closed", "InvalidStateError");
    return file;
  };
  const truncate = (size: number) => {
    if (size > open().bytes.length && meet() === "full") {
      throw new DOMException("the quota has been exceeded", "QuotaExceededError");
    }
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
      const fault = meet(true);
      if (fault === "negative-write") return 4294967292;
      if (fault === "nothing-written" || fault === "full") return 0;
      if (fault === "throwing-write") throw new DOMException("the write failed", "InvalidStateError");
      if (fault === "short-write") return from.byteLength >> 1;
      if (at + from.byteLength > open().bytes.length) truncate(at + from.byteLength);
      file.bytes.set(bytesOf(from), at);
      file.lastModified = now();
      return from.byteLength;
    },
    flush: () => {
      open();
      if (meet() === "failing-flush") throw new DOMException("the flush failed", "InvalidStateError");
    },
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
