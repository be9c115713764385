/** `nadir sample`: random points of a class map, to be answered by looking at what is there. */
import { resolve } from "node:path";
import { closingAll } from "../../core/closing";
import { formatSamplePoints } from "../../core/sampling/sample-points";
import { drawPoints } from "../../evaluation/sample-map";
import { coordinateTransform, namedEpsg } from "../../io/write-geojson";
import { requireOutputs } from "../check-outputs";
import type { Command } from "../command";
import { printLine, printNotes } from "../command-io";
import { writeWholeFile } from "../file-sink";
import { RunFolder } from "../journal";
import { openMap } from "../open-map";
import { readManifest } from "../open-model";
import { readOptions, required, wholeNumber } from "../read-options";
import { withTemporaryFolder } from "../temporary-folder";

export const sample: Command = {
  usage: `Usage: nadir sample --map FILE --out FILE [options]

Random points of a class map as GeoJSON, its classes as strata. Look at each in a GIS, write the name of the class that
is there into its column "reference", and give the file to nadir accuracy.

  --map FILE        class map of any make
  --out FILE        the points
  --model MANIFEST  the classes of the map's ids; told by the file itself without it
  --points N        points in all (300 by default), shared out by area
  --least N         points of a class at least (50 by default)
  --seed N          another number, other points (1 by default)`,

  async run(args, io) {
    const { values } = readOptions(args, {
      map: { type: "string" },
      out: { type: "string" },
      model: { type: "string" },
      points: { type: "string", default: "300" },
      least: { type: "string", default: "50" },
      seed: { type: "string", default: "1" },
    });
    const [path, out] = [required(values.map, "map"), required(values.out, "out")];
    const design = {
      count: wholeNumber(values.points, "points", 1, 100_000),
      least: wholeNumber(values.least, "least", 2, 10_000),
      seed: wholeNumber(values.seed, "seed", 1, 2 ** 32 - 1),
    };
    const model = values.model === undefined ? null : await readManifest(values.model);
    const outputs = [{ name: "--out", path: out }];
    printNotes(io, await requireOutputs(outputs, [{ name: "--map", path }], RunFolder.of(out).path));
    await withTemporaryFolder((folder) =>
      closingAll(async (keep) => {
        const { facts, ids, classPixels } = await openMap(path, model, folder, keep, io);
        const points = await drawPoints(ids, classPixels, design, io.signal);
        const toCoordinate = coordinateTransform(facts, "scene-crs");
        await writeWholeFile(out, formatSamplePoints(points, toCoordinate, namedEpsg(facts, "scene-crs")));
        printLine(io.stdout, resolve(out));
      }),
    );
  },
};
