/** A class map on disk, of any make, as class ids on its own grid. */
import type { Keep } from "../core/closing";
import type { ClassScheme } from "../core/labels/class-scheme";
import type { ModelClass, ModelManifest } from "../core/manifest/manifest";
import type { RasterFacts } from "../core/raster/raster";
import { modelTable } from "../evaluation/foreign-classes";
import type { LabelTable } from "../evaluation/label-meaning";
import type { CommandIo } from "./command-io";
import { openRasterFile } from "./file-blob";
import type { MaskFile } from "./mask-file";
import { readLabels } from "./read-labels";

export interface OpenMap {
  readonly facts: RasterFacts;
  readonly ids: MaskFile;
  readonly classes: readonly ModelClass[];
  /** Pixels per class id. */
  readonly classPixels: Readonly<Record<number, number>>;
}

/**
 * @param folder Takes the ids as a file.
 * @param keep   Is given what is to be closed.
 */
export async function openMap(
  path: string,
  model: ModelManifest | null,
  folder: string,
  keep: Keep,
  io: CommandIo,
): Promise<OpenMap> {
  // One colour along the edge of labels is a class.
  const raster = keep(await openRasterFile(path, { collar: "leave" }));
  const { facts } = raster;
  const { ids, decoded } = await readLabels(facts, raster, predictionTable(model, null), folder, io);
  keep(ids);
  return { facts, ids, classes: decoded.classes, classPixels: decoded.classPixels };
}

/** Ids of a model are its manifest's; without one the file's own names count, as on the page. */
export function predictionTable(model: ModelManifest | null, scheme: ClassScheme | null): LabelTable {
  return model === null ? { role: "prediction", scheme } : modelTable(model.name, model.classes);
}
