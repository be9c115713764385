/** Statistics of heights among spikes and fills, against NumPy's over the sane pixels alone. */
import { describe, expect, test } from "vitest";
import type { BandArray } from "../raster/dtype";
import { HeightStatistics } from "./height-statistics";
import { describeLeftOut } from "./left-out";

const METRES = { scale: 1 };

function of(samples: BandArray, band: { scale: number; unit?: string } = METRES) {
  const statistics = new HeightStatistics(band);
  for (let at = 0; at < samples.length; at += 7777) statistics.add(samples.subarray(at, at + 7777), null);
  return statistics.finish();
}

/** 400 × 300 pixels from 100 to 139.99 m, and whatever stands at the multiples of some numbers. */
function terrain(odd: readonly (readonly [every: number, value: number])[] = []): Float32Array {
  return Float32Array.from({ length: 120_000 }, (_, at) => {
    const [col, row] = [at % 400, Math.floor(at / 400)];
    return odd.find(([every]) => at % every === 1)?.[1] ?? 100 + ((col * 7 + row * 13) % 4000) / 100;
  });
}

describe("what cannot be a height", () => {
  // numpy: a = 100 + ((7 c + 13 r) % 4000) / 100 as float32; the others by at % every == 1; then of the rest
  test("two fills and spikes on both sides, whatever their values", () => {
    const found = of(
      terrain([
        [8, -32767],
        [15, 9999],
        [40_003, 5000],
        [60_007, -321.5],
      ]),
    );
    expect(found).toMatchObject({ validCount: 97997, totalCount: 120_000 });
    expect([found.min, found.max]).toEqual([100.0, 139.99000549316406]);
    expect(found.mean).toBeCloseTo(120.14214894261563, 4);
    expect(found.standardDeviation).toBeCloseTo(11.574235376827675, 4);
    expect(found.leftOut.map((values) => describeLeftOut(values, METRES))).toEqual([
      "15000 pixels of -32767, 32867 m from all others",
      "1 pixel of -321.5, 421.5 m from all others",
      "2 pixels of 5000, 4860.01 m from all others",
      "7000 pixels of 9999, 9859.01 m from all others",
    ]);
  });

  test("spikes of many values are told together", () => {
    const samples = terrain();
    for (let spike = 0; spike < 60; spike++) samples[spike * 1999] = -1000 - 90 * spike;
    const { leftOut, validCount } = of(samples);
    expect(validCount).toBe(119_940);
    expect(leftOut).toMatchObject([{ low: -6310, high: -1000, count: 60, gap: 1100 }]);
  });

  test("in feet and in stored units of a centimetre the same pixels", () => {
    const centimetres = Int32Array.from(terrain([[40_003, 5000]]), (height) => Math.round(100 * height));
    expect(of(centimetres, { scale: 0.01 }).leftOut).toMatchObject([{ low: 500_000, count: 3 }]);
    const feet = terrain().map((height) => height / 0.3048);
    feet[17] = 140 / 0.3048 + 45 / 0.3048;
    expect(of(feet, { scale: 1, unit: "ft" }).leftOut).toEqual([]);
    feet[17] = 140 / 0.3048 + 55 / 0.3048;
    expect(of(feet, { scale: 1, unit: "ft" }).leftOut).toHaveLength(1);
  });
});

describe("what may be a height stays", () => {
  test("a mast in the plain, a few pixels below 50 m above all others", () => {
    const samples = terrain();
    samples[5] = 189;
    expect(of(samples)).toMatchObject({ max: 189, leftOut: [] });
  });

  test("towers that are many pixels, however far above the rest", () => {
    const samples = terrain();
    for (let at = 0; at < 600; at++) samples[at] = 300 + (at % 50);
    expect(of(samples)).toMatchObject({ max: 349, leftOut: [] });
  });

  test("two levels of a made-up scene", () => {
    const steps = Float32Array.from({ length: 10_000 }, (_, at) => (at % 3 === 0 ? 10 : 200));
    expect(of(steps)).toMatchObject({ min: 10, max: 200, leftOut: [] });
  });

  test("a flat plain keeps its one height beside -9999", () => {
    const plain = Float32Array.from({ length: 10_000 }, (_, at) => (at % 3 === 0 ? -9999 : 200));
    expect(of(plain)).toMatchObject({ min: 200, max: 200, validCount: 6666 });
  });

  test("nothing but nodata is nothing", () => {
    expect(of(new Float32Array(100).fill(-9999))).toMatchObject({ min: Number.NaN, validCount: 0 });
  });
});
