/**
 * Dropped files that the browser can find again on a later visit: their handles, by name and size, in IndexedDB.
 * Reading them again may need the user's permission, which can only be asked for while a click is being handled.
 */

/** Handles carry no pixels; this many are kept. */
const MOST_HANDLES = 500;
const DATABASE = "nadir-handles";
const STORE = "files";

interface FileName {
  readonly name: string;
  readonly bytes: number;
}

interface KeptHandle {
  readonly handle: FileSystemFileHandle;
  readonly bytes: number;
}

/** The part of a handle that only some browsers have. */
interface AskableHandle extends FileSystemFileHandle {
  queryPermission?(descriptor: { mode: "read" }): Promise<PermissionState>;
  requestPermission?(descriptor: { mode: "read" }): Promise<PermissionState>;
}

/**
 * Handles of a drop, where the browser gives them. Must be called while the drop event is being handled.
 */
export function droppedHandles(transfer: DataTransfer | null): Promise<FileSystemFileHandle[]> {
  const asked = [...(transfer?.items ?? [])].flatMap((item) =>
    "getAsFileSystemHandle" in item
      ? [(item.getAsFileSystemHandle as () => Promise<FileSystemHandle | null>)().catch(() => null)]
      : [],
  );
  return Promise.all(asked).then((handles) =>
    handles.filter((handle): handle is FileSystemFileHandle => handle?.kind === "file"),
  );
}

/** Keeps handles for later visits; where the browser cannot, the files are asked for by name instead. */
export async function rememberHandles(handles: readonly FileSystemFileHandle[]): Promise<void> {
  try {
    const kept = await Promise.all(handles.map(async (handle) => ({ handle, bytes: (await handle.getFile()).size })));
    await inStore("readwrite", (store) => {
      for (const { handle, bytes } of kept) {
        store.put({ handle, bytes } satisfies KeptHandle, keyOf({ name: handle.name, bytes }));
      }
      return store.count();
    }).then((count) => (count > MOST_HANDLES ? inStore("readwrite", (store) => store.clear()) : undefined));
  } catch {
    // Private windows have no storage for them.
  }
}

/**
 * Those of the wanted files that can be read again.
 *
 * @param ask Asks the user where it must; needs a click being handled. Without it, such files come back as `askable`.
 */
export async function recallFiles(
  wanted: readonly FileName[],
  ask: boolean,
): Promise<{ readonly files: File[]; readonly askable: string[] }> {
  const files: File[] = [];
  const askable: string[] = [];
  for (const name of wanted) {
    const handle = await handleOf(name);
    if (handle === null) {
      continue;
    }
    const state = await permission(handle, ask);
    const file = state === "granted" ? await handle.getFile().catch(() => null) : null;
    if (file !== null) {
      files.push(file);
    } else if (state === "prompt") {
      askable.push(name.name);
    }
  }
  return { files, askable };
}

async function permission(handle: AskableHandle, ask: boolean): Promise<PermissionState> {
  const state = (await handle.queryPermission?.({ mode: "read" })) ?? "granted";
  return state === "prompt" && ask
    ? ((await handle.requestPermission?.({ mode: "read" }).catch(() => "prompt" as const)) ?? "denied")
    : state;
}

async function handleOf(name: FileName): Promise<FileSystemFileHandle | null> {
  try {
    const kept: KeptHandle | undefined = await inStore("readonly", (store) => store.get(keyOf(name)));
    return kept?.handle ?? null;
  } catch {
    return null;
  }
}

function keyOf({ name, bytes }: FileName): string {
  return `${bytes}:${name}`;
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
