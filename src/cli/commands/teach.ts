/** `nadir teach`: a model taught by strokes, as files that are an ordinary model. */
import { availableParallelism } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { closingAll, type Keep } from "../../core/closing";
import { groundSamplingDistanceMetres } from "../../core/georef/ground-sampling-distance";
import { chooseScale, scaleRemark, scaleSetting } from "../../core/run/run-scale";
import type { RunSettings } from "../../core/run/run-settings";
import type { ModelFiles } from "../../inference/backend";
import {
  openTeacher,
  type SceneToTeach,
  type TaughtModel,
  type Teacher,
  taughtFileNames,
  teachModel,
} from "../../inference/teach-model";
import { bandStatistics } from "../../io/raster-statistics";
import { type StrokesFile, strokesFileOf } from "../../teaching/strokes";
import { requireOutputs } from "../check-outputs";
import type { Command } from "../command";
import { type CommandIo, printLine, printNotes } from "../command-io";
import { openRasterFile } from "../file-blob";
import { writeWholeFile } from "../file-sink";
import { withUnpacked } from "../folder-files";
import { RunFolder } from "../journal";
import { openModel } from "../open-model";
import { type ListedTile, readTileList } from "../read-tile-list";
import { modelsBeside, placeSecond, readHeights } from "../second-rasters";
import { type PhotoToTeach, strokesToTeach } from "../strokes-to-teach";
import { openStrokes } from "../taught-strokes";
import { readTeachOptions, TEACH_USAGE, type TeachOptions } from "../teach-options";

export const teach: Command = {
  usage: TEACH_USAGE,

  async run(args, io) {
    const options = readTeachOptions(args);
    const files = await openModel(options.model);
    const strokes = options.strokes === undefined ? null : await openStrokes(options.strokes);
    await withTiles(options, io, async (tiles) => {
      await requireFiles(options, files, tiles, io);
      await closingAll((keep) => teachAndWrite({ options, files, tiles, strokes, io }, keep));
    });
    printLine(io.stdout, resolve(dirname(options.out), taughtFileNames(stemOf(options.out)).manifest));
  },
};

/** What a list holds in archives is there as long as `use` takes. */
async function withTiles(
  { scenes, out }: TeachOptions,
  io: CommandIo,
  use: (tiles: readonly ListedTile[]) => Promise<void>,
): Promise<void> {
  if (!("list" in scenes)) return use([scenes]);
  await withUnpacked(dirname(out), async (unpacked) => {
    const { tiles, notes } = await readTileList(scenes.list, unpacked);
    printNotes(io, notes);
    await use(tiles);
  });
}

async function requireFiles(
  options: TeachOptions,
  { manifest }: ModelFiles,
  tiles: readonly ListedTile[],
  io: CommandIo,
): Promise<void> {
  const names = taughtFileNames(stemOf(options.out));
  const outputs = Object.values(names).map((file) => ({ name: "--out", path: join(dirname(options.out), file) }));
  const inputs = [
    ...tiles.flatMap(({ name: _, ...paths }) =>
      Object.entries(paths).map(([option, path]) => ({ name: `--${option}`, path })),
    ),
    ...(options.strokes === undefined ? [] : [{ name: "--strokes", path: options.strokes }]),
    { name: "--model", path: options.model },
    { name: "--model", path: join(dirname(options.model), manifest.graph.file) },
  ];
  printNotes(io, await requireOutputs(outputs, inputs, RunFolder.of(options.out).path));
}

interface TeachJob {
  readonly options: TeachOptions;
  readonly files: ModelFiles;
  readonly tiles: readonly ListedTile[];
  /** Null where all come from the truth. */
  readonly strokes: StrokesFile | null;
  readonly io: CommandIo;
}

async function teachAndWrite(job: TeachJob, keep: Keep): Promise<void> {
  const { options, files, tiles, io } = job;
  const collar = options.collar === null ? {} : { collar: options.collar };
  const opened = [];
  for (const tile of tiles) opened.push({ tile, optical: keep(await openRasterFile(tile.optical, collar)) });
  const request = { file: job.strokes, subject: options.strokes ?? "--from-truth", truth: options.truth };
  const all = await strokesToTeach(opened, request, io);
  // As on the page, scenes without strokes teach nothing.
  const drawnOn = all.filter(({ strokes }) => strokes.length > 0);
  const photos = drawnOn.length > 0 ? drawnOn : all;
  const scenes: SceneToTeach[] = [];
  for (const photo of photos) scenes.push({ ...(await readScene(job, photo, keep)), strokes: photo.strokes });
  const date = new Date().toISOString().slice(0, 10);
  const teacher = await openTeacher(files, (manifest, bytes) =>
    io.openCpuSession(manifest, bytes, { batch: 1, threads: options.threads ?? availableParallelism() }),
  );
  try {
    const taught = await teachModel(teacher, {
      scenes,
      strokes: strokesFileOf(photos.map(({ optical, strokes }) => ({ facts: optical.facts, strokes }))),
      stem: stemOf(options.out),
      name: options.name ?? `${files.manifest.name}, taught ${date}`,
      date,
      signal: io.signal,
    });
    printNotes(io, taught.notes);
    printLesson(io, taught);
    await writeTaught(job, teacher, taught);
  } finally {
    await teacher.session.release();
  }
}

async function readScene(
  { options, files: { manifest }, io }: TeachJob,
  { tile, optical }: PhotoToTeach,
  keep: Keep,
): Promise<Omit<SceneToTeach, "strokes">> {
  const imageMetres = groundSamplingDistanceMetres(optical.facts);
  const settings: RunSettings = {
    modelId: manifest.id,
    backend: "auto",
    stridePx: options.stridePx ?? manifest.window.suggestedStridePx,
    blend: manifest.stitch.blend,
    ...scaleSetting(chooseScale(options.scale, manifest, imageMetres)),
    testTimeAugmentation: "none",
    batch: 1,
    areaOfInterest: null,
    heights: "as-is",
    confidence: false,
  };
  const scale = scaleRemark(settings, optical.facts, manifest.window.sizePx, imageMetres);
  printNotes(io, scale === null ? [] : [scale]);
  const rasters = [];
  for (const [path, kind] of [[tile.dsm], [tile.ndsm, "ndsm"], [tile.dtm, "dem"]] as const) {
    if (path !== undefined) rasters.push(placeSecond(optical.facts, keep(await openRasterFile(path)), kind));
  }
  printNotes(
    io,
    rasters.flatMap(({ alignment }) => alignment.warnings),
  );
  const second = await readHeights(manifest, optical.facts, rasters, settings, {
    others: await modelsBeside(options.model),
    signal: io.signal,
    onGround: () => printNotes(io, ["The ground under the DSM is looked for."]),
  });
  return { optical, ...second, settings, measureBand: (source, band) => bandStatistics(source, band) };
}

/** What was learnt, class by class, and which need more. */
function printLesson(io: CommandIo, { classes, lesson: { scores, keptBecause } }: TaughtModel): void {
  const percent = (share: number | null) => (share === null ? "–" : `${Math.round(100 * share)} %`);
  for (const { classId, strokes, old, taught } of scores) {
    const count = `${strokes} ${strokes === 1 ? "stroke" : "strokes"}`;
    printLine(io.stderr, `${classes[classId]!.name}: ${count}, told rightly ${percent(old)} → ${percent(taught)}`);
  }
  const few = scores.filter(({ taught }) => taught === null).map(({ classId }) => classes[classId]!.name);
  printNotes(io, [
    ...(few.length > 0 ? [`More strokes are needed for ${few.join(", ")}: one alone cannot be judged.`] : []),
    ...(keptBecause === null ? [] : [`The old head was kept: ${keptBecause}.`]),
  ]);
}

async function writeTaught({ options, files }: TeachJob, teacher: Teacher, taught: TaughtModel): Promise<void> {
  const names = taughtFileNames(stemOf(options.out));
  const folder = dirname(options.out);
  const put = (file: string, data: string | Uint8Array) => writeWholeFile(join(folder, file), data);
  await put(names.graph, Buffer.concat([teacher.bytes.graph, taught.appended]));
  for (const [file, data] of Object.entries(taught.files)) await put(file, data);
  for (const { file, path } of taught.manifest.externalData) {
    if (resolve(folder) === resolve(dirname(options.model))) continue;
    await put(file, new Uint8Array(await files.externalData[path]!.arrayBuffer()));
  }
  // Last: a manifest promises everything else.
  await put(names.manifest, `${JSON.stringify(taught.manifest, null, 2)}\n`);
}

function stemOf(out: string): string {
  return basename(out, ".onnx");
}
