/** What the operating system says of a path, as a sentence: never a stack trace. */
import { NadirError } from "../core/errors";

/** Found, and what to do about it, by the system's name for the error (errno, POSIX.1-2017). */
const SENTENCES: Readonly<Record<string, readonly [found: string, next: string]>> = {
  ENOSPC: ["The disk is full.", "Free space, then repeat the command."],
  EDQUOT: ["The quota of this user on the disk is used up.", "Free space, then repeat the command."],
  EFBIG: ["The file became larger than this file system or this process may write.", "Use another disk."],
  EROFS: ["The file system is read-only.", "Give a path on another one."],
  EACCES: ["It may not be written.", "Change its permissions, or give another path."],
  EPERM: ["It may not be written.", "Change its permissions, or give another path."],
  ENAMETOOLONG: ["The name is too long for the file system.", "Give a shorter one; endings are added to it."],
  ENOENT: ["Its folder does not exist, or takes no files.", "Make the folder, or give another path."],
  ENOTDIR: ["A part of the path is a file, not a folder.", "Give another path."],
  EISDIR: ["This is a folder.", "Give the name of a file in it."],
  ELOOP: ["Its links lead in a circle.", "Give another path."],
  EMFILE: ["Too many files are open.", "Close other programs, or raise the limit (ulimit -n)."],
  EIO: ["The disk reports a fault.", "Use another disk, and look after this one."],
};

/** True for an error of the system that names a path or a file. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error && typeof (error as NodeJS.ErrnoException).code === "string";
}

/** What is no error of the system comes back as it is. */
export function diskError(path: string, cause: unknown): unknown {
  if (!isSystemError(cause)) {
    return cause;
  }
  const [found, next] = SENTENCES[cause.code!] ?? [`The system refuses it (${cause.code}).`, "Give another path."];
  return new NadirError(
    { code: "unwritable", subject: path, found, needed: "A file that can be written is needed.", next },
    { cause },
  );
}

/** @throws {NadirError} `unwritable` in the place of what the system says. */
export async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw diskError(path, error);
  }
}
