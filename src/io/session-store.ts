/**
 * What each visit keeps for the next one: its project as text, one file per session in the browser's private file
 * system. A file is replaced as a whole when writing is complete, so that a crash leaves the one before.
 */
import { askStorage, privateFolder, storageError } from "./private-storage";

export interface StoredSession {
  readonly sessionId: string;
  readonly savedAtMs: number;
  readonly text: string;
}

const FOLDER = "sessions";
const SUBJECT = "session";
const ENDING = ".nadir";

/**
 * Whole or not at all: an older one stays until the new one is written.
 *
 * @returns False where the browser cannot keep it (private windows, old browsers).
 * @throws {NadirError} `storage`, when it is full for example.
 */
export async function storeSession(sessionId: string, text: string): Promise<boolean> {
  const folder = await privateFolder(FOLDER);
  if (folder === null) return false;
  try {
    const handle = await askStorage(SUBJECT, () => folder.getFileHandle(`${sessionId}${ENDING}`, { create: true }));
    if (!("createWritable" in handle)) return false;
    await askStorage(SUBJECT, async () => {
      const writable = await handle.createWritable();
      await writable.write(text);
      await writable.close();
    });
    return true;
  } catch (error) {
    await removeEmpty(folder, `${sessionId}${ENDING}`).catch(() => undefined);
    throw storageError(SUBJECT, error);
  }
}

/** A file that was made and could not be written is no visit that anybody could read. */
async function removeEmpty(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
  const file = await (await folder.getFileHandle(name)).getFile();
  if (file.size === 0) await folder.removeEntry(name);
}

/** Newest first. */
export async function storedSessions(): Promise<StoredSession[]> {
  const folder = await privateFolder(FOLDER);
  return folder === null ? [] : askStorage(SUBJECT, () => readSessions(folder));
}

async function readSessions(folder: FileSystemDirectoryHandle): Promise<StoredSession[]> {
  const sessions: StoredSession[] = [];
  for await (const [name, handle] of folder.entries()) {
    if (!name.endsWith(ENDING) || handle.kind !== "file") continue;
    const file = await (handle as FileSystemFileHandle).getFile();
    const sessionId = name.slice(0, -ENDING.length);
    sessions.push({ sessionId, savedAtMs: file.lastModified, text: await file.text() });
  }
  return sessions.sort((one, other) => other.savedAtMs - one.savedAtMs);
}

/** Does nothing where there is no such session. @throws {NadirError} `storage`. */
export async function deleteSession(sessionId: string): Promise<void> {
  const folder = await privateFolder(FOLDER);
  if (folder === null) return;
  await askStorage(SUBJECT, () => folder.removeEntry(`${sessionId}${ENDING}`)).catch((error: unknown) => {
    if ((error as Error).name !== "NotFoundError") throw storageError(SUBJECT, error);
  });
}
