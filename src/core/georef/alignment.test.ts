import { describe, expect, test } from "vitest";
import type { RasterFacts } from "../raster/raster";
import type { BandStatistics } from "../raster/statistics";
import { spellInEnglish } from "../remarks/spell";
import { alignRasters } from "./alignment";
import type { Geotransform } from "./geotransform";
import { planPixelMapping } from "./grid-relation";
import { mapPixel } from "./pixel-mapping";

function facts(widthPx: number, heightPx: number, over: Partial<RasterFacts> & { unit?: string } = {}): RasterFacts {
  const { unit, ...rest } = over;
  return {
    fileName: "a.tif",
    fileBytes: 1,
    format: "geotiff",
    widthPx,
    heightPx,
    bands: [
      {
        index: 0,
        dtype: "float32",
        name: null,
        role: "height",
        roleReason: "test",
        nodata: null,
        scale: 0.5,
        offset: 100,
        ...(unit === undefined ? {} : { unit }),
      },
    ],
    palette: null,
    blockWidthPx: 256,
    blockHeightPx: 256,
    levels: [{ widthPx, heightPx }],
    geotransform: null,
    crs: null,
    notes: [],
    ...rest,
  };
}

const statistics = (over: Partial<BandStatistics>): BandStatistics => ({
  min: 0,
  max: 10,
  mean: 5,
  standardDeviation: 1,
  validCount: 90,
  totalCount: 100,
  leftOut: [],
  ...over,
});

describe("rasters without a position", () => {
  test("equal sizes are matched, with a warning", () => {
    const report = alignRasters(facts(600, 400), facts(600, 400), { label: "DSM" });
    expect(report).toMatchObject({
      verdict: "matched-by-size",
      offsetPx: [0, 0],
      resolutionRatio: 1,
      overlapFraction: 1,
    });
    expect(spellInEnglish(report.warnings[0]!)).toMatch(
      /^Neither raster says where it lies: the DSM is matched by size/,
    );
  });

  test("a pixel more or less, as ISPRS has it: corner on corner", () => {
    const report = alignRasters(facts(1919, 2569), facts(1919, 2570));
    expect(report).toMatchObject({ verdict: "matched-by-size", resolutionRatio: 1 });
    expect(report.warnings.map(spellInEnglish).join()).toContain("The sizes differ by 0, 1 pixels");
    const mapping = planPixelMapping(facts(1919, 2569), facts(1919, 2570))!;
    expect(mapPixel(mapping, 100, 2568)).toEqual([100, 2568]);
  });

  test("half the size in the same shape is stretched; another shape is refused", () => {
    expect(alignRasters(facts(600, 400), facts(300, 200))).toMatchObject({
      verdict: "matched-by-size",
      resolutionRatio: 2,
    });
    expect(mapPixel(planPixelMapping(facts(600, 400), facts(300, 200))!, 600, 400)).toEqual([300, 200]);
    const refused = alignRasters(facts(600, 400), facts(300, 300));
    expect(refused).toMatchObject({ verdict: "refused", overlapFraction: 0 });
    expect(spellInEnglish(refused.warnings[0]!)).toMatch(/300 × 300 and 600 × 400/);
  });
});

describe("rasters with a position", () => {
  const north: Geotransform = [0, 1, 0, 100, 0, -1];

  test("a quarter pixel off is said, not rounded away", () => {
    const other = facts(100, 100, { geotransform: [0.25, 1, 0, 100, 0, -1] });
    const report = alignRasters(facts(100, 100, { geotransform: north }), other, { label: "DSM" });
    expect(report).toMatchObject({ verdict: "resampled", offsetPx: [0.25, 0] });
    expect(report.overlapFraction).toBeCloseTo(0.9975, 12);
    expect(report.warnings.map(spellInEnglish).join()).toContain("shifted by a fraction of a pixel (0.25, 0.00)");
  });

  test("a sheared raster covers its parallelogram, |0.4 · −0.5 − 0.1 · 0.3| = 0.23 of the square", () => {
    const sheared = facts(100, 100, { geotransform: [20, 0.4, -0.1, 95, -0.3, -0.5] });
    const report = alignRasters(facts(100, 100, { geotransform: north }), sheared);
    expect(report.overlapFraction).toBeCloseTo(0.23, 12);
    expect(report.resolutionRatio).toBeCloseTo(Math.sqrt(0.23), 12);
    // Its corners: (20, 5), (60, 35), (50, 85), (10, 55).
    expect(report.offsetPx[0]).toBeCloseTo(20, 9);
    expect(report.offsetPx[1]).toBeCloseTo(5, 9);
    expect(report.overlapRect).toEqual({ col: 10, row: 5, widthPx: 50, heightPx: 80 });
  });

  test("no conversion between two CRS is refused by name", () => {
    const crs = (epsg: number) =>
      ({
        name: `EPSG:${epsg}`,
        epsg,
        kind: "projected",
        metresPerUnit: 1,
        proj4: null,
        geoKeys: null,
        wkt: null,
      }) as const;
    const report = alignRasters(
      facts(9, 9, { geotransform: north, crs: crs(1) }),
      facts(9, 9, { geotransform: north, crs: crs(2) }),
    );
    expect(report.verdict).toBe("refused");
    expect(spellInEnglish(report.warnings[0]!)).toContain("EPSG:1 and EPSG:2");
  });
});

describe("where the second raster begins", () => {
  const at = (west: number, north: number, over: Partial<RasterFacts> = {}) =>
    facts(1000, 1000, { geotransform: [west, 0.05, 0, north, 0, -0.05], ...over });
  const onGround = { groundPixel: { across: [0.05, 0], down: [0, -0.05] } } as const;

  test("is said in metres and directions, and is no shift", () => {
    const larger = facts(1200, 1200, { geotransform: [500_000 - 3.1, 0.05, 0, 5_600_000 + 3.4, 0, -0.05] });
    expect(spellInEnglish(alignRasters(at(500_000, 5_600_000, onGround), larger, { label: "DSM" }).summary)).toBe(
      "DSM starts 3.1 m west, 3.4 m north; covers all of it, resampled",
    );
    expect(spellInEnglish(alignRasters(at(0, 0, onGround), at(20, -10), { label: "DSM" }).summary)).toBe(
      "DSM starts 20 m east, 10 m south, covers 48 %, resampled",
    );
  });

  test("is said in pixels where metres or north are not known; less than a pixel is a shift", () => {
    expect(spellInEnglish(alignRasters(at(0, 0), at(-5, 0), { label: "DSM" }).summary)).toBe(
      "DSM starts 100 px west, covers 90 %, resampled",
    );
    const turned: Geotransform = [0, 0, 1, 0, 1, 0];
    const beside: Geotransform = [3, 0, 1, 0, 1, 0];
    const { summary } = alignRasters(
      facts(100, 100, { geotransform: turned }),
      facts(100, 100, { geotransform: beside }),
    );
    expect(spellInEnglish(summary)).toBe("second raster starts 3 px down, covers 97 %, resampled");
    expect(spellInEnglish(alignRasters(at(0, 0), at(0.02, 0), { label: "DSM" }).summary)).toContain(
      "DSM shifted by 0.4, 0.0 px",
    );
    const larger = facts(1200, 1200, { geotransform: [0, 0.05, 0, 0, 0, -0.05] });
    expect(spellInEnglish(alignRasters(at(0, 0), larger, { label: "DSM" }).summary)).toBe(
      "DSM on the image's grid; covers all of it",
    );
  });
});

test("a grid that runs another way is called that, and begins where its pixels do, not where its first one is", () => {
  const summary = (geotransform: Geotransform) => {
    const report = alignRasters(
      facts(100, 100, { geotransform: [0, 1, 0, 100, 0, -1] }),
      facts(100, 100, { geotransform }),
    );
    return [
      spellInEnglish(report.summary),
      report.warnings.some(({ say }) => say === "shifted-by-fraction"),
      report.offsetPx.map(Math.round),
    ];
  };
  expect(summary([0, 1, 0, 0, 0, 1])).toEqual(["second raster mirrored; covers all of it, resampled", false, [0, 0]]);
  expect(summary([100, -1, 0, 0, 0, 1])).toEqual([
    "second raster turned by 180°; covers all of it, resampled",
    false,
    [0, 0],
  ]);
  expect(summary([0, 0, 1, 0, 1, 0])).toEqual([
    "second raster turned by -90°; covers all of it, resampled",
    false,
    [0, 0],
  ]);
  const [cos, sin] = [Math.sqrt(3) / 2, 0.5];
  const [turned, isShift, start] = summary([0, cos, -sin, 100, -sin, -cos]);
  expect([turned, isShift, start]).toEqual([expect.stringContaining("turned by 30°, covers"), false, [0, 0]]);
});

describe("values of the second raster", () => {
  const align = (over: Partial<BandStatistics>, unit?: string) =>
    alignRasters(facts(9, 9), facts(9, 9, unit === undefined ? {} : { unit }), {
      statistics: statistics(over),
      label: "DSM",
    });

  test("range is in real values: scale and offset applied", () => {
    expect(align({}, "metre")).toMatchObject({ valueRange: { min: 100, max: 105, unit: "metre" } });
    expect(align({}).nodataFraction).toBeCloseTo(0.1, 12);
  });

  test("what an expert would remark", () => {
    expect(align({}).warnings.map(spellInEnglish).join()).toContain("10 % of the DSM is missing");
    expect(align({ min: 3, max: 3 }).warnings.map(spellInEnglish).join()).toContain("the same value everywhere (3)");
    expect(align({ validCount: 0 }).warnings.map(spellInEnglish).join()).toContain("no valid pixel");
    expect(align({}, "US survey foot").warnings.map(spellInEnglish).join()).toContain("Heights are in US survey foot");
    const leftOut = [{ low: -9999, high: -9999, count: 4, gap: 10_099 }];
    expect(align({ leftOut }).warnings.map(spellInEnglish).join()).toContain(
      "no heights: 4 pixels of -9999, 5049.5 m from all others",
    );
  });
});
