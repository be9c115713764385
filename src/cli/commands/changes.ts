/** `nadir changes`: what became what between two class maps of one place. */
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { closingAll, type Keep } from "../../core/closing";
import { pixelAreaByRow } from "../../core/georef/pixel-area";
import type { ModelManifest } from "../../core/manifest/manifest";
import { LEAST_OBJECT, type MapChanges, pairClasses } from "../../core/metrics/map-changes";
import type { RasterFacts } from "../../core/raster/raster";
import type { Sentence } from "../../core/remarks/remark";
import { compareDates, type DatedHeights } from "../../evaluation/compare-dates";
import { heightsOnGrid } from "../../evaluation/heights-on-grid";
import { bandStatistics } from "../../io/raster-statistics";
import { toOwnLngLat } from "../../io/reproject";
import { heightBandOf } from "../../io/sample-heights";
import { changeLabels, changeTables } from "../../outputs/change-tables";
import { writeHeightChange } from "../../outputs/height-change-file";
import { TABLE_FORMATS } from "../../outputs/score-table";
import { requireOutputs } from "../check-outputs";
import type { Command } from "../command";
import { type CommandIo, printLine, printNotes } from "../command-io";
import { UsageError } from "../exit-codes";
import { openRasterFile } from "../file-blob";
import { createDiskSink, type DiskSink } from "../file-sink";
import { RunFolder } from "../journal";
import { openMaskFile } from "../mask-file";
import { openMap, predictionTable } from "../open-map";
import { readManifest } from "../open-model";
import { readLabels } from "../read-labels";
import { numberBetween, oneOf, readOptions, required } from "../read-options";
import { withTemporaryFolder } from "../temporary-folder";
import { type AskedOutput, plannedFiles, writeOutputs } from "../write-outputs";

const TABLES = TABLE_FORMATS.map(({ id }) => id);

/** Options that name a file to be written, with its format. */
const FILES = [
  { option: "out", format: "geotiff" },
  { option: "polygons", format: "geojson" },
  { option: "geopackage", format: "geopackage" },
] as const;

export const changes: Command = {
  usage: `Usage: nadir changes --before FILE --after FILE [options]

Two class maps of one place: from which class to which in pixels and hectares, what each class lost and won, and the
objects that are new and gone. The later map is brought to the earlier one's pixels (nearest); classes meet by their
names. Maps that agree clearly better a few pixels beside their place are said to: their edges then count as change.

  --before FILE      the earlier class map, of any make
  --after FILE       the later one
  --before-dsm FILE  heights at both dates, of one kind: objects then say how much higher the ground of them became
  --after-dsm FILE
  --out FILE         GeoTIFF of what changed: the later class there, nothing elsewhere
  --polygons FILE    GeoJSON of what changed, each patch with the class before and after
  --geopackage FILE  the same as GeoPackage
  --height-out FILE  GeoTIFF of later minus earlier height, in metres
  --least AREA       objects at least that large: square metres, or pixels without a position (${LEAST_OBJECT} by default)
  --model MANIFEST   the classes of both maps' ids; told by the files themselves without it
  --table NAME       ${TABLES.join(", ")} (markdown by default)
  --json             everything as JSON, in place of the tables`,

  async run(args, io) {
    const { values } = readOptions(args, {
      before: { type: "string" },
      after: { type: "string" },
      "before-dsm": { type: "string" },
      "after-dsm": { type: "string" },
      out: { type: "string" },
      polygons: { type: "string" },
      geopackage: { type: "string" },
      "height-out": { type: "string" },
      least: { type: "string", default: String(LEAST_OBJECT) },
      model: { type: "string" },
      table: { type: "string", default: "markdown" },
      json: { type: "boolean" },
    });
    const asked: AskedChanges = {
      before: required(values.before, "before"),
      after: required(values.after, "after"),
      model: values.model === undefined ? null : await readManifest(values.model),
      dsms: readDsms(values),
      least: numberBetween(values.least, "least", 0, Number.MAX_SAFE_INTEGER),
      files: FILES.flatMap(({ option, format }): AskedOutput[] => {
        const path = values[option];
        return path === undefined ? [] : [{ format, path }];
      }),
      heightOut: values["height-out"] ?? null,
    };
    const table = oneOf(values.table, "table", TABLES);
    if (asked.heightOut !== null && asked.dsms === null) {
      throw new UsageError("--height-out needs --before-dsm and --after-dsm.");
    }
    await requireFiles(asked, io);
    const found = await compare(asked, io);
    printLine(io.stdout, values.json ? JSON.stringify(found, null, 2) : changeTables(found, table));
    for (const path of [...asked.files.map((file) => file.path), asked.heightOut]) {
      if (path !== null) printLine(io.stderr, resolve(path));
    }
  },
};

interface AskedChanges {
  readonly before: string;
  readonly after: string;
  readonly model: ModelManifest | null;
  readonly dsms: DsmPaths | null;
  readonly least: number;
  readonly files: readonly AskedOutput[];
  readonly heightOut: string | null;
}

/** Nothing that is compared is written over. */
async function requireFiles({ before, after, dsms, files, heightOut }: AskedChanges, io: CommandIo): Promise<void> {
  const outputs = [...plannedFiles(files), ...(heightOut === null ? [] : [{ name: "--height-out", path: heightOut }])];
  const inputs = [
    { name: "--before", path: before },
    { name: "--after", path: after },
    ...(dsms === null ? [] : [{ name: "--before-dsm", path: dsms.before }]),
    ...(dsms === null ? [] : [{ name: "--after-dsm", path: dsms.after }]),
  ];
  const [first] = outputs;
  if (first !== undefined) printNotes(io, await requireOutputs(outputs, inputs, RunFolder.of(first.path).path));
}

function compare(asked: AskedChanges, io: CommandIo): Promise<MapChanges> {
  const { model, dsms, least, files, heightOut } = asked;
  return withTemporaryFolder((folder) =>
    closingAll(async (keep) => {
      const before = await openMap(asked.before, model, folder, keep, io);
      const { facts } = before;
      const raster = keep(await openRasterFile(asked.after, { collar: "leave" }));
      const laterFolder = join(folder, "after");
      await mkdir(laterFolder);
      const { ids, decoded } = await readLabels(facts, raster, predictionTable(model, null), laterFolder, io);
      keep(ids);
      const heights = dsms && (await openDated(facts, dsms, keep, io));
      const { geotransform, crs, widthPx, heightPx } = facts;
      const areaOf = pixelAreaByRow({ geotransform, crs, widthPx }, crs && toOwnLngLat(crs));
      const create = async (name: string) => keep(await openMaskFile(join(folder, name), widthPx, heightPx, "create"));
      const changed = await create("changed.u8");
      const pairs = files.some(({ format }) => format !== "geotiff") ? await create("pairs.u8") : null;
      const found = await compareDates(
        before,
        { ids, classes: decoded.classes },
        { areaOf, heights, least },
        { changed, pairs, heightChange: null },
        io.signal,
      );
      printNotes(io, notesOn(found));
      const labels = changeLabels(facts.fileName, raster.facts.fileName);
      for (const file of files) {
        const isMap = file.format === "geotiff";
        const of = isMap ? { mask: changed, classes: found.classes } : { mask: pairs!, classes: pairClasses(found) };
        await writeOutputs({ grid: facts, confidence: null, labels, ...of }, [file], io.signal);
      }
      if (heights !== null && heightOut !== null) {
        await toDisk(heightOut, (sink) => writeHeightChange(facts, heights, sink, io.signal));
      }
      return found;
    }),
  );
}

interface DsmPaths {
  readonly before: string;
  readonly after: string;
}

function readDsms(values: {
  readonly "before-dsm"?: string | undefined;
  readonly "after-dsm"?: string | undefined;
}): DsmPaths | null {
  const { "before-dsm": before, "after-dsm": after } = values;
  if (before === undefined && after === undefined) return null;
  if (before === undefined || after === undefined) {
    throw new UsageError("--before-dsm and --after-dsm are needed together.");
  }
  return { before, after };
}

async function openDated(map: RasterFacts, paths: DsmPaths, keep: Keep, io: CommandIo): Promise<DatedHeights> {
  const open = async (path: string) => {
    const source = keep(await openRasterFile(path));
    const { leftOut } = await bandStatistics(source, heightBandOf(source.facts).index, io.signal);
    return heightsOnGrid(map, source, leftOut);
  };
  return { before: await open(paths.before), after: await open(paths.after) };
}

async function toDisk(path: string, write: (sink: DiskSink) => Promise<void>): Promise<void> {
  const sink = await createDiskSink(path);
  try {
    await write(sink);
  } catch (error) {
    await sink.discard();
    throw error;
  }
}

function notesOn({ unknownPixels, shift }: MapChanges): Sentence[] {
  const notes: Sentence[] = [];
  if (unknownPixels > 0) notes.push(`${unknownPixels} pixels have no class in one of the maps and count nowhere.`);
  if (shift !== null) notes.push({ say: "maps-shifted", shift });
  return notes;
}
