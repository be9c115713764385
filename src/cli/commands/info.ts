/** `nadir info`: a raster as our reader sees it, with what `gdalinfo -stats -checksum` would say of each band. */
import { describeCollar } from "../../core/raster/describe-collar";
import type { RasterFacts } from "../../core/raster/raster";
import { type BandReport, bandReport } from "../../io/raster-statistics";
import type { Command } from "../command";
import { printLine } from "../command-io";
import { UsageError } from "../exit-codes";
import { openRasterFile } from "../file-blob";
import { readOptions } from "../read-options";

export const info: Command = {
  usage: `Usage: nadir info FILE [--json]

Size, bands, types, nodata, geotransform, CRS, block layout, and per band minimum, maximum, mean, standard deviation
and GDAL's 16-bit checksum. Reads every pixel. In JSON, NaN and infinities are the texts "NaN", "Infinity", "-Infinity".`,

  async run(args, io) {
    const { values, positionals } = readOptions(args, { json: { type: "boolean" } });
    const [path, ...more] = positionals;
    if (path === undefined || more.length > 0) {
      throw new UsageError("info takes one file.");
    }
    const source = await openRasterFile(path);
    try {
      const reports: BandReport[] = [];
      for (const { index } of source.facts.bands) {
        reports.push(await bandReport(source, index, io.signal));
      }
      printLine(io.stdout, values.json ? asJson(source.facts, reports) : asText(source.facts, reports));
    } finally {
      source.close();
    }
  },
};

function asJson(facts: RasterFacts, reports: readonly BandReport[]): string {
  const bands = facts.bands.map((band, position) => ({ ...band, ...reports[position] }));
  return JSON.stringify({ ...facts, bands }, (_, value: unknown) =>
    // Nodes of a shift grid are no facts of the file.
    ArrayBuffer.isView(value)
      ? undefined
      : typeof value === "number" && !Number.isFinite(value)
        ? String(value)
        : value,
  );
}

function asText(facts: RasterFacts, reports: readonly BandReport[]): string {
  const { fileName, format, widthPx, heightPx, blockWidthPx, blockHeightPx, geotransform, crs, levels, notes } = facts;
  return [
    `${fileName}  ${format}, ${widthPx} × ${heightPx} px, blocks of ${blockWidthPx} × ${blockHeightPx}, ${levels.length - 1} overviews`,
    `geotransform  ${geotransform === null ? "none" : geotransform.join(", ")}`,
    `CRS           ${crs === null ? "none" : crs.name}`,
    ...facts.bands.map((band, position) => {
      const { min, max, mean, standardDeviation, checksum } = reports[position]!;
      return `band ${band.index + 1}  ${band.dtype}, ${band.role} (${band.roleReason}), nodata ${band.nodata ?? "none"}, min ${min}, max ${max}, mean ${mean}, standard deviation ${standardDeviation}, checksum ${checksum}`;
    }),
    ...(facts.collar === undefined ? [] : [`collar  ${describeCollar(facts, facts.collar)}`]),
    ...notes.map((note) => `note  ${note}`),
  ].join("\n");
}
