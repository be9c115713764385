import { expect, test } from "vitest";
import { finishedShare } from "./run-checkpoint";

test("the finished share is whole strips and the part of the one in flight", () => {
  const checkpoint = { stripCount: 4, windows: { run: 0, skipped: 0 }, classPixels: [], nodataPixels: 0 };
  const rows = { row: 100, heightPx: 200 };
  expect(finishedShare({ ...checkpoint, strip: 0, nextRow: 100 }, rows)).toBe(0);
  // Half of the second of four strips.
  expect(finishedShare({ ...checkpoint, strip: 1, nextRow: 200 }, rows)).toBe(0.375);
  expect(finishedShare({ ...checkpoint, strip: 3, nextRow: 300 }, rows)).toBe(1);
});
