/** `nadir clean`: a class map without its speckle, as a new file. */
import { join, resolve } from "node:path";
import { closingAll } from "../../core/closing";
import { pixelAreaByRow } from "../../core/georef/pixel-area";
import type { RasterFacts } from "../../core/raster/raster";
import { type Cleaning, cleanMask, spellCleaning } from "../../evaluation/clean-mask";
import { toOwnLngLat } from "../../io/reproject";
import { runFormat } from "../../outputs/run-formats";
import { requireOutputs } from "../check-outputs";
import type { Command } from "../command";
import { printLine, printNotes } from "../command-io";
import { UsageError } from "../exit-codes";
import { RunFolder } from "../journal";
import { openMaskFile } from "../mask-file";
import { openMap } from "../open-map";
import { readManifest } from "../open-model";
import { readOptions, required, wholeNumber } from "../read-options";
import { withTemporaryFolder } from "../temporary-folder";
import { type AskedOutput, plannedFiles, writeOutputs } from "../write-outputs";

const FORMATS = ["geotiff", "png", "geojson", "geopackage"] as const;

export const clean: Command = {
  usage: `Usage: nadir clean --map FILE --out FILE [options]

A class map tidied up: first every pixel becomes what most pixels around it are, then patches that are too small become
part of their largest neighbour, holes among them. The map itself is left as it is; what was done stands in the new file.

  --map FILE           class map of any make
${FORMATS.map(runFormat)
  .map(({ option, help }) => `  ${`--${option} FILE`.padEnd(20)} ${help}`)
  .join("\n")}
  --model MANIFEST     the classes of the map's ids; told by the file itself without it
  --majority N         side of the square in pixels, odd (no filter by default)
  --least-pixels N     patches of fewer pixels go
  --least-area M2      the same in square metres on the ground`,

  async run(args, io) {
    const { values } = readOptions(args, {
      map: { type: "string" },
      out: { type: "string" },
      png: { type: "string" },
      polygons: { type: "string" },
      geopackage: { type: "string" },
      model: { type: "string" },
      majority: { type: "string", default: "1" },
      "least-pixels": { type: "string" },
      "least-area": { type: "string" },
    });
    const [path, out] = [required(values.map, "map"), required(values.out, "out")];
    const { majority, "least-pixels": leastPixels, "least-area": leastArea } = values;
    const majorityPx = wholeNumber(majority, "majority", 1, 99);
    if (majorityPx % 2 === 0) throw new UsageError(`--majority is ${majorityPx}; an odd number is needed.`);
    if (leastPixels !== undefined && leastArea !== undefined) {
      throw new UsageError("--least-pixels and --least-area say the same thing; one of them is enough.");
    }
    const least = {
      pixels: leastPixels === undefined ? null : wholeNumber(leastPixels, "least-pixels", 1),
      squareMetres: leastArea === undefined ? null : positiveNumber(leastArea, "least-area"),
    };
    if (majorityPx === 1 && least.pixels === null && least.squareMetres === null) {
      throw new UsageError("Nothing is asked for; --majority, --least-pixels or --least-area is needed.");
    }
    const model = values.model === undefined ? null : await readManifest(values.model);
    const outputs = FORMATS.flatMap((format): AskedOutput[] => {
      const asked = { geotiff: out, png: values.png, geojson: values.polygons, geopackage: values.geopackage }[format];
      return asked === undefined ? [] : [{ format, path: asked }];
    });
    const inputs = [{ name: "--map", path }];
    printNotes(io, await requireOutputs(plannedFiles(outputs), inputs, RunFolder.of(out).path));
    await withTemporaryFolder((folder) =>
      closingAll(async (keep) => {
        const { facts, ids, classes } = await openMap(path, model, folder, keep, io);
        const { widthPx, heightPx, fileName } = facts;
        const cleaning: Cleaning = { majorityPx, leastPx: leastPixelsOf(least, facts) };
        const mask = keep(await openMaskFile(join(folder, "clean.u8"), widthPx, heightPx, "create"));
        const { changedPixels, mergedPatches } = await cleanMask(ids, cleaning, mask, io.signal);
        const labels = { CLEANED: fileName, CLEANING: spellCleaning(cleaning) };
        await writeOutputs({ grid: facts, mask, confidence: null, classes, labels }, outputs, io.signal);
        const share = ((100 * changedPixels) / (widthPx * heightPx)).toFixed(2);
        printNotes(io, [`${mergedPatches} patches were joined to a neighbour; ${share} % of the pixels changed.`]);
        printLine(io.stdout, resolve(out));
      }),
    );
  },
};

/** @throws {UsageError} When square metres are asked for where none are known. */
function leastPixelsOf(
  least: { readonly pixels: number | null; readonly squareMetres: number | null },
  { geotransform, crs, widthPx, heightPx, fileName }: RasterFacts,
): number {
  if (least.squareMetres === null) return least.pixels ?? 1;
  const areaOf = pixelAreaByRow({ geotransform, crs, widthPx }, crs && toOwnLngLat(crs));
  if (areaOf === null) {
    throw new UsageError(`${fileName} does not say how large its pixels are; --least-pixels is needed.`);
  }
  return Math.max(1, Math.ceil(least.squareMetres / areaOf(Math.floor(heightPx / 2))));
}

function positiveNumber(value: string, option: string): number {
  const number = Number(value);
  if (value.trim() === "" || !(number > 0) || !Number.isFinite(number)) {
    throw new UsageError(`--${option} is "${value}"; a number greater than 0 is needed.`);
  }
  return number;
}
