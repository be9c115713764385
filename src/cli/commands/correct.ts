/** `nadir correct`: the corrections by hand that the studio has saved, applied to a class map, as a new file. */
import { join, resolve } from "node:path";
import { closingAll } from "../../core/closing";
import { correctMask } from "../../core/correction/correct-mask";
import { formatEdits, readEdits } from "../../core/correction/edits-file";
import { fitEdits } from "../../core/correction/fit-edits";
import { spellCorrection } from "../../core/correction/mask-edit";
import { loadOnce } from "../../core/load-once";
import { requireOutputs } from "../check-outputs";
import type { Command } from "../command";
import { printLine, printNotes } from "../command-io";
import { openFile } from "../file-blob";
import { RunFolder } from "../journal";
import { heightFiles, MAP_OUTPUT_OPTIONS, MAP_OUTPUT_USAGE, readMapOutputs } from "../map-outputs";
import { openMaskFile } from "../mask-file";
import { openMap } from "../open-map";
import { readManifest } from "../open-model";
import { readPolygonOptions } from "../polygon-options";
import { readOptions, required } from "../read-options";
import { openSeconds, polygonHeights } from "../second-rasters";
import { withTemporaryFolder } from "../temporary-folder";
import { plannedFiles, writeOutputs } from "../write-outputs";

export const correct: Command = {
  usage: `Usage: nadir correct --map FILE --edits FILE --out FILE [options]

A class map with corrections by hand, edit after edit as the studio has saved them beside its export (.edits.json). The
map itself is left as it is; what was done stands in the new file and beside it.

  --map FILE           class map of any make
  --edits FILE         what is to be corrected
${MAP_OUTPUT_USAGE}
  --model MANIFEST     the classes of the map's ids; told by the file itself without it`,

  async run(args, io) {
    const { values } = readOptions(args, {
      map: { type: "string" },
      edits: { type: "string" },
      ...MAP_OUTPUT_OPTIONS,
      model: { type: "string" },
    });
    const [path, editsPath] = [required(values.map, "map"), required(values.edits, "edits")];
    const { out, outputs } = readMapOutputs(values);
    const model = values.model === undefined ? null : await readManifest(values.model);
    const polygons = readPolygonOptions(values);
    const inputs = [{ name: "--map", path }, { name: "--edits", path: editsPath }, ...heightFiles(values)];
    printNotes(io, await requireOutputs(plannedFiles(outputs), inputs, RunFolder.of(out).path));
    const file = await readEdits(await openFile(editsPath, "bad-edits"), editsPath);
    await withTemporaryFolder((folder) =>
      closingAll(async (keep) => {
        const { facts, ids, classes } = await openMap(path, model, folder, keep, io);
        const placed = fitEdits(file, facts, classes, editsPath);
        const mask = keep(await openMaskFile(join(folder, "corrected.u8"), facts.widthPx, facts.heightPx, "create"));
        const made = await correctMask(ids, ids, placed, (rows) => mask.writeRows(rows), io.signal);
        const corrected = { ...made, edits: placed.length };
        const edits = formatEdits({ fileName: file.photo, crs: facts.crs }, file.edits, corrected);
        const heights = loadOnce(async () => polygonHeights(facts, await openSeconds(facts, values, keep), io));
        const labels = labelsOf(facts, spellCorrection(corrected));
        await writeOutputs(
          { grid: facts, mask, confidence: null, classes, labels, edits, heights, polygons },
          outputs,
          io.signal,
        );
        const idle = made.perEdit.flatMap((pixels, at) => (pixels === 0 ? [at + 1] : []));
        printNotes(io, [
          `${spellCorrection(corrected)}.`,
          ...(idle.length === 0 ? [] : [`Edits that changed nothing here: ${idle.slice(0, 20).join(", ")}.`]),
        ]);
        printLine(io.stdout, resolve(out));
      }),
    );
  },
};

/** What the map says of itself, and what was done to it now; before, too, where it had been corrected. */
function labelsOf(
  { labels, fileName }: { readonly labels?: Readonly<Record<string, string>>; readonly fileName: string },
  now: string,
): Record<string, string> {
  const before = labels ?? { PREDICTION: fileName };
  return { ...before, CORRECTED: [before.CORRECTED, now].filter((text) => text !== undefined).join("; ") };
}
