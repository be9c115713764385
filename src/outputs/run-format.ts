/** What an output format of a run is: facts for menus, options and documentation, and the writer behind them. */
import type { ModelClass } from "../core/manifest/manifest";
import type { PolygonOptions } from "../core/polygons/polygon-options";
import type { RasterFacts } from "../core/raster/raster";
import type { ByteSink } from "../io/byte-sink";
import type { PolygonHeights } from "../io/map-polygons";
import type { MaskReader } from "../io/mask-store";

export interface RunFormat {
  readonly id: string;
  /** In the menu, in English. */
  readonly name: string;
  /** What is in it, for the menu. */
  readonly hint: string;
  /** Of the main file, with its dot. */
  readonly extension: string;
  /** Files beside the main one, whether or not every run has them. */
  readonly sideFiles: readonly FilePlace[];
  /** Whether it has the run's confidence in it: never, where the run kept it, or nothing else. */
  readonly confidence: "none" | "if-kept" | "needed";
  /** Whether it holds polygons, for which there are options. */
  readonly isPolygons?: true;
  /** Option of `nadir segment` that asks for it. */
  readonly option: string;
  /** One line for `nadir segment --help` and the documentation. */
  readonly help: string;
  /** Key that exports the newest run, in capitals; null for the palette alone. */
  readonly key: string | null;
  /** Fetched when it is first used. */
  readonly writer: () => Promise<RunWriter>;
}

/** A finished run as writers see it. */
export interface RunToWrite {
  /** The optical raster, whose grid the files lie on. */
  readonly grid: RasterFacts;
  readonly mask: Pick<MaskReader, "read">;
  /** Confidence × 255; null where the run kept none. */
  readonly confidence: Pick<MaskReader, "read"> | null;
  readonly classes: readonly ModelClass[];
  /** Heights for its polygons, opened when they are asked for; null where the scene has none. */
  readonly heights?: () => Promise<PolygonHeights | null>;
  /** How polygons are made of it; the defaults unless given. */
  readonly polygons?: PolygonOptions;
  /** What made it (`run-labels.ts`). */
  readonly labels: Readonly<Record<string, string>>;
  /** What was corrected in it by hand (`core/correction/edits-file.ts`); absent where nothing was. */
  readonly edits?: string;
}

/** Writes all files of a format. @throws AbortError when cancelled. */
export type RunWriter = (run: RunToWrite, open: OpenFile, signal: AbortSignal) => Promise<void>;

/** Opens one of the files of a format for writing; whoever opens it closes it. */
export type OpenFile = (place: FilePlace, mimeType: string) => Promise<ByteSink>;

/** Where a file stands: the main one, after its whole name (map.tif.aux.xml), or after its stem (map.qml). */
export type FilePlace = "main" | { readonly afterName: string } | { readonly afterStem: string };

/** Path of a file of a format whose main file is `mainPath`. */
export function pathOf(place: FilePlace, mainPath: string): string {
  if (place === "main") {
    return mainPath;
  }
  return "afterName" in place ? `${mainPath}${place.afterName}` : mainPath.replace(/(\.[^./\\]*)?$/, place.afterStem);
}

/** A small file as a whole. */
export async function writeText(open: OpenFile, place: FilePlace, mimeType: string, text: string): Promise<void> {
  const sink = await open(place, mimeType);
  await sink.write(0, new TextEncoder().encode(text));
  await sink.close();
}
