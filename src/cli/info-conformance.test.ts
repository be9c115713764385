/**
 * `nadir info` against GDAL on TIFFs other programs test themselves with: size, geotransform, nodata, statistics and
 * checksum equal, or a clear refusal; never another answer.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { nadir } from "../testing/command-line";
import { EXIT } from "./exit-codes";

const FOLDER = join(process.env.NADIR_TEST_DATA ?? "../shared/data", "conformance");
/** A handful of sparse files claim up to 2 × 10¹² samples; reading those whole says nothing more about the reader. */
const MOST_SAMPLES = 1e8;
const ORACLE = join(FOLDER, "oracle.json");

interface Expected {
  readonly file: string;
  readonly comp: string;
  readonly oracle: {
    readonly size: readonly [number, number, number];
    readonly gt: readonly (number | string)[] | null;
    readonly bands: readonly {
      readonly t: string;
      readonly cs: number;
      readonly stats: readonly (number | string)[] | null;
      readonly nodata: number | string | null;
    }[];
  };
}

interface Told {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly geotransform: readonly number[] | null;
  readonly bands: readonly {
    readonly dtype: string;
    readonly nodata: number | string | null;
    readonly min: number | string;
    readonly max: number | string;
    readonly mean: number | string;
    readonly standardDeviation: number | string;
    readonly checksum: number;
  }[];
}

if (!existsSync(ORACLE)) {
  console.warn(`nadir info conformance: skipped, there is no ${ORACLE} (set NADIR_TEST_DATA)`);
}

describe.skipIf(!existsSync(ORACLE))("nadir info on the conformance set", () => {
  test("tells what GDAL tells, or refuses clearly", async () => {
    const cases = readOracle();
    const wrong: string[] = [];
    let right = 0;
    let refused = 0;
    let left = 0;
    for (const { file, comp, oracle } of cases) {
      if (oracle.size[0] * oracle.size[1] * oracle.size[2] > MOST_SAMPLES) {
        left++;
        continue;
      }
      const told = await tell(join(FOLDER, file));
      if (told === null) {
        refused++;
        continue;
      }
      const faults = differences(told, oracle, comp.includes("jpeg"));
      if (faults.length === 0) {
        right++;
      } else {
        wrong.push(`${file}: ${faults.join("; ")}`);
      }
    }
    console.log(
      `nadir info: ${right} right, ${refused} refused, ${wrong.length} wrong of ${cases.length} (${left} too large)`,
    );
    expect(wrong).toEqual([]);
    expect(right / cases.length).toBeGreaterThan(0.8);
  }, 240_000);
});

/** Python's JSON spells NaN and infinities without quotes. */
function readOracle(): readonly Expected[] {
  const text = readFileSync(ORACLE, "utf8").replace(/([[:,]\s*)(NaN|-?Infinity)/g, '$1"$2"');
  return JSON.parse(text) as readonly Expected[];
}

async function tell(path: string): Promise<Told | null> {
  const { status, stdout } = await nadir(["info", path, "--json"]).catch((cause: unknown) => {
    throw new Error(path, { cause });
  });
  return status === EXIT.done ? (JSON.parse(stdout) as Told) : null;
}

/**
 * Two answers of this GDAL (3.6.2) are its own: it sums int8 samples as unsigned bytes in the checksum, and its JPEG
 * decoder rounds colours differently from ours, so that lossy files are held to their statistics within 1 %.
 */
function differences(told: Told, { size, gt, bands }: Expected["oracle"], lossy: boolean): string[] {
  const faults: string[] = [];
  if (told.widthPx !== size[0] || told.heightPx !== size[1] || told.bands.length !== size[2]) {
    faults.push(`size ${told.widthPx} × ${told.heightPx} × ${told.bands.length}, GDAL ${size.join(" × ")}`);
  }
  if (gt !== null && !(told.geotransform?.every((value, index) => near(value, Number(gt[index]), 1e-9)) ?? false)) {
    faults.push(`geotransform ${told.geotransform?.join(",")}, GDAL ${gt.join(",")}`);
  }
  for (const [index, expected] of bands.entries()) {
    const band = told.bands[index];
    if (band === undefined) {
      continue;
    }
    if (expected.nodata !== null && !near(Number(band.nodata ?? "none"), Number(expected.nodata), 1e-7)) {
      faults.push(`band ${index + 1} nodata ${band.nodata}, GDAL ${expected.nodata}`);
    }
    if (!lossy && band.dtype !== "int8" && band.checksum !== expected.cs) {
      faults.push(`band ${index + 1} checksum ${band.checksum}, GDAL ${expected.cs}`);
    }
    const statistics = [band.min, band.max, band.mean, band.standardDeviation].map(Number);
    if (
      expected.stats !== null &&
      !statistics.every((value, at) => near(value, Number(expected.stats![at]), lossy ? 0.01 : 1e-6))
    ) {
      faults.push(`band ${index + 1} statistics ${statistics.join(",")}, GDAL ${expected.stats.join(",")}`);
    }
  }
  return faults;
}

function near(value: number, expected: number, relative: number): boolean {
  return (
    Object.is(value, expected) ||
    (Number.isNaN(value) && Number.isNaN(expected)) ||
    Math.abs(value - expected) <= relative * Math.max(1, Math.abs(expected))
  );
}
