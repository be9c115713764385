/** The pictures of a tile whose map is on the disk: read back from there, truth and photo from where they came. */
import { existsSync } from "node:fs";
import type { ClassScheme } from "../core/labels/class-scheme";
import type { PixelRect, RasterSource } from "../core/raster/raster";
import { type DrawableMask, drawTile, type Picture } from "../outputs/hand-over/draw-tile";
import type { HandedTile } from "../outputs/hand-over/handed";
import type { CommandIo } from "./command-io";
import { openRasterFile } from "./file-blob";
import { readLabels, readMapping, truthTable } from "./read-labels";
import type { ListedTile } from "./read-tile-list";
import { withTemporaryFolder } from "./temporary-folder";

interface DrawingContext {
  readonly scheme: ClassScheme | null;
  /** Path of a class mapping. */
  readonly mapping: string | undefined;
  /** Of a model's GeoTIFF of the tile; it need not be there. */
  readonly mapPath: (modelName: string) => string;
  readonly signal: AbortSignal;
}

/** @throws {NadirError} When a raster can no longer be read. */
export async function drawFiles(
  { runs }: HandedTile,
  files: ListedTile,
  { scheme, mapping, mapPath, signal }: DrawingContext,
): Promise<Picture[]> {
  const opened: RasterSource[] = [];
  const open = async (path: string) => {
    const source = await openRasterFile(path);
    opened.push(source);
    return source;
  };
  try {
    const optical = await open(files.optical);
    const maps: DrawableMask[] = [];
    for (const { modelName, classes } of runs) {
      const path = mapPath(modelName);
      if (existsSync(path)) maps.push({ title: modelName, mask: firstBand(await open(path)), classes });
    }
    if (files.truth === undefined) return await drawTile(optical, maps, signal);
    const truth = await open(files.truth);
    const table = truthTable(truth, scheme, await readMapping(mapping));
    // What is to be said of the truth was said when it was scored.
    const quiet = { stderr: { write: () => undefined }, signal } as unknown as CommandIo;
    return await withTemporaryFolder(async (folder) => {
      const { ids, decoded } = await readLabels(optical.facts, truth, table, folder, quiet);
      try {
        return await drawTile(optical, [{ title: "Truth", mask: ids, classes: decoded.classes }, ...maps], signal);
      } finally {
        await ids.close();
      }
    });
  } finally {
    for (const source of opened) source.close();
  }
}

function firstBand(source: RasterSource): DrawableMask["mask"] {
  return {
    async read(rect: PixelRect) {
      const { bands } = await source.read({ rect, bands: [0] });
      return Uint8Array.from(bands[0]!);
    },
  };
}
