/** One model over one scene, streamed from file to file: what `nadir segment` does once its options are read. */
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { closingAll, type Keep } from "../core/closing";
import { groundSamplingDistanceMetres } from "../core/georef/ground-sampling-distance";
import { isGridFor } from "../core/georef/shift-file";
import type { ClassMapping } from "../core/labels/class-mapping";
import { loadOnce } from "../core/load-once";
import type { ModelManifest } from "../core/manifest/manifest";
import type { BandCorrections } from "../core/raster/band-corrections";
import type { RasterFacts, RasterSource } from "../core/raster/raster";
import { areaOfPolygons } from "../core/run/area-of-interest";
import type { BandRange } from "../core/run/input-plan";
import type { RunResult } from "../core/run/run-result";
import { scaleRemark } from "../core/run/run-scale";
import type { AreaOfInterest, RunSettings } from "../core/run/run-settings";
import { spellWindowCheck, type WindowCheckFacts } from "../core/run/window-check";
import { requireWritten, type WrittenPixels } from "../core/run/written-pixels";
import { type LeftOutStroke, strokesToLeaveOut } from "../evaluation/left-out";
import { placePolygons } from "../evaluation/place-polygons";
import type { ModelFiles, RowSink } from "../inference/backend";
import { createCpuBackend } from "../inference/cpu-backend";
import type { RunRequest } from "../inference/run-request";
import { runScene } from "../inference/run-scene";
import { bandStatistics } from "../io/raster-statistics";
import { heightBandOf } from "../io/sample-heights";
import type { HandedTile } from "../outputs/hand-over/handed";
import type { ReportedScene } from "../outputs/report";
import type { RunToWrite } from "../outputs/run-format";
import { runLabels, runName } from "../outputs/run-labels";
import { type NamedPath, requireRoom } from "./check-outputs";
import { type CommandIo, printLine, printNotes } from "./command-io";
import { gridPaths, openRasterFile, sideFilePaths } from "./file-blob";
import { type OpenRunFolder, type RunIdentity, withRunFolder } from "./journal";
import { type MaskFile, openMaskFile } from "./mask-file";
import { nameScene } from "./name-scene";
import type { NodeNetwork } from "./node-network";
import { openTruth } from "./open-truth";
import { openVector } from "./open-vector";
import { type ReadLabels, readLabels, readMapping, truthTable } from "./read-labels";
import { scoreLabels } from "./score-labels";
import {
  alignSecond,
  modelsBeside,
  placeSecond,
  polygonHeights,
  readHeights,
  type SecondRasterFile,
} from "./second-rasters";
import type { SegmentOptions } from "./segment-options";
import { showProgress } from "./show-progress";
import { taughtStrokes } from "./taught-strokes";
import { plannedFiles } from "./write-outputs";

export interface SegmentJob {
  readonly options: SegmentOptions;
  readonly manifest: ModelManifest;
  /** For what is not kept: the truth on the orthophoto's grid. */
  readonly folder: string;
  readonly io: CommandIo;
  /**
   * Writes what is wanted of the finished run; its rows are kept where this throws.
   *
   * @param tellTile The scene with its run, for a report. The heights are read once more for it.
   */
  readonly finish: (run: RunToWrite, tellTile: () => Promise<HandedTile>) => Promise<void>;
}

/** Everything that can be refused is refused before the run. */
export function segmentScene(job: SegmentJob, opening: Promise<NodeNetwork>): Promise<void> {
  return closingAll((keep) => openAndRun(job, opening, keep));
}

async function openAndRun(job: SegmentJob, opening: Promise<NodeNetwork>, keep: Keep): Promise<void> {
  const { options, io } = job;
  const { paths } = options;
  const open = async (path: string | undefined, corrections?: BandCorrections) =>
    path === undefined ? null : keep(await openRasterFile(path, corrections));
  const optical = (await open(paths.optical, options.collar === null ? {} : { collar: options.collar }))!;
  const imageMetres = groundSamplingDistanceMetres(optical.facts);
  const asked = options.settings(job.manifest, imageMetres);
  const settings =
    paths.aoi === undefined ? asked : { ...asked, areaOfInterest: await readArea(paths.aoi, optical, io) };
  const scale = scaleRemark(settings, optical.facts, job.manifest.window.sizePx, imageMetres);
  printNotes(io, scale === null ? [] : [scale]);
  const rasters: SecondRasterFile[] = [];
  for (const [path, kind] of [[paths.dsm], [paths.ndsm, "ndsm"], [paths.dtm, "dem"]] as const) {
    const source = await open(path);
    if (source !== null) rasters.push(placeSecond(optical.facts, source, kind));
  }
  printNotes(
    io,
    rasters.flatMap(({ alignment }) => alignment.warnings),
  );
  const second = await readHeights(job.manifest, optical.facts, rasters, settings, {
    others: await modelsBeside(paths.model),
    signal: io.signal,
    onGround: () => printNotes(io, ["The ground under the DSM is looked for."]),
  });
  const mapping = await readMapping(paths.mapping);
  const truth =
    paths.truth === undefined ? null : keep(await openTruth(paths.truth, options.truthField, optical.facts, io));
  const labels =
    truth && (await readLabels(optical, truth, truthTable(truth, options.scheme, mapping), job.folder, io));
  if (labels !== null) keep(labels.ids);
  const strokes = labels && (await taughtStrokes(paths.model, job.manifest));
  const leftOut = strokes === null ? [] : strokesToLeaveOut(strokes, optical.facts, optical.facts.fileName);
  const scene = { settings, optical, rasters, second, truth, labels, mapping, leftOut };
  const network = await opening;
  const opened = [optical, ...rasters.map(({ source }) => source)].map(({ facts }) => facts);
  const identity = await identityOf(options, opened, settings, job.manifest.graph.sha256);
  const onKept = (path: string) =>
    printNotes(io, [`Finished rows are kept in ${path}; the same command with --resume goes on from them.`]);
  await withRunFolder(paths.out, { resume: options.resume, identity, onKept }, (folder) =>
    closingAll((keepMask) => runAndWrite(job, scene, network, folder, keepMask)),
  );
}

async function readArea(path: string, { facts }: RasterSource, io: CommandIo): Promise<AreaOfInterest> {
  const layer = await openVector(path, null);
  printNotes(io, layer.notes);
  return areaOfPolygons(placePolygons(facts, layer).parts.flat(), facts, basename(path));
}

interface OpenScene {
  readonly settings: RunSettings;
  readonly optical: RasterSource;
  readonly rasters: readonly SecondRasterFile[];
  /** What the run reads of them. */
  readonly second: Pick<RunRequest, "auxiliary" | "heights">;
  readonly truth: RasterSource | null;
  readonly labels: ReadLabels | null;
  readonly mapping: ClassMapping | null;
  /** Where the model was taught. */
  readonly leftOut: readonly LeftOutStroke[];
}

async function runAndWrite(
  { options, manifest, io, finish }: SegmentJob,
  { settings, optical, rasters, second, truth, labels, mapping, leftOut }: OpenScene,
  { session, facts, check, openReference }: NodeNetwork,
  { folder, checkpoint, record }: OpenRunFolder,
  keep: Keep,
): Promise<void> {
  const checked = check.then(({ verdict }) =>
    printLine(io.stderr, `${facts.adapter} (${facts.reason}), self-check ${verdict}`),
  );
  checked.catch(() => undefined);
  const mode = checkpoint === null ? "create" : "keep";
  const { widthPx, heightPx } = optical.facts;
  if (checkpoint === null) {
    await requireRoom(options.paths.out, widthPx * heightPx * (settings.confidence ? 2 : 1));
  }
  const openRows = async (path: string) => keep(await openMaskFile(path, widthPx, heightPx, mode));
  const mask = await openRows(folder.maskPath);
  const confidence = settings.confidence ? await openRows(folder.confidencePath) : null;
  const progress = showProgress(io.stderr);
  const requireAll = async (written: readonly WrittenPixels[]) => {
    await requireWritten(mask, written, "classIds", folder.maskPath);
    if (confidence !== null) await requireWritten(confidence, written, "confidence", folder.confidencePath);
  };
  await requireAll(checkpoint?.written ?? []);
  const result = await runScene({
    manifest,
    settings,
    optical,
    ...second,
    backend: createCpuBackend(session, facts),
    sink: fileSink(mask, confidence, checked),
    measureBand: (source, band) => measureBand(source, band, second.auxiliary?.source ?? null, options.heightRange),
    signal: io.signal,
    onProgress: (state) => progress.show(state),
    async onCheckpoint(reached) {
      await mask.sync();
      await confidence?.sync();
      await record(reached);
    },
    ...(checkpoint && { resume: checkpoint }),
    ...(openReference && { check: { seed: `${manifest.graph.sha256} ${optical.facts.fileName}`, openReference } }),
  });
  progress.end();
  await checked;
  printFindings(io, result);
  // Another process may have written into the same folder meanwhile.
  await requireAll(result.written ?? []);
  const { classes } = manifest;
  const evaluation = labels && (await scoreLabels({ pixels: mask, classes, leftOut }, labels, mapping, io));
  const windowPx = manifest.window.sizePx;
  const heights = loadOnce(() => polygonHeights(optical.facts, rasters, io));
  const labelled = { labels: runLabels(result, windowPx), heights, polygons: options.polygons };
  const run = { grid: optical.facts, mask, confidence, classes, ...labelled };
  await finish(run, async () => ({
    scene: await describeScene({ optical, rasters, truth, labels }, io.signal),
    truth: labels?.decoded ?? null,
    runs: [{ modelName: runName(manifest, settings), result, evaluation, windowPx, classes, grid: optical.facts }],
  }));
}

/** The scene as the page would report it, heights measured. */
async function describeScene(
  { optical, rasters, truth, labels }: Omit<OpenScene, "settings" | "mapping" | "second" | "leftOut">,
  signal: AbortSignal,
): Promise<ReportedScene> {
  const [first = null, ...others] = rasters;
  const isPlaced = first !== null && first.alignment.verdict !== "refused";
  const statistics = isPlaced ? await bandStatistics(first.source, heightBandOf(first.facts).index, signal) : null;
  return {
    ...nameScene({
      optical: optical.facts,
      auxiliaries: rasters.map(({ facts }) => facts),
      truth: truth?.facts ?? null,
    }),
    optical,
    auxiliary: first && { facts: first.facts, alignment: alignSecond(optical.facts, first, statistics) },
    ...(others.length > 0 && { otherAuxiliaries: others }),
    truth: truth && { facts: truth.facts, alignment: labels!.alignment },
  };
}

/** Height scaling takes the range given on the command line, everything else what the raster holds. */
async function measureBand(
  source: RasterSource,
  band: number,
  heights: RasterSource | null,
  heightRange: SegmentOptions["heightRange"],
): Promise<BandRange> {
  const statistics = await bandStatistics(source, band);
  return source === heights && heightRange !== null ? { ...statistics, ...heightRange } : statistics;
}

/** @param checked Rows of a network that has not passed its self-check are not kept. */
function fileSink(mask: MaskFile, confidence: MaskFile | null, checked: Promise<void>): RowSink {
  return {
    async writeRows({ classIds, confidence: values, ...rect }) {
      await checked;
      await mask.writeRows({ ...rect, values: classIds });
      if (confidence !== null && values !== null) {
        await confidence.writeRows({ ...rect, values });
      }
    },
  };
}

/** Everything that decides the mask. Files are known by name, size and time: hashing terabytes is no start-up. */
async function identityOf(
  options: SegmentOptions,
  opened: readonly RasterFacts[],
  settings: RunSettings,
  graphSha256: string,
): Promise<RunIdentity> {
  const { optical, dsm, ndsm, dtm } = options.paths;
  const given = [optical, dsm, ndsm, dtm].filter((path) => path !== undefined);
  const grids = (await Promise.all(given.map(gridPaths))).flat();
  const used = grids.filter((path) => opened.some(({ crs }) => isGridFor(crs, basename(path))));
  const inputs = await Promise.all(
    [...given, ...new Set(used)].map(async (path) => {
      const { size, mtimeMs } = await stat(path);
      return { path: resolve(path), bytes: size, modifiedMs: Math.round(mtimeMs) };
    }),
  );
  const facts = {
    inputs,
    settings,
    graphSha256,
    heightRange: options.heightRange,
    backend: options.backend,
    collar: options.collar,
  };
  return { fingerprint: createHash("sha256").update(JSON.stringify(facts)).digest("hex"), inputs };
}

/** Everything the command writes. */
export function outputFiles({ outputs, paths }: SegmentOptions): readonly NamedPath[] {
  return [...plannedFiles(outputs), ...(paths.report === undefined ? [] : [{ name: "--report", path: paths.report }])];
}

/** Everything the command reads. */
export async function inputFiles(
  { paths }: SegmentOptions,
  { manifest, goldenFiles }: ModelFiles,
): Promise<readonly NamedPath[]> {
  const rasters = await Promise.all(
    (["optical", "dsm", "ndsm", "dtm", "truth"] as const).map(async (name) => {
      const path = paths[name];
      const files = path === undefined ? [] : [path, ...(await sideFilePaths(path)), ...(await gridPaths(path))];
      return files.map((file) => ({ name: `--${name}`, path: file }));
    }),
  );
  const area = paths.aoi === undefined ? [] : [{ name: "--aoi", path: paths.aoi }];
  const files = manifest.externalData.map(({ file }) => file);
  const model = [manifest.graph.file, ...files, ...Object.keys(goldenFiles)];
  return [
    ...rasters.flat(),
    ...area,
    ...(paths.mapping === undefined ? [] : [{ name: "--mapping", path: paths.mapping }]),
    { name: "--model", path: paths.model },
    ...model.map((file) => ({ name: "a file of the model", path: join(dirname(paths.model), file) })),
  ];
}

function printFindings(io: CommandIo, { warnings, windowCheck }: RunResult): void {
  printNotes(io, warnings);
  if (windowCheck !== undefined) printWindowCheck(io, windowCheck);
}

function printWindowCheck({ stderr }: CommandIo, check: WindowCheckFacts): void {
  printLine(stderr, spellWindowCheck(check));
  if (check.verdict === "differ") printLine(stderr, "Do not trust this mask: run again with --backend cpu.");
}
