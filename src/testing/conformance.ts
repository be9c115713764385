/**
 * Holds our reading of the conformance files against what GDAL 3.6.2 said about them, and tells it as a table.
 */
import { readFileSync } from "node:fs";
import { NadirError } from "../core/errors";
import type { BandFacts, RasterFacts } from "../core/raster/raster";
import type { BandReport } from "../io/raster-statistics";
import { testDataPath } from "./test-data";

export interface OracleEntry {
  readonly file: string;
  readonly tiff: string;
  readonly endian: string;
  readonly spp: number;
  readonly dtype: string;
  readonly comp: string;
  readonly pred: number;
  readonly photometric: number | null;
  readonly planar: string;
  readonly layout: string;
  readonly nodata: string;
  readonly geo: string;
  readonly sparse: boolean;
  readonly maskifd: boolean;
  readonly overview: boolean;
  readonly pixelis?: string;
  readonly oracle: {
    readonly size: readonly [number, number, number];
    readonly gt: readonly number[] | null;
    readonly bands: readonly {
      readonly t: string;
      readonly cs: number;
      /** min, max, mean, standard deviation; a message when no pixel is valid. */
      readonly stats: readonly number[] | string;
      readonly nodata: number | string | null;
    }[];
  };
}

export type Verdict =
  | { readonly kind: "right"; readonly pixelsCompared: boolean }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "wrong"; readonly faults: readonly string[] };

export interface Judged {
  readonly entry: OracleEntry;
  readonly verdict: Verdict;
}

export function readOracle(): OracleEntry[] {
  const text = readFileSync(testDataPath("conformance", "oracle.json"), "utf8");
  // Python writes NaN and Infinity bare, which JSON does not know.
  return JSON.parse(text.replace(/([:[,]\s*)(-?(?:NaN|Infinity))/g, '$1"$2"')) as OracleEntry[];
}

/** A raster as one of the doors tells it: facts, and a report on each band (none where GDAL's answers stop at facts). */
export interface ToldRaster {
  readonly facts: RasterFacts;
  readonly reports: readonly BandReport[];
}

/** @param tell Opens the file; a `NadirError` counts as a clear refusal. */
export async function judge(entry: OracleEntry, tell: (entry: OracleEntry) => Promise<ToldRaster>): Promise<Verdict> {
  try {
    const { facts, reports } = await tell(entry);
    const faults = compareFacts(facts, entry);
    for (const [index, expected] of entry.oracle.bands.entries()) {
      const band = facts.bands[index];
      if (band === undefined) break;
      faults.push(...compareBand(band, reports[index]!, expected, entry));
    }
    return faults.length === 0
      ? { kind: "right", pixelsCompared: entry.oracle.bands.length > 0 }
      : { kind: "wrong", faults };
  } catch (error) {
    if (error instanceof NadirError) return { kind: "refused", reason: error.facts.found };
    return { kind: "wrong", faults: [`not a clear refusal: ${(error as Error).stack}`] };
  }
}

/** 8–32-bit integer or float samples in RGB, grey, palette or multiband form. */
export function isOrthophotoLike({ dtype, photometric }: OracleEntry): boolean {
  const bits = Number(/^[uif](\d+)$/.exec(dtype)?.[1] ?? Number.NaN);
  const isSample = dtype.startsWith("f") ? bits <= 64 : bits >= 8 && bits <= 32;
  return isSample && [0, 1, 2, 3].includes(photometric ?? -1);
}

function compareFacts(facts: RasterFacts, { oracle }: OracleEntry): string[] {
  const faults: string[] = [];
  const [width, height, bands] = oracle.size;
  if (facts.widthPx !== width || facts.heightPx !== height || facts.bands.length !== bands) {
    faults.push(`size ${facts.widthPx}×${facts.heightPx}×${facts.bands.length}, GDAL ${oracle.size.join("×")}`);
  }
  const [ours, theirs] = [facts.geotransform, oracle.gt];
  const agrees =
    ours === null || theirs === null ? ours === theirs : ours.every((value, at) => near(value, theirs[at]!, 1e-9));
  if (!agrees) faults.push(`geotransform ${ours}, GDAL ${theirs}`);
  return faults;
}

const GDAL_TYPES: Readonly<Record<string, string>> = {
  Byte: "uint8",
  UInt16: "uint16",
  UInt32: "uint32",
  Int16: "int16",
  Int32: "int32",
  Float32: "float32",
  Float64: "float64",
};

/**
 * GDAL 3.6 has no signed byte: it calls int8 "Byte" and sums the unsigned bytes in the checksum, so there only the
 * statistics are compared. RGBA inside JPEG may differ by one level, because another JPEG decoder rounds otherwise.
 */
function compareBand(
  band: BandFacts,
  report: BandReport,
  expected: OracleEntry["oracle"]["bands"][number],
  { dtype, comp, spp }: OracleEntry,
): string[] {
  const faults: string[] = [];
  const isInt8 = dtype === "i8";
  const isLossy = comp === "jpeg" && spp === 4;
  if (band.dtype !== (isInt8 ? "int8" : GDAL_TYPES[expected.t])) faults.push(`type ${band.dtype}, GDAL ${expected.t}`);
  if (!isInt8 && !isLossy && report.checksum !== expected.cs)
    faults.push(`checksum ${report.checksum}, GDAL ${expected.cs}`);
  const ours = [report.min, report.max, report.mean, report.standardDeviation];
  if (Array.isArray(expected.stats)) {
    const tolerance = isLossy ? 0.02 : 1e-6;
    if (!ours.every((value, at) => near(value, Number(expected.stats[at]), tolerance))) {
      faults.push(`statistics ${ours}, GDAL ${expected.stats}`);
    }
  } else if (report.validCount > 0) faults.push(`${report.validCount} valid pixels, GDAL none`);
  const [nodata, theirs] = [band.nodataIsAssumed === true ? null : band.nodata, expected.nodata];
  const sameNodata = nodata === null || theirs === null ? nodata === theirs : near(nodata, Number(theirs), 1e-6);
  if (!sameNodata) faults.push(`nodata ${nodata}, GDAL ${theirs}`);
  return faults;
}

function near(ours: number, theirs: number, tolerance: number): boolean {
  if (Object.is(ours, theirs) || ours === theirs) return true;
  return Math.abs(ours - theirs) <= tolerance * Math.max(1, Math.abs(theirs));
}

const PHOTOMETRICS: Readonly<Record<string, string>> = {
  0: "white is zero",
  1: "black is zero",
  2: "RGB",
  3: "palette",
  5: "CMYK",
  6: "YCbCr",
  32844: "LogL",
  32845: "LogLuv",
  null: "not given",
};

const FEATURES: readonly (readonly [string, (entry: OracleEntry) => string])[] = [
  ["Sample type", ({ dtype }) => dtype],
  ["Compression", ({ comp }) => comp],
  ["Predictor", ({ pred }) => String(pred)],
  ["Colour", ({ photometric }) => PHOTOMETRICS[String(photometric)] ?? String(photometric)],
  ["Bands", ({ spp }) => String(spp)],
  ["Band order", ({ planar }) => planar],
  ["Blocks", ({ layout }) => layout.split(" ")[0]!],
  ["Byte order", ({ endian }) => (endian === "LE" ? "little" : "big")],
  ["Container", ({ tiff }) => tiff],
  ["Position", ({ geo }) => (geo === "" ? "none" : geo)],
  ["Pixel is", ({ pixelis }) => pixelis ?? "not said"],
  ["Nodata", ({ nodata }) => (nodata === "" ? "none" : nodata)],
  ["Sparse blocks", ({ sparse }) => (sparse ? "yes" : "no")],
  ["Internal mask", ({ maskifd }) => (maskifd ? "yes" : "no")],
  ["Overviews", ({ overview }) => (overview ? "yes" : "no")],
];

/** The whole of `docs/conformance.md`. */
export function formatConformance(judged: readonly Judged[]): string {
  const asked = judged.filter(({ entry }) => isOrthophotoLike(entry));
  const [all, orthophotos] = [tally(judged), tally(asked)];
  const factsOnly = judged.filter(({ verdict }) => verdict.kind === "right" && !verdict.pixelsCompared).length;
  const lines = [
    "# Conformance: our reading against GDAL's",
    "",
    "Generated by `src/cli/conformance.test.ts`; run it with `NADIR_WRITE_DOCS=1` to write this file anew.",
    "",
    "Each file is one that GDAL, image-tiff, rasterio, rio-cogeo, rio-tiler or async-tiff tests itself with. *Right* means:",
    "size, band count, sample type, geotransform, nodata, 16-bit checksum, minimum, maximum, mean and standard deviation of",
    "every band equal GDAL 3.6.2's. *Refused* means an error that names the reason. *Wrong* is everything else.",
    "",
    "| | files | right | refused | wrong | right |",
    "|---|---:|---:|---:|---:|---:|",
    summaryRow("all", all),
    summaryRow("8–32-bit integer or float, RGB / grey / palette / multiband", orthophotos),
    "",
    `Of the ${all.right} right ones ${factsOnly} are so large that GDAL's answers stop at size and position. GDAL 3.6 has no signed`,
    "byte, so int8 files are held to statistics only; RGBA inside JPEG is held to statistics within 0.02 levels (single",
    "pixels differ by at most one level).",
  ];
  for (const [title, groupOf] of FEATURES) {
    lines.push("", `## ${title}`, "", "| | files | right | refused | wrong |", "|---|---:|---:|---:|---:|");
    const groups = new Map<string, Judged[]>();
    for (const item of judged) groups.set(groupOf(item.entry), [...(groups.get(groupOf(item.entry)) ?? []), item]);
    const sorted = [...groups].sort((a, b) => b[1].length - a[1].length || a[0].localeCompare(b[0]));
    for (const [value, items] of sorted) {
      const { files, right, refused, wrong } = tally(items);
      lines.push(`| ${value} | ${files} | ${right} | ${refused} | ${wrong} |`);
    }
  }
  lines.push("", "## Refused, with the reason", "", "| file | reason |", "|---|---|");
  for (const { entry, verdict } of judged) {
    if (verdict.kind === "refused") lines.push(`| ${entry.file} | ${verdict.reason} |`);
  }
  return `${lines.join("\n")}\n`;
}

export function tally(judged: readonly Judged[]) {
  const count = (kind: Verdict["kind"]) => judged.filter(({ verdict }) => verdict.kind === kind).length;
  return { files: judged.length, right: count("right"), refused: count("refused"), wrong: count("wrong") };
}

function summaryRow(label: string, { files, right, refused, wrong }: ReturnType<typeof tally>): string {
  return `| ${label} | ${files} | ${right} | ${refused} | ${wrong} | ${((100 * right) / files).toFixed(1)} % |`;
}
