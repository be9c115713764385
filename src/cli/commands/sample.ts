/** `nadir sample`: random points of a class map, to be answered by looking at what is there. */
import { resolve } from "node:path";
import { closingAll } from "../../core/closing";
import {
  ALLOCATIONS,
  DEFAULT_DESIGN,
  DESIGN_LIMITS,
  EXPECTED_ACCURACY,
  type SampleDesign,
  type SampleSize,
} from "../../core/sampling/sample-design";
import { drawPoints } from "../../evaluation/sample-map";
import { formatSampleFile } from "../../outputs/sample-files";
import { requireOutputs } from "../check-outputs";
import type { Command } from "../command";
import { printLine, printNotes } from "../command-io";
import { UsageError } from "../exit-codes";
import { writeWholeFile } from "../file-sink";
import { RunFolder } from "../journal";
import { openMap } from "../open-map";
import { readManifest } from "../open-model";
import { numberBetween, oneOf, readOptions, required, wholeNumber } from "../read-options";
import { withTemporaryFolder } from "../temporary-folder";

export const sample: Command = {
  usage: `Usage: nadir sample --map FILE --out FILE [options]

Random points of a class map as GeoJSON or CSV, its classes as strata. Look at each on the page or in a GIS, write the
name of the class that is there into its column "reference" ("" in GeoJSON, ? in CSV where nothing can be told), and
give the file to nadir accuracy.

  --map FILE             class map of any make
  --out FILE             the points, .geojson or .csv
  --model MANIFEST       the classes of the map's ids; told by the file itself without it
  --points N             points in all (300 by default)
  --standard-error PERCENT  as many points as the overall accuracy needs to be known so well, in place of --points
  --expected PERCENT     the accuracy that is expected of the map, with --standard-error (${100 * EXPECTED_ACCURACY} by default)
  --allocation NAME      ${ALLOCATIONS.join(" or ")}: shared out by area, or the same number for each class (area by default)
  --least N              points of a class at least, by area (50 by default)
  --seed N               another number, other points (1 by default)`,

  async run(args, io) {
    const { values } = readOptions(args, {
      map: { type: "string" },
      out: { type: "string" },
      model: { type: "string" },
      points: { type: "string" },
      "standard-error": { type: "string" },
      expected: { type: "string" },
      allocation: { type: "string", default: DEFAULT_DESIGN.allocation },
      least: { type: "string", default: String(DEFAULT_DESIGN.least) },
      seed: { type: "string", default: String(DEFAULT_DESIGN.seed) },
    });
    const [path, out] = [required(values.map, "map"), required(values.out, "out")];
    const design: SampleDesign = {
      size: readSize(values),
      allocation: oneOf(values.allocation, "allocation", ALLOCATIONS),
      least: wholeNumber(values.least, "least", ...DESIGN_LIMITS.least),
      seed: wholeNumber(values.seed, "seed", ...DESIGN_LIMITS.seed),
    };
    const ending = /\.csv$/i.test(out) ? ".csv" : ".geojson";
    const model = values.model === undefined ? null : await readManifest(values.model);
    const outputs = [{ name: "--out", path: out }];
    printNotes(io, await requireOutputs(outputs, [{ name: "--map", path }], RunFolder.of(out).path));
    await withTemporaryFolder((folder) =>
      closingAll(async (keep) => {
        const { facts, ids, classPixels } = await openMap(path, model, folder, keep, io);
        const points = await drawPoints(ids, classPixels, design, io.signal);
        await writeWholeFile(out, formatSampleFile(points, facts, ending));
        printLine(io.stdout, resolve(out));
      }),
    );
  },
};

interface SizeOptions {
  readonly points?: string | undefined;
  readonly "standard-error"?: string | undefined;
  readonly expected?: string | undefined;
}

function readSize({ points, "standard-error": asked, expected }: SizeOptions): SampleSize {
  if (asked === undefined) {
    if (expected !== undefined) throw new UsageError("--expected goes with --standard-error.");
    return points === undefined
      ? DEFAULT_DESIGN.size
      : { kind: "points", count: wholeNumber(points, "points", ...DESIGN_LIMITS.count) };
  }
  if (points !== undefined) throw new UsageError("--points and --standard-error both say how many points; give one.");
  const { standardErrorPercent, expectedPercent } = DESIGN_LIMITS;
  return {
    kind: "standard-error",
    standardError: numberBetween(asked, "standard-error", ...standardErrorPercent) / 100,
    expectedAccuracy:
      expected === undefined ? EXPECTED_ACCURACY : numberBetween(expected, "expected", ...expectedPercent) / 100,
  };
}
