/**
 * Dropped files that the browser can find again on a later visit: their handles, by name and size, in IndexedDB; for
 * dropped folders and archives the one handle of the whole, by its name. Reading them again may need the user's
 * permission, which can only be asked for while a click is being handled.
 */
import { folderOf, inFolder, isArchive } from "../../io/file-place";

/** Handles carry no pixels; this many are kept. */
const MOST_HANDLES = 500;
const DATABASE = "nadir-handles";
const STORE = "files";

interface FileName {
  readonly name: string;
  readonly bytes: number;
  readonly folder?: string;
}

interface KeptHandle {
  readonly handle: FileSystemHandle;
  /** 0 for a folder. */
  readonly bytes: number;
}

/** The part of a handle that only some browsers have. */
interface AskableHandle extends FileSystemHandle {
  queryPermission?(descriptor: { mode: "read" }): Promise<PermissionState>;
  requestPermission?(descriptor: { mode: "read" }): Promise<PermissionState>;
}

/**
 * Handles of a drop, where the browser gives them. Must be called while the drop event is being handled.
 */
export function droppedHandles(transfer: DataTransfer | null): Promise<FileSystemHandle[]> {
  const asked = [...(transfer?.items ?? [])].flatMap((item) =>
    "getAsFileSystemHandle" in item
      ? [(item.getAsFileSystemHandle as () => Promise<FileSystemHandle | null>)().catch(() => null)]
      : [],
  );
  return Promise.all(asked).then((handles) => handles.filter((handle) => handle !== null));
}

/** Keeps handles for later visits; where the browser cannot, the files are asked for by name instead. */
export async function rememberHandles(handles: readonly FileSystemHandle[]): Promise<void> {
  try {
    const kept = await Promise.all(
      handles.map(async (handle) => ({ handle, bytes: isFile(handle) ? (await handle.getFile()).size : 0 })),
    );
    await inStore("readwrite", (store) => {
      for (const { handle, bytes } of kept) {
        const key =
          isFile(handle) && !isArchive(handle.name) ? keyOf({ name: handle.name, bytes }) : rootKey(handle.name);
        store.put({ handle, bytes } satisfies KeptHandle, key);
      }
      return store.count();
    }).then((count) => (count > MOST_HANDLES ? inStore("readwrite", (store) => store.clear()) : undefined));
  } catch {
    // Private windows have no storage for them.
  }
}

/**
 * Those of the wanted files that can be read again; an archive comes for all that is wanted of it.
 *
 * @param ask Asks the user where it must; needs a click being handled. Without it, such files come back as `askable`.
 */
export async function recallFiles(
  wanted: readonly FileName[],
  ask: boolean,
): Promise<{ readonly files: File[]; readonly askable: string[] }> {
  const files = new Map<string, File>();
  const askable: string[] = [];
  const handles = new Map<string, AskableHandle | null>();
  for (const { name, bytes, folder } of wanted) {
    const path = folder === undefined ? [name] : [...folder.split("/"), name];
    const key = path.length === 1 ? keyOf({ name, bytes }) : rootKey(path[0]!);
    if (!handles.has(key)) handles.set(key, await handleAt(key));
    const handle = handles.get(key);
    if (handle == null) continue;
    const state = await permission(handle, ask);
    if (state === "prompt") askable.push(name);
    const file = state === "granted" ? await fileBelow(handle, path).catch(() => null) : null;
    if (file !== null) files.set(`${folderOf(file)}/${file.size}:${file.name}`, file);
  }
  return { files: [...files.values()], askable };
}

/** Follows a path whose first part the handle is; an archive on the way is the file in which the rest lies. */
async function fileBelow(root: FileSystemHandle, path: readonly string[]): Promise<File> {
  let [handle, depth] = [root, 0];
  while (!isFile(handle)) {
    const part = path[++depth] ?? "";
    const folder = handle as FileSystemDirectoryHandle;
    const isLast = depth === path.length - 1 || isArchive(part);
    handle = isLast ? await folder.getFileHandle(part) : await folder.getDirectoryHandle(part);
  }
  return inFolder(await handle.getFile(), path.slice(0, depth).join("/"));
}

function isFile(handle: FileSystemHandle): handle is FileSystemFileHandle {
  return handle.kind === "file";
}

async function permission(handle: AskableHandle, ask: boolean): Promise<PermissionState> {
  const state = (await handle.queryPermission?.({ mode: "read" })) ?? "granted";
  return state === "prompt" && ask
    ? ((await handle.requestPermission?.({ mode: "read" }).catch(() => "prompt" as const)) ?? "denied")
    : state;
}

async function handleAt(key: string): Promise<AskableHandle | null> {
  try {
    const kept: KeptHandle | undefined = await inStore("readonly", (store) => store.get(key));
    return kept?.handle ?? null;
  } catch {
    return null;
  }
}

function keyOf({ name, bytes }: Omit<FileName, "folder">): string {
  return `${bytes}:${name}`;
}

function rootKey(name: string): string {
  return `whole:${name}`;
}

function inStore<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  return new Promise((done, failed) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    opening.onerror = () => failed(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const transaction = database.transaction(STORE, mode);
      const request = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => {
        database.close();
        done(request.result);
      };
      transaction.onabort = () => {
        database.close();
        failed(transaction.error);
      };
    };
  });
}
