import { expect, test } from "vitest";
import { queueSecondsLeft } from "./queue-time";

const SLOW = { modelId: "slow", pixels: 1000, seconds: 10 };
const QUICK = { modelId: "quick", pixels: 1000, seconds: 1 };

test("what waits takes as long a pixel as the newest run of its model did", () => {
  // 3 s of the running one, 2000 pixels at 0.01 s and 500 at 0.001 s.
  const waiting = [
    { modelId: "slow", pixels: 2000 },
    { modelId: "quick", pixels: 500 },
  ];
  expect(queueSecondsLeft(3, waiting, [{ ...SLOW, seconds: 99 }, SLOW, QUICK])).toBeCloseTo(3 + 20 + 0.5, 12);
});

test("a model that has not run yet goes at the mean pace of all", () => {
  // 11 s over 2000 pixels.
  expect(queueSecondsLeft(0, [{ modelId: "new", pixels: 4000 }], [SLOW, QUICK])).toBeCloseTo(22, 12);
});

test("before anything was timed nothing is said of what waits", () => {
  expect(queueSecondsLeft(5, [{ modelId: "new", pixels: 1 }], [])).toBeNull();
  expect(queueSecondsLeft(5, [], [])).toBe(5);
});
