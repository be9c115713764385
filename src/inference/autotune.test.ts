import { describe, expect, test } from "vitest";
import { measure, type Tuning } from "./autotune";

/** A GPU that needs `fixedMs` per submit and `perWindowMs` per window, `factor` more in the NCHW layout. */
function machine(fixedMs: number, perWindowMs: number, nchwFactor: number, mostBatch = 64) {
  const tried: Tuning[] = [];
  const msPerRun = async (tuning: Tuning) => {
    tried.push(tuning);
    if (tuning.batch > mostBatch) return null;
    return (fixedMs + perWindowMs * tuning.batch) * (tuning.layout === "NCHW" ? nchwFactor : 1);
  };
  return { tried, msPerRun };
}

describe("autotune", () => {
  test("takes the faster layout and grows the batch while it pays", async () => {
    expect(await measure(machine(10, 2, 0.8).msPerRun)).toEqual({ batch: 16, layout: "NCHW" });
    expect(await measure(machine(0.1, 20, 1.3).msPerRun)).toEqual({ batch: 1, layout: "NHWC" });
  });

  test("never submits for longer than half a second", async () => {
    const slow = machine(50, 100, 1.1);
    const { batch } = await measure(slow.msPerRun);
    expect(50 + 100 * batch).toBeLessThanOrEqual(500);
    const snail = machine(10, 400, 1.1);
    expect((await measure(snail.msPerRun)).batch).toBe(1);
    expect(snail.tried.every((tuning) => tuning.batch === 1)).toBe(true);
  });

  test("stops at the batch that fits into memory", async () => {
    expect((await measure(machine(10, 1, 1.1, 4).msPerRun)).batch).toBe(4);
  });
});
