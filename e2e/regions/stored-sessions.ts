/** What the page keeps of its visits. */
import type { Page } from "@playwright/test";

/** Text of everything that sessions have stored. */
export const storedSessions = (page: Page) =>
  page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle("sessions", { create: true });
    let text = "";
    for await (const handle of (folder as unknown as { values(): AsyncIterable<FileSystemFileHandle> }).values()) {
      // Between being listed and being read a file may be replaced by its successor.
      text += await handle
        .getFile()
        .then((file) => file.text())
        .catch(() => "");
    }
    return text;
  });
