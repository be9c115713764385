/**
 * A hand-over written file by file into any place: a folder, an archive, a disk. A file that fails is taken back and
 * told, and the rest goes on; only cancelling, and a place that takes nothing any more, end it. Memory holds one file's
 * working rows, whatever the number of tiles.
 */
import { describeError, NadirError } from "../../core/errors";
import type { ByteSink } from "../../io/byte-sink";
import { formatQml } from "../../io/write-qml";
import { describeReport, formatReport } from "../report";
import { pathOf, type RunToWrite } from "../run-format";
import { type RunFormatId, runFormat } from "../run-formats";
import type { Picture } from "./draw-tile";
import type { HandedRun, HandedTile } from "./handed";
import { latexDocument } from "./latex-document";
import { formatMosaic } from "./mosaic-vrt";
import { type DrawnTile, figureTiles, reportDocument } from "./report-document";
import type { ReportWords } from "./report-words";
import { scoreFiles } from "./score-files";
import { formatPath, mosaicPath, planTree, type RunPlace } from "./tree";

/** A file on its way; given up, nothing of it stays. */
interface PlacedFile extends ByteSink {
  discard(): Promise<void>;
}

/** Where a tree is written. @throws From any call, what ends the file that is written. */
export interface HandOverPlace {
  /** @param path From the tree's root, with slashes; folders on the way are made. */
  open(path: string, mimeType: string): Promise<PlacedFile>;
}

/** One file that is not there, and why. */
export interface HandOverFault {
  readonly path: string;
  readonly reason: string;
}

export interface HandOverResult {
  /** Paths from the root, in the order they were written. */
  readonly written: readonly string[];
  readonly faults: readonly HandOverFault[];
  /** What else is to be said, one sentence each. */
  readonly notes: readonly string[];
}

/** Collects what became of each file. */
export class HandOver {
  readonly written: string[] = [];
  readonly faults: HandOverFault[] = [];
  readonly notes: string[] = [];
  /** GeoTIFFs that are there. */
  readonly maps: (Pick<RunToWrite, "grid" | "classes"> & { readonly place: RunPlace })[] = [];
  readonly #place: HandOverPlace;
  readonly #signal: AbortSignal;

  constructor(place: HandOverPlace, signal: AbortSignal) {
    this.#place = place;
    this.#signal = signal;
  }

  get result(): HandOverResult {
    return { written: this.written, faults: this.faults, notes: this.notes };
  }

  /** All files of one format of a run; those that it had finished before one failed stay. */
  async writeFormat(place: RunPlace, formatId: RunFormatId, run: () => Promise<RunToWrite>): Promise<void> {
    const main = formatPath(place, formatId);
    await this.#attempt(main, async (open) => {
      const write = await runFormat(formatId).writer();
      const made = await run();
      await write(made, (file, mimeType) => open(pathOf(file, main), mimeType), this.#signal);
      if (formatId === "geotiff") this.maps.push({ place, grid: made.grid, classes: made.classes });
    });
  }

  /** @param text Made when its turn comes: what it cannot be made of is this file's fault alone. */
  async writeText(path: string, mimeType: string, text: () => string): Promise<void> {
    await this.#attempt(path, async (open) => {
      const sink = await open(path, mimeType);
      await sink.write(0, new TextEncoder().encode(text()));
      await sink.close();
    });
  }

  async #attempt(path: string, write: (open: HandOverPlace["open"]) => Promise<void>): Promise<void> {
    this.#signal.throwIfAborted();
    let current: { readonly path: string; readonly file: PlacedFile } | null = null;
    try {
      await write(async (part, mimeType) => {
        const file = await this.#place.open(part, mimeType);
        current = { path: part, file };
        return {
          ...file,
          write: (position, bytes) => file.write(position, bytes),
          close: async () => {
            await file.close();
            current = null;
            this.written.push(part);
          },
          discard: () => file.discard(),
        };
      });
    } catch (error) {
      const unfinished = current as { readonly path: string; readonly file: PlacedFile } | null;
      await unfinished?.file.discard().catch(() => undefined);
      if (this.#signal.aborted) throw error;
      this.faults.push({ path: unfinished?.path ?? path, reason: reasonOf(error) });
    }
  }
}

/** How far a hand-over has come. */
export interface HandOverProgress {
  /** Runs whose maps are written, of all. */
  readonly runsDone: number;
  readonly runsTotal: number;
}

/** Everything of tiles whose maps are there to be read. @param open Called once for each format of each run. */
export async function writeEverything<Run extends HandedRun, Tile extends HandedTile<Run>>(
  handOver: HandOver,
  tiles: readonly Tile[],
  formats: readonly RunFormatId[],
  open: (run: Run) => Promise<RunToWrite>,
  draw: DrawTile<Tile>,
  words: ReportWords,
  onProgress: (progress: HandOverProgress) => void,
): Promise<void> {
  const runs = tiles.flatMap((tile) => tile.runs.map((run) => ({ sceneName: tile.scene.name, run })));
  const places = planTree(runs.map(({ sceneName, run }) => ({ sceneName, modelName: run.modelName })));
  for (const [index, { run }] of runs.entries()) {
    onProgress({ runsDone: index, runsTotal: runs.length });
    for (const format of formats) {
      if (runFormat(format).confidence === "needed" && !run.result.settings.confidence) continue;
      await handOver.writeFormat(places[index]!, format, () => open(run));
    }
  }
  onProgress({ runsDone: runs.length, runsTotal: runs.length });
  await writeSummary(handOver, tiles, draw, words);
}

/** Pictures of a tile for the report's figure. */
export type DrawTile<Tile extends HandedTile = HandedTile> = (tile: Tile) => Promise<readonly Picture[]>;

/** The report as a document, with as much of its figure as can be drawn. @param onFault Told what cannot. */
export async function writeReport<Tile extends HandedTile>(
  tiles: readonly Tile[],
  draw: DrawTile<Tile>,
  words: ReportWords,
  onFault: (sentence: string) => void,
): Promise<string> {
  const figure: DrawnTile[] = [];
  for (const tile of figureTiles(tiles)) {
    try {
      figure.push({ tile, pictures: await draw(tile) });
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") throw error;
      onFault(words.leftOut(tile.scene.name, reasonOf(error)));
    }
  }
  return reportDocument(tiles, figure, new Date(), words);
}

/** What stands beside the maps: mosaics, scores, report, and what could not be written. */
export async function writeSummary<Tile extends HandedTile>(
  handOver: HandOver,
  tiles: readonly Tile[],
  draw: DrawTile<Tile>,
  words: ReportWords,
): Promise<void> {
  const html = await writeReport(tiles, draw, words, (sentence) => handOver.notes.push(sentence));
  await handOver.writeText("report.html", "text/html", () => html);
  await writeMosaics(handOver);
  for (const [name, text] of Object.entries(scoreFiles(tiles))) {
    await handOver.writeText(`scores/${name}`, "text/csv", () => text);
  }
  await handOver.writeText("scores/scores.tex", "text/x-tex", () => latexDocument(tiles));
  await handOver.writeText("report.json", "application/json", () =>
    formatReport({
      format: "nadir-reports/1",
      reports: tiles.map(({ scene, truth, runs }) => describeReport(scene, truth, runs)),
    }),
  );
  const { faults, notes } = handOver.result;
  if (faults.length + notes.length > 0) {
    const lines = [...faults.map(({ path, reason }) => `${path} was not written. ${reason}`), ...notes];
    await handOver.writeText("remarks.txt", "text/plain", () => `${lines.join("\n")}\n`);
  }
}

/** Of each model the maps that were written. */
async function writeMosaics(handOver: HandOver): Promise<void> {
  for (const path of new Set(handOver.maps.map(({ place }) => mosaicPath(place)))) {
    const maps = handOver.maps.filter(({ place }) => mosaicPath(place) === path);
    const mosaic = formatMosaic(
      maps.map(({ place, ...run }) => ({ fileName: formatPath(place, "geotiff").split("/").at(-1)!, run })),
    );
    handOver.notes.push(...mosaic.leftOut);
    const { vrt } = mosaic;
    if (vrt === null) continue;
    await handOver.writeText(path, "application/xml", () => vrt);
    await handOver.writeText(path.replace(/vrt$/, "qml"), "text/xml", () => formatQml(maps[0]!.classes));
  }
}

function reasonOf(error: unknown): string {
  return error instanceof NadirError ? describeError(error.facts) : String((error as Error)?.message ?? error);
}
