/** Models over a list of scenes, into the tree that the page hands over. What fails of one scene stops no other. */

import { dirname, join, resolve } from "node:path";
import { NadirError } from "../core/errors";
import type { ModelFiles } from "../inference/backend";
import { reportWords } from "../outputs/hand-over/choose-report-words";
import type { HandedTile } from "../outputs/hand-over/handed";
import { formatPath, planTree, type RunPlace } from "../outputs/hand-over/tree";
import { HandOver, writeSummary } from "../outputs/hand-over/write-hand-over";
import { RUN_FORMATS, type RunFormatId, runFormat } from "../outputs/run-formats";
import { runName } from "../outputs/run-labels";
import { requireOutputs } from "./check-outputs";
import { type CommandIo, printLine, printNotes } from "./command-io";
import { diskPlace, makeFolder } from "./disk-place";
import { drawFiles, openWrittenMap } from "./draw-files";
import { UsageError } from "./exit-codes";
import { withUnpacked } from "./folder-files";
import { RunFolder } from "./journal";
import { type NodeNetwork, openNodeNetwork } from "./node-network";
import { openModel } from "./open-model";
import { type OptionValues, oneOf, readOptions, required } from "./read-options";
import { type ListedTile, readTileList } from "./read-tile-list";
import { OPTIONS, readScheme, readSegmentOptions, type SegmentOptions } from "./segment-options";
import { inputFiles, outputFiles, segmentScene } from "./segment-scene";
import { withTemporaryFolder } from "./temporary-folder";

export function asksForList(args: readonly string[]): boolean {
  return args.some((arg) => arg === "--list" || arg.startsWith("--list="));
}

const { optical, dsm, ndsm, dtm, truth, report, ...SHARED } = OPTIONS;

const LIST_OPTIONS = {
  ...SHARED,
  model: { type: "string", multiple: true },
  list: { type: "string" },
  "out-folder": { type: "string" },
  formats: { type: "string", default: "geotiff" },
} as const;

interface ListJob {
  readonly tiles: readonly ListedTile[];
  readonly formats: readonly RunFormatId[];
  readonly root: string;
  readonly handOver: HandOver;
  readonly io: CommandIo;
  /** What was made so far, by the name of the scene. */
  readonly made: Map<string, HandedTile>;
  readonly failures: unknown[];
}

/**
 * @throws {UsageError} On options that no scene could be run with.
 * @throws What the first scene that could not be run threw, once all others are written.
 */
export async function segmentList(args: readonly string[], io: CommandIo): Promise<void> {
  const { values, positionals } = readOptions(args, LIST_OPTIONS);
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is not an option.`);
  const { list, model: models = [], "out-folder": outFolder, formats, ...shared } = values;
  const root = resolve(required(outFolder, "out-folder"));
  if (models.length === 0) throw new UsageError("--model is missing.");
  const ids = RUN_FORMATS.map(({ id }) => id);
  const chosen = formats.split(",").map((format) => oneOf(format.trim(), "formats", ids));
  const path = required(list, "list");
  await withUnpacked(root, async (unpacked) => {
    const { tiles, notes } = await readTileList(path, unpacked);
    printNotes(io, notes);
    const handOver = new HandOver(diskPlace(root), io.signal);
    await runList(models, shared, { tiles, formats: chosen, root, handOver, io, made: new Map(), failures: [] });
  });
}

type SharedOptions = Omit<OptionValues<typeof LIST_OPTIONS>, "list" | "model" | "out-folder" | "formats">;

async function runList(models: readonly string[], shared: SharedOptions, job: ListJob): Promise<void> {
  const { tiles, root, handOver, io } = job;
  const opened = await Promise.all(models.map(async (path) => ({ path, files: await openModel(path) })));
  const flattened = shared["flatten-heights"] ? "flattened" : "as-is";
  const names = opened.flatMap(({ files }) =>
    tiles.map(({ name }) => ({ modelName: runName(files.manifest, { heights: flattened }), sceneName: name })),
  );
  const places = planTree(names);
  const placeOf = (modelName: string, sceneName: string) =>
    places[names.findIndex((of) => of.modelName === modelName && of.sceneName === sceneName)]!;
  for (const [index, { path, files }] of opened.entries()) {
    const own = tiles.map((tile, at) => {
      const place = places[index * tiles.length + at]!;
      return { tile, place, options: readSegmentOptions(tileArguments(tile, place, path, shared, job)) };
    });
    own[0]?.options.settings(files.manifest, null);
    await segmentTiles(own, files, job);
  }
  const draw = (tile: HandedTile) =>
    drawFiles(tile, tiles.find(({ name }) => name === tile.scene.name)!, {
      scheme: readScheme(shared.scheme),
      mapping: shared.mapping,
      truthField: shared["truth-field"],
      openMap: (modelName, _optical, _folder, keep) =>
        openWrittenMap(join(root, formatPath(placeOf(modelName, tile.scene.name), "geotiff")), keep),
      signal: io.signal,
    });
  await writeSummary(handOver, [...job.made.values()], draw, await reportWords(io.language ?? "en"));
  for (const { path, reason } of handOver.faults) printLine(io.stderr, `error: ${path} was not written. ${reason}`);
  printNotes(io, handOver.notes);
  printLine(io.stdout, root);
  if (job.failures.length > 0) throw job.failures[0];
}

interface TileJob {
  readonly tile: ListedTile;
  readonly place: RunPlace;
  readonly options: SegmentOptions;
}

async function segmentTiles(tiles: readonly TileJob[], files: ModelFiles, job: ListJob): Promise<void> {
  const { io } = job;
  const opening = openNodeNetwork(files, tiles[0]!.options.backend, io, tiles[0]!.options);
  opening.catch(() => undefined);
  try {
    for (const [index, tile] of tiles.entries()) {
      printLine(io.stderr, `${files.manifest.name}, ${tile.tile.name} (${index + 1} of ${tiles.length})`);
      try {
        await segmentTile(tile, files, opening, job);
      } catch (error) {
        if (io.signal.aborted || !(error instanceof NadirError)) throw error;
        job.failures.push(error);
        // A file that could not be written is told already.
        if (!job.handOver.faults.some(({ path }) => path.startsWith(`${tile.place.stem}.`))) {
          job.handOver.faults.push({ path: formatPath(tile.place, job.formats[0]!), reason: error.message });
        }
      }
    }
  } finally {
    await opening.then(
      ({ session }) => session.release(),
      () => undefined,
    );
  }
}

async function segmentTile(
  { tile, place, options }: TileJob,
  files: ModelFiles,
  opening: Promise<NodeNetwork>,
  { formats, handOver, io, made }: ListJob,
): Promise<void> {
  await makeFolder(dirname(options.paths.out));
  const runFolder = RunFolder.of(options.paths.out).path;
  printNotes(io, await requireOutputs(outputFiles(options), await inputFiles(options, files), runFolder));
  await withTemporaryFolder((folder) =>
    segmentScene(
      {
        options,
        manifest: files.manifest,
        folder,
        io,
        async finish(run, tellTile) {
          const { scene, truth, runs } = await tellTile();
          const before = handOver.faults.length;
          for (const format of formats) await handOver.writeFormat(place, format, async () => run);
          const known = made.get(tile.name)?.runs ?? [];
          made.set(tile.name, { scene: { ...scene, name: tile.name }, truth, runs: [...known, ...runs] });
          const fault = handOver.faults[before];
          if (fault !== undefined) throw notWritten(fault.path, fault.reason);
        },
      },
      opening,
    ),
  );
}

/** One scene of the list as the options of a single run; paths of files that it does not ask for are not opened. */
function tileArguments(
  tile: ListedTile,
  place: RunPlace,
  model: string,
  shared: Readonly<Record<string, unknown>>,
  { formats, root }: ListJob,
): string[] {
  const { name: _, ...files } = tile;
  const needsTruth = new Set(["mapping", "scheme"]);
  const given = Object.entries(shared).flatMap(([option, value]) =>
    value === undefined || value === false || (tile.truth === undefined && needsTruth.has(option))
      ? []
      : value === true
        ? [`--${option}`]
        : [`--${option}`, String(value)],
  );
  // The map is always named, for the journal beside it; it is written where it is asked for.
  const asked = new Set<RunFormatId>(["geotiff", ...formats]);
  return [
    ...Object.entries(files).flatMap(([option, path]) => [`--${option}`, path]),
    ...["--model", model],
    ...[...asked].flatMap((format) => [`--${runFormat(format).option}`, join(root, formatPath(place, format))]),
    ...given,
  ];
}

function notWritten(subject: string, found: string): NadirError {
  return new NadirError({ code: "unwritable", subject, found, needed: "", next: "" });
}
