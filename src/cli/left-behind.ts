/**
 * Files that a process fills before they get their name carry its own: what a killed one has left is told from what a
 * living one, perhaps another user's or another machine's, is filling now.
 */
import { readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { crc32 } from "../core/crc32";

const HOST = crc32(new TextEncoder().encode(hostname())).toString(16).padStart(8, "0");

/** "host-process-", for names. */
export function ownTag(pid = process.pid): string {
  return `${HOST}-${pid}-`;
}

/**
 * Takes away what dead processes of this machine have left.
 *
 * @param stem  Path before the tag.
 * @returns The paths that are gone now.
 */
export async function clearLeftBehind(stem: string): Promise<readonly string[]> {
  const [folder, start] = [dirname(stem), basename(stem)];
  const names = await readdir(folder).catch(() => []);
  const left = names.filter((name) => {
    const [, host, pid] = name.startsWith(start) ? (/^([0-9a-f]{8})-(\d+)-/.exec(name.slice(start.length)) ?? []) : [];
    return host === HOST && !isAlive(Number(pid));
  });
  const paths = left.map((name) => join(folder, name));
  // Another user's stays.
  const gone = paths.map((path) =>
    rm(path, { recursive: true, force: true }).then(
      () => path,
      () => null,
    ),
  );
  return (await Promise.all(gone)).filter((path) => path !== null);
}

/** One that may not be asked is alive. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
