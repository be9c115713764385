/** `nadir changes`: what became what between two class maps of one place. */
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { closingAll } from "../../core/closing";
import { pixelAreaByRow } from "../../core/georef/pixel-area";
import type { MapShift } from "../../core/metrics/map-shift";
import { compareDates } from "../../evaluation/compare-dates";
import { toOwnLngLat } from "../../io/reproject";
import { changeTables } from "../../outputs/change-tables";
import { TABLE_FORMATS } from "../../outputs/score-table";
import { requireOutputs } from "../check-outputs";
import type { Command } from "../command";
import { printLine, printNotes } from "../command-io";
import { openRasterFile } from "../file-blob";
import { RunFolder } from "../journal";
import { openMaskFile } from "../mask-file";
import { openMap, predictionTable } from "../open-map";
import { readManifest } from "../open-model";
import { readLabels } from "../read-labels";
import { oneOf, readOptions, required } from "../read-options";
import { withTemporaryFolder } from "../temporary-folder";
import { type AskedOutput, plannedFiles, writeOutputs } from "../write-outputs";

const TABLES = TABLE_FORMATS.map(({ id }) => id);

export const changes: Command = {
  usage: `Usage: nadir changes --before FILE --after FILE [options]

Two class maps of one place: from which class to which in pixels and hectares, and what each class lost and won. The
later map is brought to the earlier one's pixels (nearest); classes meet by their names. Maps that agree clearly better
a few pixels beside their place are said to: their edges then count as change.

  --before FILE     the earlier class map, of any make
  --after FILE      the later one
  --out FILE        GeoTIFF of what changed: the later class there, nothing elsewhere
  --model MANIFEST  the classes of both maps' ids; told by the files themselves without it
  --table NAME      ${TABLES.join(", ")} (markdown by default)
  --json            everything as JSON, in place of the tables`,

  async run(args, io) {
    const { values } = readOptions(args, {
      before: { type: "string" },
      after: { type: "string" },
      out: { type: "string" },
      model: { type: "string" },
      table: { type: "string", default: "markdown" },
      json: { type: "boolean" },
    });
    const [earlier, later] = [required(values.before, "before"), required(values.after, "after")];
    const table = oneOf(values.table, "table", TABLES);
    const model = values.model === undefined ? null : await readManifest(values.model);
    const outputs: AskedOutput[] = values.out === undefined ? [] : [{ format: "geotiff", path: values.out }];
    const inputs = [
      { name: "--before", path: earlier },
      { name: "--after", path: later },
    ];
    if (values.out !== undefined) {
      printNotes(io, await requireOutputs(plannedFiles(outputs), inputs, RunFolder.of(values.out).path));
    }
    await withTemporaryFolder((folder) =>
      closingAll(async (keep) => {
        const before = await openMap(earlier, model, folder, keep, io);
        const { facts } = before;
        const { geotransform, crs, widthPx, heightPx } = facts;
        const raster = keep(await openRasterFile(later, { collar: "leave" }));
        const laterFolder = join(folder, "after");
        await mkdir(laterFolder);
        const { ids, decoded } = await readLabels(facts, raster, predictionTable(model, null), laterFolder, io);
        keep(ids);
        const mask = keep(await openMaskFile(join(folder, "changed.u8"), widthPx, heightPx, "create"));
        const areaOf = pixelAreaByRow({ geotransform, crs, widthPx }, crs && toOwnLngLat(crs));
        const found = await compareDates(before, { ids, classes: decoded.classes }, areaOf, mask, io.signal);
        printNotes(io, notesOn(found.unknownPixels, found.shift));
        const { classes } = found;
        const labels = { CHANGED_FROM: facts.fileName, CHANGED_TO: raster.facts.fileName };
        await writeOutputs({ grid: facts, mask, confidence: null, classes, labels }, outputs, io.signal);
        printLine(io.stdout, values.json ? JSON.stringify(found, null, 2) : changeTables(found, table));
        if (values.out !== undefined) printLine(io.stderr, resolve(values.out));
      }),
    );
  },
};

function notesOn(unknownPixels: number, shift: MapShift | null): string[] {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return [
    ...(unknownPixels === 0 ? [] : [`${unknownPixels} pixels have no class in one of the maps and count nowhere.`]),
    ...(shift === null
      ? []
      : [
          `The maps may lie shifted: ${percent(shift.agreement)} of the pixels compared would agree, not ${percent(shift.agreementInPlace)}, if the later one were moved by ${spellMove(-shift.cols, "right", "left")} and ${spellMove(-shift.rows, "down", "up")}. Edges count as change until both lie alike.`,
        ]),
  ];
}

function spellMove(pixels: number, forward: string, back: string): string {
  return `${Math.abs(pixels)} px ${pixels < 0 ? back : forward}`;
}
