/** Many random lives of a run, told as tests (`interleavings.ts`, `page-lives.ts`). */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nadir } from "../command-line";
import { writeSmallScene } from "../small-scene";
import { type Lives, liveThrough } from "./interleavings";
import { liveThroughInPage } from "./page-lives";
import { smallTabsOfTests } from "./small-tabs";
import { bringToEnd, exported } from "./worker-moments";

const LONG = { timeout: 7_200_000 } as const;

/** At the command line. @param first Seed of the first life; the others follow it. */
export function describeLives(first: number, count: number): void {
  describe("interleavings", LONG, () => {
    let folder: string;
    let whole: Buffer;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "nadir-lives-"));
      const { args } = writeSmallScene(join(folder, "whole"));
      expect((await nadir([...args, "--out", join(folder, "whole", "mask.tif")])).status).toBe(0);
      whole = readFileSync(join(folder, "whole", "mask.tif"));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    test(`${count} random lives of kills, stops, full disks and damage at the command line → survived: identical or refused`, () =>
      liveAll(first, count, async (seed) => {
        const life = await liveThrough(seed, join(folder, `${seed}`), whole);
        rmSync(join(folder, `${seed}`), { recursive: true });
        return life;
      }));
  });
}

/** In the page. @param first Seed of the first life; the others follow it. */
export function describePageLives(first: number, count: number): void {
  describe("interleavings", LONG, () => {
    const tabs = smallTabsOfTests();
    let whole: string;
    beforeAll(async () => {
      const tab = await tabs.open();
      whole = await exported(tab, await bringToEnd(tabs, tab));
      tab.dispose();
    });

    test(`${count} random lives of kills, stops, ended workers, full storage and damage in the page → survived: identical, or refused and made anew`, () =>
      liveAll(first, count, (seed) => liveThroughInPage(seed, tabs, whole)));
  });
}

async function liveAll(first: number, count: number, live: (seed: number) => Promise<Lives>): Promise<void> {
  let refused = 0;
  for (let seed = first; seed < first + count; seed++) {
    const { outcome } = await live(seed);
    if (outcome === "refused") refused++;
  }
  expect(refused).toBeLessThan(count / 2);
}
