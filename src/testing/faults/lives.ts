/** Many random lives of a run, told as tests (`interleavings.ts`). */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nadir } from "../command-line";
import { writeSmallScene } from "../small-scene";
import { liveThrough } from "./interleavings";

/** @param first Seed of the first life; the others follow it. */
export function describeLives(first: number, count: number): void {
  describe("interleavings", { timeout: 1_800_000 }, () => {
    let folder: string;
    let whole: Buffer;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "nadir-lives-"));
      const { args } = writeSmallScene(join(folder, "whole"));
      expect((await nadir([...args, "--out", join(folder, "whole", "mask.tif")])).status).toBe(0);
      whole = readFileSync(join(folder, "whole", "mask.tif"));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    test(`${count} random lives of kills, stops, full disks and damage → survived: identical or refused`, async () => {
      const refused: string[] = [];
      for (let seed = first; seed < first + count; seed++) {
        const { outcome, steps } = await liveThrough(seed, join(folder, `${seed}`), whole);
        if (outcome === "refused") refused.push(steps.join(" "));
        rmSync(join(folder, `${seed}`), { recursive: true });
      }
      expect(refused.length).toBeLessThan(count / 2);
    });
  });
}
