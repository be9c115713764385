import { describe, expect, test } from "vitest";
import { adapterFacts } from "../gpu/device";
import { axesOf, measure, type Tuning } from "./autotune";

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

const PLAIN = { axes: { subgroups: false, unfused: false }, agrees: async () => true };

/** What a browser says of an adapter. */
function adapter(info: Partial<GPUAdapterInfo>, features: readonly string[] = [], limits: object = {}) {
  const names = { vendor: "", architecture: "", device: "", description: "", isFallbackAdapter: false };
  return adapterFacts({
    info: { ...names, ...info } as GPUAdapterInfo,
    features: new Set(features) as unknown as GPUSupportedFeatures,
    limits: limits as GPUSupportedLimits,
  });
}

describe("autotune", () => {
  test("takes the faster layout and grows the batch while it pays", async () => {
    expect(await measure(machine(10, 2, 0.8).msPerRun, PLAIN)).toMatchObject({ batch: 16, layout: "NCHW" });
    expect(await measure(machine(0.1, 20, 1.3).msPerRun, PLAIN)).toMatchObject({ batch: 1, layout: "NHWC" });
  });

  test("never submits for longer than half a second", async () => {
    const slow = machine(50, 100, 1.1);
    const { batch } = await measure(slow.msPerRun, PLAIN);
    expect(50 + 100 * batch).toBeLessThanOrEqual(500);
    const snail = machine(10, 400, 1.1);
    expect((await measure(snail.msPerRun, PLAIN)).batch).toBe(1);
    expect(snail.tried.every((tuning) => tuning.batch === 1)).toBe(true);
  });

  test("stops at the batch that fits into memory", async () => {
    expect((await measure(machine(10, 1, 1.1, 4).msPerRun, PLAIN)).batch).toBe(4);
  });

  test("subgroups and unfused activations are taken where they pay and compute what they should", async () => {
    const tried: Tuning[] = [];
    const msPerRun = async (tuning: Tuning) => {
      tried.push(tuning);
      return 200 * (tuning.subgroups ? 0.8 : 1) * (tuning.fusesActivations ? 1 : 0.7);
    };
    const axes = { subgroups: true, unfused: true };
    expect(await measure(msPerRun, { axes, agrees: async () => true })).toEqual({
      batch: 16,
      layout: "NHWC",
      subgroups: true,
      fusesActivations: false,
    });
    const wrongWithSubgroups = async ({ subgroups }: Tuning) => !subgroups;
    expect(await measure(msPerRun, { axes, agrees: wrongWithSubgroups })).toMatchObject({
      subgroups: false,
      fusesActivations: false,
    });
    const breaks = (tuning: Tuning) => (tuning.subgroups ? Promise.reject(new Error("refused")) : msPerRun(tuning));
    expect(await measure(breaks, { axes, agrees: async () => true })).toMatchObject({ subgroups: false });
    tried.length = 0;
    await measure(msPerRun, PLAIN);
    expect(tried.every(({ subgroups, fusesActivations }) => !subgroups && fusesActivations)).toBe(true);
  });

  test("only wide subgroups are tried, and unfused activations on Intel alone", () => {
    const axes = (info: Partial<GPUAdapterInfo>, features: string[] = ["subgroups"]) => axesOf(adapter(info, features));
    expect(axes({ vendor: "nvidia", subgroupMinSize: 32 })).toEqual({ subgroups: true, unfused: false });
    expect(axes({ vendor: "intel", subgroupMinSize: 16 })).toEqual({ subgroups: true, unfused: true });
    expect(axes({ vendor: "intel", subgroupMinSize: 8 })).toEqual({ subgroups: false, unfused: true });
    expect(axes({ vendor: "google", subgroupMinSize: 4 })).toEqual({ subgroups: false, unfused: false });
    expect(axes({ vendor: "amd", subgroupMinSize: 32 }, [])).toEqual({ subgroups: false, unfused: false });
  });

  test("adapters without names are told apart by limits and features", () => {
    const keys = [
      adapter({}, [], { maxBufferSize: 2 ** 30 }),
      adapter({}, [], { maxBufferSize: 2 ** 31 }),
      adapter({}, ["shader-f16"], { maxBufferSize: 2 ** 30 }),
      adapter({ vendor: "amd" }, [], { maxBufferSize: 2 ** 30 }),
    ].map(({ key }) => key);
    expect(new Set(keys).size).toBe(4);
    expect(adapter({}, ["b", "a"]).key).toBe(adapter({}, ["a", "b"]).key);
  });
});
