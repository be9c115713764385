/** A folder for what is only needed while a command runs. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onDisk } from "./disk-error";
import { clearLeftBehind, ownTag } from "./left-behind";

/** Runs `use` with a folder that is gone afterwards, whatever happens; those of killed processes go before. */
export async function withTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const stem = join(tmpdir(), "nadir-");
  await clearLeftBehind(stem);
  const folder = await onDisk(tmpdir(), () => mkdtemp(`${stem}${ownTag()}`));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
