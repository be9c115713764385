/**
 * Photos that came as one file per band, told by file names: Sentinel-2 (`…_B04_10m.tif`), Landsat
 * (`LC09_…_SR_B4.TIF`), cameras and exports that write a letter or a word (`plot_NIR.tif`, `plot_red.tif`), and those
 * that only number them (`ortho_1.tif` to `ortho_5.tif`), where all lie on the same place.
 */
import type { RasterFacts } from "../raster/raster";
import type { BandRole } from "../vocabulary/band-roles";
import type { PairingCandidate } from "./pair-files";

interface BandFile {
  readonly rasterId: string;
  readonly fileName: string;
  readonly role: BandRole;
}

/** One photo, if the user agrees. */
export interface BandGroup {
  /** What the photo's file would be called. */
  readonly fileName: string;
  /** Red, green, blue and near infrared in this order, as far as there are files; then the others by name. */
  readonly files: readonly BandFile[];
}

/** Band numbers: of Sentinel-2 (ESA, MSI), Landsat 8 and 9 (USGS, OLI), Landsat 4 to 7 (USGS, TM and ETM+). */
const SENSORS: readonly { readonly names: RegExp; readonly bands: Readonly<Record<string, BandRole>> }[] = [
  { names: /^L[CO]0?[89]/i, bands: { 2: "blue", 3: "green", 4: "red", 5: "nir" } },
  { names: /^L[TEM]0?[4-7]/i, bands: { 1: "blue", 2: "green", 3: "red", 4: "nir" } },
  { names: /^/, bands: { 2: "blue", 3: "green", 4: "red", 8: "nir" } },
];

const WORDS: Readonly<Record<string, BandRole>> = {
  r: "red",
  red: "red",
  g: "green",
  green: "green",
  b: "blue",
  blue: "blue",
  n: "nir",
  ir: "nir",
  nir: "nir",
  re: "unknown",
  rededge: "unknown",
};

/** Of files that are only numbered, by how many there are; five are those of MicaSense's cameras. */
const NUMBERED: Readonly<Record<number, readonly BandRole[]>> = {
  3: ["red", "green", "blue"],
  4: ["red", "green", "blue", "nir"],
  5: ["blue", "green", "red", "nir", "unknown"],
};

const ORDER: readonly BandRole[] = ["red", "green", "blue", "nir", "unknown"];

/** Groups on one grid with a red, a green and a third band that is known, each of them once. */
export function findBandGroups(candidates: readonly PairingCandidate[]): BandGroup[] {
  const named = new Map<string, NamedBand[]>();
  const numbered = new Map<string, NamedBand[]>();
  for (const { rasterId, facts } of candidates) {
    if (facts.bands.length !== 1 || facts.palette !== null) continue;
    const add = (groups: Map<string, NamedBand[]>, band: Pick<NamedBand, "role" | "rest">) => {
      const key = `${facts.folder ?? ""}/${band.rest} ${gridOf(facts)}`;
      groups.set(key, [...(groups.get(key) ?? []), { rasterId, fileName: facts.fileName, ...band }]);
    };
    const band = bandOfName(facts.fileName);
    if (band !== null) add(named, band);
    else if (facts.geotransform !== null && facts.bands[0]!.role === "grey") {
      const number = /[_\-. ]?\d(?=\.[^.]+$)/.exec(facts.fileName);
      if (number !== null)
        add(numbered, {
          role: "unknown",
          rest: facts.fileName.slice(0, number.index) + facts.fileName.slice(number.index + number[0].length),
        });
    }
  }
  return [...named.values(), ...[...numbered.values()].map(inOrder)].flatMap((files) => {
    const known = files.map(({ role }) => role).filter((role) => role !== "unknown");
    const isWhole = known.length >= 3 && new Set(known).size === known.length;
    if (!isWhole || !known.includes("red") || !known.includes("green")) return [];
    const sorted = files.toSorted(
      (a, b) => ORDER.indexOf(a.role) - ORDER.indexOf(b.role) || a.fileName.localeCompare(b.fileName),
    );
    return [{ fileName: files[0]!.rest, files: sorted.map(({ rest: _, ...file }) => file) }];
  });
}

interface NamedBand extends BandFile {
  /** The file's name without the band. */
  readonly rest: string;
}

/** Numbers from 1 on without a gap, in their usual meaning; empty otherwise. */
function inOrder(files: readonly NamedBand[]): readonly NamedBand[] {
  const sorted = files.toSorted((a, b) => a.fileName.localeCompare(b.fileName));
  const roles = NUMBERED[files.length];
  const isGapless = sorted.every(({ fileName }, at) => /(\d)\.[^.]+$/.exec(fileName)?.[1] === String(at + 1));
  return roles === undefined || !isGapless ? [] : sorted.map((file, at) => ({ ...file, role: roles[at]! }));
}

/** What a file name says of its one band, and the name without it; null when it says nothing. */
function bandOfName(fileName: string): { readonly role: BandRole; readonly rest: string } | null {
  const rest = (start: number, length: number) => {
    const cut = `${fileName.slice(0, start)}${fileName.slice(start + length)}`;
    return cut.replace(/^[_\-. ]+/, "");
  };
  const numbered = /[_\-. ](?:SR_|TOA_)?B(?:and[_ ]?)?0?(1?\d|8A)(?=[_\-. ])/i.exec(fileName);
  if (numbered !== null) {
    const { bands } = SENSORS.find(({ names }) => names.test(fileName))!;
    return { role: bands[numbered[1]!.toUpperCase()] ?? "unknown", rest: rest(numbered.index, numbered[0].length) };
  }
  const named = /[_\-. ](red[_\- ]edge|[a-z]+)(?=\.[^.]+$)/i.exec(fileName);
  const role = WORDS[named?.[1]?.toLowerCase().replace(/[_\- ]/, "") ?? ""];
  return named === null || role === undefined ? null : { role, rest: rest(named.index, named[0].length) };
}

function gridOf({ widthPx, heightPx, geotransform, bands }: RasterFacts): string {
  return [widthPx, heightPx, bands[0]?.dtype, ...(geotransform ?? [])].join(" ");
}
