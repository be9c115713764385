/** A disk that fails on purpose, for everything in this process that writes through file handles. */
import { open } from "node:fs/promises";
import { devNull } from "node:os";
import { vi } from "vitest";

/** Called before each write with what is about to be written; what it throws, or how many bytes it lets through. */
export type BeforeWrite = (byteCount: number) => Promise<number>;

/** Every write through a file handle asks first, until the mocks are restored. */
export async function spyOnWrites(before: BeforeWrite): Promise<void> {
  const handle = await open(devNull, "r");
  const prototype = Object.getPrototypeOf(handle) as { write(...args: unknown[]): Promise<unknown> };
  await handle.close();
  const write = prototype.write;
  vi.spyOn(prototype, "write").mockImplementation(async function (this: unknown, ...args) {
    const [bytes, offset, length, position] = args as [Uint8Array, number, number, number];
    return write.call(this, bytes, offset, await before(length), position);
  });
}

/** What the system says when a disk is full after so many bytes more. */
export async function fillDiskAfter(byteCount: number, code = "ENOSPC"): Promise<void> {
  let left = byteCount;
  await spyOnWrites(async (length) => {
    if (left <= 0) throw systemError(code);
    const through = Math.min(length, left);
    left -= through;
    return through;
  });
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: write`), { code, errno: -28, syscall: "write" });
}
