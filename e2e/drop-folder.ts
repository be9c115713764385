import { resolve } from "node:path";
import type { Page } from "@playwright/test";

/** Drops a folder as a file manager does; the page sees entries, not files. */
export async function dropFolder(page: Page, folder: string): Promise<void> {
  const client = await page.context().newCDPSession(page);
  const data = { items: [], files: [resolve(folder)], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await client.send("Input.dispatchDragEvent", { type, x: 600, y: 400, data });
  }
}
