import { describe, expect, test } from "vitest";
import { markMissing, nodataInType, parseNodata } from "./nodata";
import { StatisticsAccumulator, suspectNodata } from "./statistics";
import { validPixels } from "./validity";

describe("nodata spellings", () => {
  test.each([
    ["-9999", -9999],
    ["-9999.0 ", -9999],
    ["-32767,5", -32767.5],
    ["-9999\n", -9999],
    ["nan", Number.NaN],
    ["-NaN", Number.NaN],
    ["1.#QNAN", Number.NaN],
    ["-1.#IND", Number.NaN],
    ["1.#INF", Infinity],
    ["-1.#INF", -Infinity],
    ["inf", Infinity],
    ["-inf", -Infinity],
    ["-3.40282346638529e+38", -3.40282346638529e38],
    ["none", null],
    ["", null],
  ])("%j", (text, value) => {
    expect(parseNodata(text)).toBe(value);
  });

  test("a value the type cannot hold marks nothing", () => {
    expect(nodataInType(256, "uint8")).toBeNull();
    expect(nodataInType(-1, "uint16")).toBeNull();
    expect(nodataInType(0.5, "int16")).toBeNull();
    expect(nodataInType(-32768, "int16")).toBe(-32768);
  });

  test("−FLT_MAX printed with few digits still marks the pixels", () => {
    const samples = Float32Array.of(-3.4028234663852886e38, 1, Number.NaN, -Infinity);
    const missing = new Uint8Array(4);
    markMissing(samples, nodataInType(-3.4028235e38, "float32"), missing);
    expect([...missing]).toEqual([1, 0, 1, 1]);
    markMissing(samples, nodataInType(-3.40282347e38, "float32"), missing);
    expect([...missing]).toEqual([1, 0, 1, 1]);
  });
});

describe("missing pixels", () => {
  const band = (nodata: number | null) => ({ nodata, dtype: "uint8" }) as const;

  test("a dark pixel is missing only when all bands hold nodata", () => {
    const valid = validPixels([Uint8Array.of(0, 0, 9), Uint8Array.of(0, 7, 9)], [band(0), band(0)], null);
    expect([...valid!]).toEqual([0, 1, 1]);
  });

  test("a band without nodata keeps the pixel", () => {
    expect(validPixels([Uint8Array.of(0), Uint8Array.of(0)], [band(0), band(null)], null)).toBeNull();
  });

  test("mask and alpha take pixels away", () => {
    expect([...validPixels([Uint8Array.of(5, 5)], [band(null)], Uint8Array.of(0, 255))!]).toEqual([0, 1]);
  });

  test("any band that is no finite number takes the pixel away", () => {
    const floats = { nodata: null, dtype: "float32" } as const;
    const valid = validPixels([Float32Array.of(1, 2), Float32Array.of(Number.NaN, 3)], [floats, floats], null);
    expect([...valid!]).toEqual([0, 1]);
  });
});

describe("statistics", () => {
  test("blocks of any cut give the worked numbers: 2, 4, 4, 4, 5, 5, 7, 9", () => {
    for (const cut of [1, 3, 8]) {
      const statistics = new StatisticsAccumulator(false);
      const values = Float64Array.of(2, 4, 4, 4, 5, 5, 7, 9);
      for (let at = 0; at < 8; at += cut) statistics.add(values.subarray(at, at + cut), null);
      expect(statistics.finish()).toMatchObject({ min: 2, max: 9, mean: 5, validCount: 8, totalCount: 8 });
      expect(statistics.finish().standardDeviation).toBeCloseTo(2, 12);
    }
  });

  test("a large mean does not eat a small deviation", () => {
    const statistics = new StatisticsAccumulator(false);
    for (let block = 0; block < 10; block++) statistics.add(Float64Array.of(1e9, 1e9 + 1), null);
    expect(statistics.finish().standardDeviation).toBeCloseTo(0.5, 9);
  });

  test("no valid pixel gives NaN, not zero", () => {
    const statistics = new StatisticsAccumulator(false);
    statistics.add(Uint8Array.of(1, 2), Uint8Array.of(0, 0));
    expect(statistics.finish()).toMatchObject({ min: Number.NaN, mean: Number.NaN, validCount: 0, totalCount: 2 });
  });

  test("undeclared −9999 is left out and named", () => {
    const statistics = new StatisticsAccumulator(true);
    statistics.add(Float32Array.of(-9999, 12, 14, -9999), null);
    statistics.add(Float32Array.of(20, -9999, 22), Uint8Array.of(1, 1, 0));
    const { mean, standardDeviation, ...rest } = statistics.finish();
    expect(rest).toEqual({
      min: 12,
      max: 20,
      validCount: 3,
      totalCount: 7,
      leftOut: [{ low: -9999, high: -9999, count: 3, gap: 0 }],
    });
    // 12, 14, 20: mean 46 / 3, variance (100 + 16 + 196) / 9 / 3.
    expect(mean).toBeCloseTo(46 / 3, 12);
    expect(standardDeviation).toBeCloseTo(Math.sqrt(312 / 27), 12);
  });

  test("declared nodata elsewhere makes −9999 a value like any other", () => {
    const statistics = new StatisticsAccumulator(false);
    statistics.add(Float32Array.of(-9999, 1), null);
    expect(statistics.finish()).toMatchObject({ min: -9999, validCount: 2, leftOut: [] });
  });

  test("−32768 among other deep values is a value", () => {
    expect(suspectNodata([-32768, -30000, 5])).toBeNull();
    expect(suspectNodata([-9999, -2500, 5])).toBeNull();
    expect(suspectNodata([-9999, -430, 5])).toBe(-9999);
    expect(suspectNodata([-9999, 100, 130])).toBe(-9999);
    expect(suspectNodata([100, 130])).toBeNull();
  });
});
