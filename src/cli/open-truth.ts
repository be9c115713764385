/** Ground truth on disk: a raster of labels, or polygons that are burnt onto the grid they are to be compared on. */
import { basename } from "node:path";
import type { RasterFacts, RasterSource } from "../core/raster/raster";
import { burnPolygons } from "../evaluation/burn-polygons";
import { type CommandIo, printNotes } from "./command-io";
import { UsageError } from "./exit-codes";
import { openRasterFile } from "./file-blob";
import { isVectorPath, openVector } from "./open-vector";

/**
 * @param field Attribute of polygons that says the class; undefined for the one whose name says so.
 * @throws {UsageError} When it is given for a raster.
 */
export async function openTruth(
  path: string,
  field: string | undefined,
  grid: RasterFacts,
  io: CommandIo,
): Promise<RasterSource> {
  if (!isVectorPath(path)) {
    if (field !== undefined) throw new UsageError(`--truth-field is for polygons; ${path} is none.`);
    // One colour along the edge of labels is a class.
    return openRasterFile(path, { collar: "leave" });
  }
  const layer = await openVector(path, null);
  printNotes(io, layer.notes);
  const burnt = burnPolygons(grid, layer, basename(path), field ?? null);
  printNotes(io, burnt.facts.notes);
  return burnt;
}
