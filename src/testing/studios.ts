/** Studios of a test file: all are ended after each test, their folder is gone after the last. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach } from "vitest";
import { openStudioInNode, type StudioInNode, type StudioInNodeOptions } from "./studio-in-node";

export interface Studios {
  /** A folder of this test file's own. */
  readonly folder: string;
  open(options?: StudioInNodeOptions): Promise<StudioInNode>;
}

/** Called where the tests are described. */
export function studiosOfTests(): Studios {
  const folder = mkdtempSync(join(tmpdir(), "nadir-"));
  const opened: StudioInNode[] = [];
  afterEach(() => {
    for (const { dispose } of opened.splice(0)) dispose();
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  return {
    folder,
    async open(options) {
      const studio = await openStudioInNode(options);
      opened.push(studio);
      return studio;
    },
  };
}
