/** `nadir accuracy`: how good a class map is and how large its classes are, from points that somebody has answered. */
import { closingAll } from "../../core/closing";
import { parseSamplePoints } from "../../core/sampling/sample-points";
import { answerProgress, describeSample, type SampledMap } from "../../core/sampling/sampled-map";
import { classAreas } from "../../evaluation/class-areas";
import { requireOwnPoints } from "../../evaluation/sample-map";
import { accuracyTables } from "../../outputs/accuracy-tables";
import { TABLE_FORMATS } from "../../outputs/score-table";
import type { Command } from "../command";
import { type CommandIo, printLine, printNotes } from "../command-io";
import { openFile } from "../file-blob";
import { openMap } from "../open-map";
import { readManifest } from "../open-model";
import { oneOf, readOptions, required } from "../read-options";
import { withTemporaryFolder } from "../temporary-folder";

const TABLES = TABLE_FORMATS.map(({ id }) => id);

export const accuracy: Command = {
  usage: `Usage: nadir accuracy --map FILE --points FILE [options]

Error matrix, user's and producer's accuracy, and areas corrected for the map's errors, with 95 % intervals
(Olofsson et al. 2014), from the points of nadir sample once their column "reference" is filled in.

  --map FILE        the class map that the points were drawn from
  --points FILE     the answered points, GeoJSON or CSV
  --model MANIFEST  the classes of the map's ids; told by the file itself without it
  --table NAME      ${TABLES.join(", ")} (markdown by default)
  --json            everything as JSON, in place of the tables`,

  async run(args, io) {
    const { values } = readOptions(args, {
      map: { type: "string" },
      points: { type: "string" },
      model: { type: "string" },
      table: { type: "string", default: "markdown" },
      json: { type: "boolean" },
    });
    const [path, pointsPath] = [required(values.map, "map"), required(values.points, "points")];
    const table = oneOf(values.table, "table", TABLES);
    const model = values.model === undefined ? null : await readManifest(values.model);
    const points = parseSamplePoints(await (await openFile(pointsPath)).text(), pointsPath);
    await withTemporaryFolder((folder) =>
      closingAll(async (keep) => {
        const sampled = await estimate(await openMap(path, model, folder, keep, io), points, io);
        printLine(io.stdout, values.json ? JSON.stringify(sampled, null, 2) : accuracyTables(sampled, table));
      }),
    );
  },
};

async function estimate(
  { facts, ids, classes, classPixels }: Awaited<ReturnType<typeof openMap>>,
  points: ReturnType<typeof parseSamplePoints>,
  io: CommandIo,
): Promise<SampledMap> {
  await requireOwnPoints(points, ids, io.signal);
  const { open, untold } = answerProgress(points);
  printNotes(io, [
    ...(open > 0 ? [`${open} of ${points.length} points have no answer and count nowhere.`] : []),
    ...(untold > 0 ? [`At ${untold} of ${points.length} points nothing could be told; they count nowhere.`] : []),
  ]);
  const squareMetres = await classAreas(ids, facts, io.signal);
  return describeSample(points, { classes, classPixels, squareMetres });
}
