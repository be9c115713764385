/**
 * The files other programs test themselves with, read through both doors in one pass: what `nadir info` prints is held
 * against GDAL's answers, and what the page opens against what `nadir info` prints. Writes `docs/conformance.md`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { NadirError } from "../core/errors";
import type { BandFacts, RasterFacts } from "../core/raster/raster";
import { openRaster } from "../io/open-raster";
import { type BandReport, bandReport } from "../io/raster-statistics";
import { nadir } from "../testing/command-line";
import {
  formatConformance,
  isOrthophotoLike,
  type Judged,
  judge,
  type OracleEntry,
  readOracle,
  type ToldRaster,
  tally,
} from "../testing/conformance";
import { blobOf, isWithoutTestData, testDataPath } from "../testing/test-data";

/** Larger rasters read their pixels through the command line only. */
const MOST_SAMPLES_TWICE = 1e6;

describe.skipIf(isWithoutTestData("conformance"))("conformance files", () => {
  test("no wrong pixel or position; 95 % of what orthophoto tools meet is read", { timeout: 600_000 }, async () => {
    const judged: Judged[] = [];
    for (const entry of readOracle()) judged.push({ entry, verdict: await judge(entry, tell) });
    expect(judged).toHaveLength(442);
    const wrong = judged.flatMap(({ entry, verdict }) =>
      verdict.kind === "wrong" ? [`${entry.file}: ${verdict.faults.join("; ")}`] : [],
    );
    expect(wrong).toEqual([]);
    const asked = tally(judged.filter(({ entry }) => isOrthophotoLike(entry)));
    expect(asked.right / asked.files).toBeGreaterThanOrEqual(0.95);

    const table = formatConformance(judged);
    if (process.env.NADIR_WRITE_DOCS === "1") writeFileSync("docs/conformance.md", table);
    expect(readFileSync("docs/conformance.md", "utf8")).toBe(table);
  });
});

/** @throws {NadirError} When both doors refuse the file. @throws {Error} When they tell different things. */
async function tell({ file, oracle }: OracleEntry): Promise<ToldRaster> {
  const path = testDataPath("conformance", file);
  const page = await openRaster({ file: await blobOf(path) }).catch((error: unknown) => refuse(path, error));
  try {
    if (oracle.bands.length === 0) return { facts: page.facts, reports: [] };
    const { stdout, stderr } = await nadir(["info", path, "--json"]);
    const { widthPx, heightPx, bands } = page.facts;
    const isReadTwice = stderr !== "" || widthPx * heightPx * bands.length <= MOST_SAMPLES_TWICE;
    const shown: object[] = [];
    for (const [index, band] of bands.entries()) {
      const report = isReadTwice ? await bandReport(page, index).catch((error: unknown) => refuse(path, error)) : {};
      shown.push({ ...band, ...report });
    }
    const told = parseTold(stdout);
    for (const [index, band] of shown.entries()) holdSame({ ...told.bands[index]! }, band);
    holdSame({ ...told, bands: told.bands.length }, { ...page.facts, bands: bands.length });
    return { facts: told, reports: told.bands };
  } finally {
    page.close();
  }
}

/** The command line says the same sentence. */
async function refuse(path: string, error: unknown): Promise<never> {
  const { stderr } = await nadir(["info", path, "--json"]);
  if (error instanceof NadirError && stderr !== `error: ${error.message}\n`) {
    throw new Error(`the page says "${error.message}", nadir info "${stderr}"`);
  }
  throw error;
}

/** `nadir info --json` writes the numbers that JSON does not know as text. */
function parseTold(text: string): Omit<RasterFacts, "bands"> & { bands: readonly (BandFacts & BandReport)[] } {
  return JSON.parse(text, (_, value) => (/^(NaN|-?Infinity)$/.test(value) ? Number(value) : value));
}

function holdSame(told: Readonly<Record<string, unknown>>, shown: object): void {
  for (const [name, value] of Object.entries(shown)) {
    if (value === undefined || isDeepStrictEqual(told[name], value)) continue;
    throw new Error(`${name}: the page says ${JSON.stringify(value)}, nadir info ${JSON.stringify(told[name])}`);
  }
}
