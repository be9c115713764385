/** A cleaning that is cancelled on its way leaves nothing behind. */
import { expect, test } from "vitest";
import { memoryMaskPlace } from "../io/mask-store";
import { createMasks } from "../io/open-masks";
import { cleanStored } from "./clean-run";

const SIZE = { widthPx: 4, heightPx: 600 };
const STEPS = { majorityPx: 3, holesBelowPx: 5, patchesBelowPx: [5, 5] };

test("tells how far it has come, and ends where it is told to", async () => {
  const place = memoryMaskPlace();
  const masks = createMasks(Promise.resolve(place));
  const values = Uint8Array.from({ length: 4 * 600 }, (_, at) => (at % 7 === 0 ? 1 : 0));
  await masks.derive(["own"], SIZE, ([sink]) => sink!.writeRows({ col: 0, row: 0, ...SIZE, values }));
  const clean = (to: string, onShare: (share: number) => void, signal: AbortSignal) =>
    cleanStored(
      masks,
      { maskId: "own", confidenceId: null },
      { maskId: to, confidenceId: null },
      SIZE,
      STEPS,
      signal,
      onShare,
    );

  for (const at of [0.1, 0.5, 0.95]) {
    const controller = new AbortController();
    const stop = (share: number) => share >= at && controller.abort();
    await expect(clean("stopped", stop, controller.signal)).rejects.toMatchObject({ name: "AbortError" });
    expect(await place.list()).toHaveLength(1);
  }
  const shares: number[] = [];
  const done = await clean("cleaned", (share) => shares.push(share), new AbortController().signal);
  expect(done.changedPixels).toBe(343);
  expect(done.classPixels).toEqual([2400]);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect([shares.length, shares.at(-1)]).toEqual([3 * 9, 1]);
});
