/** The scenes of a list: a folder of rasters, paired as the page pairs them, or a CSV file that names them. */
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, extname, join, parse, relative, resolve } from "node:path";
import { NadirError } from "../core/errors";
import { type BandGroup, findBandGroups } from "../core/pairing/band-files";
import { type PairingCandidate, pairRasters } from "../core/pairing/pair-files";
import { recogniseRasterPart } from "../core/pairing/raster-part";
import { isArchive, isSystemFile } from "../io/file-place";
import { describeForeign, HEAD_BYTES } from "../io/foreign-files";
import { createReprojection } from "../io/reproject";
import { isSideFile } from "../io/side-files";
import { openFile, openRasterFile } from "./file-blob";

/** Files of one scene, by the option of `nadir segment` that takes them. */
export interface ListedTile {
  readonly name: string;
  readonly optical: string;
  readonly dsm?: string;
  readonly ndsm?: string;
  readonly dtm?: string;
  readonly truth?: string;
}

export interface TileList {
  readonly tiles: readonly ListedTile[];
  /** Files that no scene uses, each with its reason. */
  readonly notes: readonly string[];
}

const COLUMNS = ["optical", "dsm", "ndsm", "dtm", "truth", "name"] as const;
const RASTERS = new Set([".tif", ".tiff", ".png", ".jpg", ".jpeg", ".webp"]);

/** @throws {NadirError} `storage` for a path that is not there, `bad-settings` for a list without scenes. */
export async function readTileList(path: string): Promise<TileList> {
  const facts = await stat(path).catch(() => null);
  if (facts === null) throw badList(path, "There is no such file or folder.");
  const list = facts.isDirectory() ? await readFolder(path) : await readCsv(path);
  if (list.tiles.length === 0) throw badList(path, ["It has no scene in it.", ...list.notes].join(" "));
  const names = new Set<string>();
  for (const { name } of list.tiles) {
    if (names.has(name)) throw badList(path, `Two scenes are called "${name}".`);
    names.add(name);
  }
  return list;
}

async function readCsv(path: string): Promise<TileList> {
  const [head, ...rows] = parseCsv((await readFile(path, "utf8")).replace(/^\uFEFF/, ""));
  const columns = (head ?? []).map((name) => name.trim());
  if (!columns.includes("optical")) throw badList(path, "It has no column called optical.");
  const strange = columns.find((name) => !COLUMNS.some((known) => known === name));
  if (strange !== undefined) throw badList(path, `It has a column called "${strange}".`);
  const tiles = rows.map((row, index) => {
    const cell = (name: (typeof COLUMNS)[number]) => row[columns.indexOf(name)]?.trim() || undefined;
    const optical = cell("optical");
    if (optical === undefined) throw badList(path, `Row ${index + 2} names no optical raster.`);
    const paths = ["dsm", "ndsm", "dtm", "truth"].flatMap((name) => {
      const file = cell(name as "dsm");
      return file === undefined ? [] : [[name, resolve(dirname(path), file)]];
    });
    return {
      name: cell("name") ?? parse(optical).name,
      optical: resolve(dirname(path), optical),
      ...Object.fromEntries(paths),
    };
  });
  return { tiles, notes: [] };
}

/** Cells of RFC 4180; empty lines are none. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let ended = true;
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    if (ended && quoted === undefined && plain === "" && end !== ",") continue;
    row.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'));
    ended = end !== ",";
    if (ended) {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

async function readFolder(folder: string): Promise<TileList> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : [])).sort();
  const notes: string[] = [];
  const opened: PairingCandidate[] = [];
  for (const path of paths.filter((file) => RASTERS.has(extname(file).toLowerCase()))) {
    try {
      const source = await openRasterFile(path);
      opened.push({ rasterId: path, facts: { ...source.facts, folder: relative(folder, dirname(path)) } });
      source.close();
    } catch (error) {
      if (!(error instanceof NadirError)) throw error;
      notes.push(error.message);
    }
  }
  const groups = findBandGroups(opened);
  const bands = new Set(groups.flatMap(({ files }) => files.map(({ rasterId }) => rasterId)));
  const candidates = opened.filter(({ rasterId }) => !bands.has(rasterId));
  notes.push(...groups.map(spellBands), ...(await spellForeign(folder, paths)));
  const { scenes, unpaired } = pairRasters(candidates, (optical, other) => createReprojection(optical.crs, other.crs));
  const optionOf = (rasterId: string) => {
    const part = recogniseRasterPart(candidates.find((candidate) => candidate.rasterId === rasterId)!.facts);
    return part.part === "auxiliary" && part.kind === "ndsm"
      ? "ndsm"
      : part.part === "auxiliary" && part.kind === "dem"
        ? "dtm"
        : "dsm";
  };
  return {
    tiles: scenes.map(({ name, opticalId, auxiliaryId, otherAuxiliaryIds, truthId, erodedTruthId }) => {
      const seconds = [auxiliaryId, ...otherAuxiliaryIds].filter((id) => id !== null);
      const truth = truthId ?? erodedTruthId;
      return {
        name,
        optical: opticalId,
        ...Object.fromEntries(seconds.map((id) => [optionOf(id), id])),
        ...(truth !== null && { truth }),
      };
    }),
    notes: [...notes, ...unpaired.map(({ reason }) => reason)],
  };
}

const ARCHIVE = { found: "An archive.", next: "Unpack it beside the others." };

/** Nobody can be asked here, and which bands make a photo is a question. */
function spellBands({ fileName, files }: BandGroup): string {
  const names = files.map((file) => file.fileName).join(" ");
  return `${fileName}: ${names} look like bands of one photo, and are left out. Join them (gdalbuildvrt -separate bands.vrt ${names}, then gdal_translate bands.vrt photo.tif), and list that.`;
}

/** What else lies there and cannot be read: of each kind the first by name, and how many there are. */
async function spellForeign(folder: string, paths: readonly string[]): Promise<string[]> {
  const kinds = new Map<string, { readonly first: string; readonly next: string; count: number }>();
  for (const path of paths) {
    const name = basename(path);
    if (RASTERS.has(extname(path).toLowerCase()) || isSideFile(name) || isSystemFile(relative(folder, path))) continue;
    const blob = await openFile(path);
    const head = new Uint8Array(await blob.slice(0, HEAD_BYTES).arrayBuffer());
    const foreign = isArchive(name) ? ARCHIVE : describeForeign(name, head);
    if (foreign === null) continue;
    const kind = kinds.get(foreign.found) ?? { first: relative(folder, path), next: foreign.next, count: 0 };
    kind.count++;
    kinds.set(foreign.found, kind);
  }
  return [...kinds].map(
    ([found, { first, next, count }]) => `${first}${count === 1 ? "" : ` and ${count - 1} more`}: ${found} ${next}`,
  );
}

function badList(path: string, found: string): NadirError {
  return new NadirError({
    code: "bad-settings",
    subject: path,
    found,
    needed: `A folder of rasters, or a CSV file with the columns ${COLUMNS.join(", ")}; all but optical may be missing.`,
    next: "Check the list.",
  });
}
