/**
 * The browser's private file system (OPFS), which may be refused, may answer late, and sometimes never answers: every
 * question is bounded and asked again, and at the end a sentence says what happened.
 */
import { NadirError } from "../core/errors";

/** A question that stays open is asked again after this long, then after twice as long, and so on. */
export interface StoragePatience {
  readonly firstWaitMs: number;
  readonly times: number;
}

const PATIENCE: StoragePatience = { firstWaitMs: 5000, times: 4 };

/** Between two attempts after a refusal that may pass: another worker was just ended, a file was just written. */
const PAUSE_MS = 100;

/** Asking again changes nothing about these. */
const FINAL_ERRORS = ["NotFoundError", "QuotaExceededError", "SecurityError", "NotAllowedError", "TypeError"];

/**
 * @param subject What the question is about, for the sentence.
 * @param late  Gets an answer that came after the question had been asked again.
 * @throws {DOMException} What the browser says, where asking again changes nothing.
 * @throws {NadirError} `storage` when it did not answer, or refused each time.
 */
export async function askStorage<T>(
  subject: string,
  ask: () => Promise<T>,
  late: (answer: T) => void = () => undefined,
  { firstWaitMs, times }: StoragePatience = PATIENCE,
): Promise<T> {
  let refusal: unknown = new Error("it does not answer");
  for (let time = 0; time < times; time++) {
    const asked = ask();
    try {
      const answer = await Promise.race([asked, silence(firstWaitMs * 2 ** time)]);
      if (answer !== SILENT) return answer;
      asked.then(late, () => undefined);
    } catch (error) {
      if (FINAL_ERRORS.includes((error as Error).name)) throw error;
      refusal = error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * 2 ** time));
    }
  }
  throw storageError(subject, refusal);
}

const SILENT = Symbol("silent");

async function silence(ms: number): Promise<typeof SILENT> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return SILENT;
}

/** A folder of the page's private file system; null where the browser has none or refuses it (private windows). */
export async function privateFolder(name: string): Promise<FileSystemDirectoryHandle | null> {
  const { navigator } = globalThis as { navigator?: { storage?: Partial<StorageManager> } };
  const storage = navigator?.storage;
  if (storage?.getDirectory === undefined) return null;
  try {
    return await askStorage(name, async () => {
      const root = await (storage as StorageManager).getDirectory();
      return root.getDirectoryHandle(name, { create: true });
    });
  } catch {
    return null;
  }
}

/** Takes a file for writing; only dedicated workers can. Nobody else can write it until the handle is closed. */
export function openAccess(file: FileSystemFileHandle, subject: string): Promise<FileSystemSyncAccessHandle> {
  return askStorage(
    subject,
    () => file.createSyncAccessHandle(),
    (handle) => handle.close(),
  );
}

/** @throws {NadirError} `storage` unless all bytes were written, at the second attempt at the latest. */
export function writeWhole(
  handle: FileSystemSyncAccessHandle,
  bytes: Uint8Array<ArrayBuffer>,
  at: number,
  subject: string,
): void {
  // A failed write is a negative number, which Chromium 156 hands on as 2³² less than nothing.
  const written = () => handle.write(bytes, { at }) | 0;
  if (written() === bytes.length) return;
  const again = written();
  if (again === bytes.length) return;
  throw again >= 0 ? storageFull(subject) : storageError(subject, new Error(`writing failed with code ${again}`));
}

/** The sentence for whatever the browser says about its storage; a sentence of our own stays what it is. */
export function storageError(subject: string, cause: unknown): NadirError {
  if (cause instanceof NadirError) return cause;
  const { message, name } = cause as Error;
  if (name === "QuotaExceededError") return storageFull(subject);
  return new NadirError(
    {
      code: "storage",
      subject,
      found: `The browser's private storage failed (${message}).`,
      needed: "Results are kept there while the studio is open.",
      next: "Try again; if it stays, reload the page and choose Continue.",
    },
    { cause },
  );
}

function storageFull(subject: string): NadirError {
  return new NadirError({
    code: "no-room",
    subject,
    found: "The browser's storage is full.",
    needed: "Results are kept there while the studio is open.",
    next: "Remove older runs, or free disk space.",
  });
}
