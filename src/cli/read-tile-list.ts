/** The scenes of a list: a folder or a `.zip` archive of rasters, paired as the page pairs them, or a CSV file that names them. */
import { readFile, stat } from "node:fs/promises";
import { dirname, extname, parse, resolve } from "node:path";
import { parseCsv } from "../core/csv";
import { NadirError, type NadirErrorFacts } from "../core/errors";
import { type BandGroup, findBandGroups } from "../core/pairing/band-files";
import { type PairingCandidate, pairRasters } from "../core/pairing/pair-files";
import { recogniseRasterPart } from "../core/pairing/raster-part";
import { isArchive } from "../io/file-place";
import { describeForeign, HEAD_BYTES } from "../io/foreign-files";
import { type FileGroups, groupFiles } from "../io/group-files";
import { createReprojection } from "../io/reproject";
import { openFile, openRasterFile } from "./file-blob";
import { type FoundFile, folderFiles } from "./folder-files";

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

/**
 * @param unpacked  Folder for what archives hold; it must last as long as the list is used.
 * @throws {NadirError} `storage` for a path that is not there, `bad-settings` for a list without scenes.
 */
export async function readTileList(path: string, unpacked: string): Promise<TileList> {
  const facts = await stat(path).catch(() => null);
  if (facts === null) throw badList(path, "There is no such file or folder.");
  const list = facts.isDirectory() || isArchive(path) ? await readFolder(path, unpacked) : await readCsv(path);
  if (list.tiles.length === 0) throw badList(path, ["It has no scene in it.", ...list.notes].join(" "));
  const names = new Set<string>();
  for (const { name } of list.tiles) {
    if (names.has(name)) throw badList(path, `Two scenes are called "${name}".`);
    names.add(name);
  }
  return list;
}

async function readCsv(path: string): Promise<TileList> {
  const [head, ...rows] = parseCsv(await readFile(path, "utf8"));
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

async function readFolder(path: string, unpacked: string): Promise<TileList> {
  const found = await folderFiles(path, unpacked);
  const { rasters, refused } = groupFiles(found.files);
  const notes: string[] = [];
  const foreign: RefusedFile[] = [...found.refused, ...refused];
  const opened: PairingCandidate[] = [];
  for (const { file, folder } of rasters) {
    const refusal = RASTERS.has(extname(file.name).toLowerCase()) ? null : await describeOther(file);
    if (refusal !== null) {
      foreign.push(...refusal);
      continue;
    }
    try {
      const source = await openRasterFile(file.path);
      opened.push({ rasterId: file.path, facts: { ...source.facts, folder } });
      source.close();
    } catch (error) {
      if (!(error instanceof NadirError)) throw error;
      notes.push(error.message);
    }
  }
  const groups = findBandGroups(opened);
  const bands = new Set(groups.flatMap(({ files }) => files.map(({ rasterId }) => rasterId)));
  const candidates = opened.filter(({ rasterId }) => !bands.has(rasterId));
  notes.push(...groups.map(spellBands), ...spellForeign(foreign));
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

/** Nobody can be asked here, and which bands make a photo is a question. */
function spellBands({ fileName, files }: BandGroup): string {
  const names = files.map((file) => file.fileName).join(" ");
  return `${fileName}: ${names} look like bands of one photo, and are left out. Join them (gdalbuildvrt -separate bands.vrt ${names}, then gdal_translate bands.vrt photo.tif), and list that.`;
}

type RefusedFile = FileGroups["refused"][number];

/** What else lies there and cannot be read; nothing is said of what nobody knows. */
async function describeOther({ name, path }: FoundFile["file"]): Promise<RefusedFile[]> {
  const blob = await openFile(path);
  const foreign = describeForeign(name, new Uint8Array(await blob.slice(0, HEAD_BYTES).arrayBuffer()));
  return foreign === null ? [] : [{ fileName: name, error: { code: "not-a-raster", ...foreign } }];
}

/** Of each kind the first by name, and how many there are. */
function spellForeign(files: readonly RefusedFile[]): string[] {
  const kinds = new Map<string, NadirErrorFacts & { readonly first: string; count: number }>();
  for (const { fileName, error } of files) {
    const kind = kinds.get(error.found) ?? { ...error, first: fileName, count: 0 };
    kind.count++;
    kinds.set(error.found, kind);
  }
  return [...kinds].map(([found, { first, needed, next, count }]) =>
    [`${first}${count === 1 ? "" : ` and ${count - 1} more`}: ${found}`, needed, next].join(" "),
  );
}

function badList(path: string, found: string): NadirError {
  return new NadirError({
    code: "bad-settings",
    subject: path,
    found,
    needed: `A folder or a .zip archive of rasters, or a CSV file with the columns ${COLUMNS.join(", ")}; all but optical may be missing.`,
    next: "Check the list.",
  });
}
