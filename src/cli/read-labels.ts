/** A label raster on disk as class ids on a grid, in a plain file: what truth and foreign masks are to the commands. */
import { join } from "node:path";
import { type ClassMapping, parseClassMapping } from "../core/labels/class-mapping";
import type { ClassScheme } from "../core/labels/class-scheme";
import { schemeOfMapping } from "../core/labels/own-scheme";
import type { RasterFacts, RasterSource } from "../core/raster/raster";
import { holdsBareIds, type LabelTable } from "../evaluation/label-meaning";
import { type DecodedLabels, type PlacedLabels, placeLabels } from "../evaluation/place-labels";
import { type CommandIo, printNotes } from "./command-io";
import { openFile } from "./file-blob";
import { type MaskFile, openMaskFile } from "./mask-file";

export interface ReadLabels {
  readonly alignment: PlacedLabels["alignment"];
  readonly decoded: DecodedLabels;
  /** Class ids on the grid, 255 where there is no label. */
  readonly ids: MaskFile;
}

/**
 * @param grid A photo, whose missing pixels a truth has no say on, or the facts of a map.
 * @throws {NadirError} As `placeLabels` and its `decode` do.
 */
export async function readLabels(
  grid: RasterSource | RasterFacts,
  labels: RasterSource,
  table: LabelTable,
  folder: string,
  io: CommandIo,
): Promise<ReadLabels> {
  const [facts, photo] = "facts" in grid ? [grid.facts, grid] : [grid, null];
  const { alignment, decode } = await placeLabels(facts, labels, table);
  printNotes(io, alignment.warnings);
  const ids = await openMaskFile(join(folder, `${table.role}.u8`), facts.widthPx, facts.heightPx, "create");
  try {
    const decoded = await decode(ids, io.signal, table.role === "truth" ? photo : null);
    printNotes(io, decoded.notes);
    return { alignment, decoded, ids };
  } catch (error) {
    await ids.close();
    throw error;
  }
}

/** How a truth is read: by the scheme that was asked for, else bare ids by the mapping, else by its colours. */
export function truthTable(
  { facts }: RasterSource,
  scheme: ClassScheme | null,
  mapping: ClassMapping | null,
): LabelTable {
  const explained = scheme === null && mapping !== null && holdsBareIds(facts);
  return { role: "truth", scheme: explained ? schemeOfMapping(mapping) : scheme };
}

export async function readMapping(path: string | undefined): Promise<ClassMapping | null> {
  return path === undefined ? null : parseClassMapping(await (await openFile(path)).text());
}
