/** Predictions of any make over a list of scenes, scored into the tree that the page hands over. */

import { mkdtemp } from "node:fs/promises";
import { basename, extname, join, resolve } from "node:path";
import { closingAll } from "../core/closing";
import { NadirError } from "../core/errors";
import { pairPrediction, predictionName } from "../core/pairing/pair-prediction";
import type { RasterFacts } from "../core/raster/raster";
import { foreignResult } from "../core/run/foreign-result";
import { modelTable } from "../evaluation/foreign-classes";
import type { LabelTable } from "../evaluation/label-meaning";
import { strokesToLeaveOut } from "../evaluation/left-out";
import { createReprojection } from "../io/reproject";
import { reportWords } from "../outputs/hand-over/choose-report-words";
import type { HandedRun, HandedTile } from "../outputs/hand-over/handed";
import { HandOver, writeSummary } from "../outputs/hand-over/write-hand-over";
import type { StrokesFile } from "../teaching/strokes";
import { type CommandIo, printLine, printNotes } from "./command-io";
import { diskPlace } from "./disk-place";
import { drawFiles, quiet } from "./draw-files";
import { openRasterFile } from "./file-blob";
import { type FoundFile, folderFiles, withUnpacked } from "./folder-files";
import { nameScene } from "./name-scene";
import { readManifest } from "./open-model";
import { openTruth } from "./open-truth";
import { readLabels, readMapping, truthTable } from "./read-labels";
import { type ListedTile, readTileList } from "./read-tile-list";
import { scoreLabels } from "./score-labels";
import { readScheme } from "./segment-options";
import { strokesToSkip } from "./taught-strokes";
import { withTemporaryFolder } from "./temporary-folder";

interface EvaluateListOptions {
  readonly list: string;
  /** A folder or a `.zip` archive of maps, looked through with what lies below. */
  readonly predictions: string;
  readonly outFolder: string;
  /** Path of the manifest that says what the maps' ids are. */
  readonly model: string | undefined;
  readonly without: string | undefined;
  readonly scheme: string | undefined;
  readonly mapping: string | undefined;
  /** Of truths that are polygons. */
  readonly truthField: string | undefined;
}

interface FoundPrediction {
  readonly path: string;
  readonly modelName: string;
}

const MAPS = new Set([".tif", ".tiff", ".png"]);

/** @throws {NadirError} What the first map that could not be scored threw, once all others are written. */
export async function evaluateList(options: EvaluateListOptions, io: CommandIo): Promise<void> {
  const root = resolve(options.outFolder);
  await withUnpacked(root, (unpacked) => scoreList(options, root, unpacked, io));
}

async function scoreList(options: EvaluateListOptions, root: string, unpacked: string, io: CommandIo): Promise<void> {
  const { tiles, notes } = await readTileList(options.list, join(unpacked, "list"));
  const manifest = options.model === undefined ? null : await readManifest(options.model);
  const table: LabelTable =
    manifest === null ? { role: "prediction", scheme: null } : modelTable(manifest.name, manifest.classes);
  const handOver = new HandOver(diskPlace(root), io.signal);
  handOver.notes.push(...notes);
  const failures: NadirError[] = [];
  const maps = await folderFiles(options.predictions, join(unpacked, "predictions"));
  const strokes = await strokesToSkip(options.without, options.model, manifest);
  const found = await findPredictions(tiles, maps.files, handOver);
  const made: HandedTile[] = [];
  for (const tile of tiles) {
    io.signal.throwIfAborted();
    const predictions = found.get(tile.name) ?? [];
    printLine(io.stderr, `${tile.name}, ${predictions.length} maps`);
    try {
      made.push(await scoreTile(tile, predictions, { ...options, table, strokes }, io));
    } catch (error) {
      if (!(error instanceof NadirError)) throw error;
      failures.push(error);
      handOver.notes.push(`${tile.name} was not scored. ${error.message}`);
    }
  }
  const draw = (handed: HandedTile) => {
    const tile = tiles.find(({ name }) => name === handed.scene.name)!;
    return drawFiles(handed, tile, {
      scheme: readScheme(options.scheme),
      mapping: options.mapping,
      truthField: options.truthField,
      signal: io.signal,
      async openMap(modelName, optical, folder, keep) {
        const { path } = found.get(tile.name)!.find((of) => of.modelName === modelName)!;
        const source = keep(await openRasterFile(path));
        // Each in a folder of its own: all of them are open until the pictures are drawn.
        const own = await mkdtemp(join(folder, "map-"));
        return keep((await readLabels(optical.facts, source, table, own, quiet(io.signal))).ids);
      },
    });
  };
  await writeSummary(handOver, made, draw, await reportWords(io.language ?? "en"));
  printNotes(io, handOver.notes);
  printLine(io.stdout, root);
  if (failures.length > 0) throw failures[0];
}

/** By the scene's name, as the page would give them to its scenes; one of each model. */
async function findPredictions(
  tiles: readonly ListedTile[],
  files: readonly FoundFile[],
  { notes }: HandOver,
): Promise<Map<string, FoundPrediction[]>> {
  const opticals = await Promise.all(
    tiles.map(async ({ name, optical }) => ({ rasterId: name, facts: await factsOf(optical) })),
  );
  const found = new Map<string, FoundPrediction[]>();
  const maps = files
    .map(({ file }) => file.path)
    .filter((file) => MAPS.has(extname(file).toLowerCase()) && !/\.confidence\.tif$/i.test(file));
  // The same map in two formats is one map.
  const isSecond = (path: string) => /\.png$/i.test(path) && maps.includes(path.replace(/png$/i, "tif"));
  for (const path of maps.filter((file) => !isSecond(file))) {
    const name = basename(path);
    const facts = await factsOf(path);
    const sceneName = pairPrediction(opticals, facts, (one, other) => createReprojection(one.crs, other.crs));
    if (sceneName === null) {
      notes.push(`${name} fits no scene of the list.`);
      continue;
    }
    const optical = opticals.find(({ rasterId }) => rasterId === sceneName)!;
    const modelName = predictionName(facts.fileName, [sceneName, optical.facts.fileName]);
    const known = found.get(sceneName) ?? [];
    if (known.some((other) => other.modelName === modelName)) {
      notes.push(`${name} was left out: ${sceneName} has another map called "${modelName}".`);
      continue;
    }
    found.set(sceneName, [...known, { path, modelName }]);
  }
  return found;
}

async function factsOf(path: string): Promise<RasterFacts> {
  const source = await openRasterFile(path);
  source.close();
  return source.facts;
}

interface ScoreTileOptions extends EvaluateListOptions {
  readonly table: LabelTable;
  /** Their pixels do not count. */
  readonly strokes: readonly StrokesFile[];
}

async function scoreTile(
  tile: ListedTile,
  predictions: readonly FoundPrediction[],
  { scheme, mapping: mappingPath, table, strokes, truthField }: ScoreTileOptions,
  io: CommandIo,
): Promise<HandedTile> {
  const mapping = await readMapping(mappingPath);
  return withTemporaryFolder((folder) =>
    closingAll(async (keep) => {
      const optical = keep(await openRasterFile(tile.optical));
      const truth = tile.truth === undefined ? null : keep(await openTruth(tile.truth, truthField, optical.facts, io));
      const labels =
        truth && (await readLabels(optical, truth, truthTable(truth, readScheme(scheme), mapping), folder, io));
      if (labels !== null) keep(labels.ids);
      const { facts } = optical;
      const leftOut = strokes.flatMap((file) => strokesToLeaveOut(file, facts, facts.fileName));
      const runs: HandedRun[] = [];
      for (const { path, modelName } of predictions) {
        await closingAll(async (keepMap) => {
          const source = keepMap(await openRasterFile(path));
          const { ids, decoded } = await readLabels(optical.facts, source, table, folder, io);
          keepMap(ids);
          const { classes, classPixels, notes } = decoded;
          const result = foreignResult(source.facts, optical.facts, classPixels, notes);
          const evaluation = labels && (await scoreLabels({ pixels: ids, classes, leftOut }, labels, mapping, io));
          runs.push({ modelName, result, evaluation, windowPx: 1, classes, grid: optical.facts });
        });
      }
      const named = nameScene({ optical: optical.facts, auxiliaries: [], truth: truth?.facts ?? null });
      return {
        scene: {
          ...named,
          name: tile.name,
          optical,
          auxiliary: null,
          truth: truth && { facts: truth.facts, alignment: labels!.alignment },
        },
        truth: labels?.decoded ?? null,
        runs,
      };
    }),
  );
}
