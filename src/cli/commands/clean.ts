/** `nadir clean`: a class map without its speckle, as a new file. */
import { join, resolve } from "node:path";
import { type Cleaning, cleaningInPixels, spellCleaning } from "../../core/cleaning/cleaning";
import { closingAll } from "../../core/closing";
import { canonicalClass } from "../../core/labels/class-mapping";
import { loadOnce } from "../../core/load-once";
import type { ModelClass } from "../../core/manifest/manifest";
import { cleanMask, meanPixelArea } from "../../evaluation/clean-mask";
import { requireOutputs } from "../check-outputs";
import type { Command } from "../command";
import { printLine, printNotes } from "../command-io";
import { UsageError } from "../exit-codes";
import { RunFolder } from "../journal";
import { heightFiles, MAP_OUTPUT_OPTIONS, MAP_OUTPUT_USAGE, readMapOutputs } from "../map-outputs";
import { openMaskFile } from "../mask-file";
import { openMap } from "../open-map";
import { readManifest } from "../open-model";
import { readPolygonOptions } from "../polygon-options";
import { readOptions, required, wholeNumber } from "../read-options";
import { openSeconds, polygonHeights } from "../second-rasters";
import { withTemporaryFolder } from "../temporary-folder";
import { plannedFiles, writeOutputs } from "../write-outputs";

export const clean: Command = {
  usage: `Usage: nadir clean --map FILE --out FILE [options]

A class map tidied up: first every pixel becomes what most pixels around it are, then small holes are closed, then patches
that are too small become part of their largest neighbour. The map itself is left as it is; what was done stands in the
new file.

  --map FILE           class map of any make
${MAP_OUTPUT_USAGE}
  --model MANIFEST     the classes of the map's ids; told by the file itself without it
  --majority N         side of the square in pixels, odd (no filter by default)
  --holes-pixels N     holes of fewer pixels take the class around them, whatever lies in them
  --least-pixels SIZES patches of fewer pixels go: 24, or 24,Car=6 where a class has a size of its own
  --holes-area M2      the same in square metres on the ground
  --least-area SIZES   the same in square metres on the ground`,

  async run(args, io) {
    const { values } = readOptions(args, {
      map: { type: "string" },
      ...MAP_OUTPUT_OPTIONS,
      model: { type: "string" },
      majority: { type: "string", default: "1" },
      "holes-pixels": { type: "string" },
      "holes-area": { type: "string" },
      "least-pixels": { type: "string" },
      "least-area": { type: "string" },
    });
    const path = required(values.map, "map");
    const { out, outputs } = readMapOutputs(values);
    const asked = readAsked(values);
    const model = values.model === undefined ? null : await readManifest(values.model);
    const polygons = readPolygonOptions(values);
    const inputs = [{ name: "--map", path }, ...heightFiles(values)];
    printNotes(io, await requireOutputs(plannedFiles(outputs), inputs, RunFolder.of(out).path));
    await withTemporaryFolder((folder) =>
      closingAll(async (keep) => {
        const { facts, ids, classes } = await openMap(path, model, folder, keep, io);
        const { widthPx, heightPx, fileName } = facts;
        const cleaning = cleaningOf(asked, classes, fileName);
        const pixelArea = meanPixelArea(facts);
        if (cleaning.unit === "m2" && pixelArea === null) {
          throw new UsageError(`${fileName} does not say how large its pixels are; sizes in pixels are needed.`);
        }
        const mask = keep(await openMaskFile(join(folder, "clean.u8"), widthPx, heightPx, "create"));
        const done = await cleanMask(ids, cleaningInPixels(cleaning, pixelArea), mask, { signal: io.signal });
        const labels = { CLEANED: fileName, CLEANING: spellCleaning(cleaning, classes) };
        const heights = loadOnce(async () => polygonHeights(facts, await openSeconds(facts, values, keep), io));
        const made = { grid: facts, mask, confidence: null, classes, labels, heights, polygons };
        await writeOutputs(made, outputs, io.signal);
        const share = ((100 * done.changedPixels) / (widthPx * heightPx)).toFixed(2);
        printNotes(io, [
          ...(cleaning.holesBelow > 0 ? [`${done.closedHoles} holes were closed.`] : []),
          `${done.mergedPatches} patches were joined to a neighbour; ${share} % of the pixels changed.`,
        ]);
        printLine(io.stdout, resolve(out));
      }),
    );
  },
};

interface AskedCleaning extends Omit<Cleaning, "patchesBelow"> {
  /** Of all classes that are not named. */
  readonly usual: number;
  readonly byName: ReadonlyMap<string, number>;
}

type CleaningOptions = Partial<
  Record<"majority" | "holes-pixels" | "holes-area" | "least-pixels" | "least-area", string>
>;

function readAsked(values: CleaningOptions): AskedCleaning {
  const majorityPx = wholeNumber(values.majority ?? "1", "majority", 1, 99);
  if (majorityPx % 2 === 0) throw new UsageError(`--majority is ${majorityPx}; an odd number is needed.`);
  const isOf = (unit: "pixels" | "area") =>
    values[`holes-${unit}`] !== undefined || values[`least-${unit}`] !== undefined;
  if (isOf("pixels") && isOf("area")) {
    throw new UsageError("Sizes are in pixels or in square metres; one of them is enough.");
  }
  const unit = isOf("area") ? "area" : "pixels";
  const holes = values[`holes-${unit}`];
  const holesBelow = holes === undefined ? 0 : readSize(holes, `holes-${unit}`, unit);
  const { usual, byName } = readSizes(values[`least-${unit}`], `least-${unit}`, unit);
  if (majorityPx === 1 && holesBelow === 0 && usual === 0 && byName.size === 0) {
    throw new UsageError("Nothing is asked for; --majority, --holes-… or --least-… is needed.");
  }
  return { majorityPx, unit: unit === "area" ? "m2" : "px", holesBelow, usual, byName };
}

/** "24" or "24,Car=6". */
function readSizes(text: string | undefined, option: string, unit: "pixels" | "area") {
  const byName = new Map<string, number>();
  let usual = 0;
  for (const part of text?.split(",") ?? []) {
    const at = part.lastIndexOf("=");
    const size = readSize(part.slice(at + 1), option, unit);
    if (at < 0) usual = size;
    else byName.set(part.slice(0, at).trim(), size);
  }
  return { usual, byName };
}

function readSize(text: string, option: string, unit: "pixels" | "area"): number {
  return unit === "pixels" ? wholeNumber(text.trim(), option, 1) : positiveNumber(text, option);
}

/** @throws {UsageError} When the map has no class of a name. */
function cleaningOf(asked: AskedCleaning, classes: readonly ModelClass[], fileName: string): Cleaning {
  const { usual, byName, ...steps } = asked;
  const patchesBelow: number[] = [];
  for (const { id } of classes) patchesBelow[id] = usual;
  for (const [name, size] of byName) {
    const found = classes.find((each) => canonicalClass(each.name) === canonicalClass(name));
    if (found === undefined) {
      throw new UsageError(
        `${fileName} has no class "${name}"; it has ${classes.map((each) => each.name).join(", ")}.`,
      );
    }
    patchesBelow[found.id] = size;
  }
  return { ...steps, patchesBelow: Array.from(patchesBelow, (size) => size ?? 0) };
}

function positiveNumber(value: string, option: string): number {
  const number = Number(value);
  if (value.trim() === "" || !(number > 0) || !Number.isFinite(number)) {
    throw new UsageError(`--${option} is "${value}"; a number greater than 0 is needed.`);
  }
  return number;
}
