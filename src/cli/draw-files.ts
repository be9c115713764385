/** The pictures of a tile whose map is on the disk: read back from there, truth and photo from where they came. */
import { existsSync } from "node:fs";
import { closingAll, type Keep } from "../core/closing";
import type { ClassScheme } from "../core/labels/class-scheme";
import type { PixelRect, RasterSource } from "../core/raster/raster";
import { type DrawableMask, drawTile, type Picture } from "../outputs/hand-over/draw-tile";
import type { HandedTile } from "../outputs/hand-over/handed";
import type { CommandIo } from "./command-io";
import { openRasterFile } from "./file-blob";
import { openTruth } from "./open-truth";
import { readLabels, readMapping, truthTable } from "./read-labels";
import type { ListedTile } from "./read-tile-list";
import { withTemporaryFolder } from "./temporary-folder";

interface DrawingContext {
  readonly scheme: ClassScheme | null;
  /** Path of a class mapping. */
  readonly mapping: string | undefined;
  /** Attribute of truths that are polygons; undefined for the one whose name says that it is the class. */
  readonly truthField: string | undefined;
  /** A run's map on the photo's grid, null where there is none; what it opens is kept until the pictures are drawn. */
  readonly openMap: (modelName: string, optical: RasterSource, folder: string, keep: Keep) => Promise<Mask | null>;
  readonly signal: AbortSignal;
}

type Mask = DrawableMask["mask"];

/** @throws {NadirError} When a raster can no longer be read. */
export function drawFiles(
  { runs }: HandedTile,
  files: ListedTile,
  { scheme, mapping, truthField, openMap, signal }: DrawingContext,
): Promise<Picture[]> {
  return withTemporaryFolder((folder) =>
    closingAll(async (keep) => {
      const optical = keep(await openRasterFile(files.optical));
      const masks: DrawableMask[] = [];
      if (files.truth !== undefined) {
        const truth = keep(await openTruth(files.truth, truthField, optical.facts, quiet(signal)));
        const table = truthTable(truth, scheme, await readMapping(mapping));
        const { ids, decoded } = await readLabels(optical, truth, table, folder, quiet(signal));
        masks.push({ of: "truth", mask: keep(ids), classes: decoded.classes });
      }
      for (const { modelName, classes } of runs) {
        const mask = await openMap(modelName, optical, folder, keep);
        if (mask !== null) masks.push({ of: { model: modelName }, mask, classes });
      }
      return drawTile(optical, masks, signal);
    }),
  );
}

/** What is to be said of labels was said when they were scored. */
export function quiet(signal: AbortSignal): CommandIo {
  return { stderr: { write: () => undefined }, signal } as unknown as CommandIo;
}

/** Ids of a GeoTIFF that was written here; null where it is not there. */
export async function openWrittenMap(path: string, keep: Keep): Promise<Mask | null> {
  if (!existsSync(path)) return null;
  const source = keep(await openRasterFile(path));
  return {
    async read(rect: PixelRect) {
      const { bands } = await source.read({ rect, bands: [0] });
      return Uint8Array.from(bands[0]!);
    },
  };
}
