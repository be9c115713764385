/** `nadir teach`: a model taught by strokes, as files that are an ordinary model. */
import { availableParallelism } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { closingAll, type Keep } from "../../core/closing";
import { groundSamplingDistanceMetres } from "../../core/georef/ground-sampling-distance";
import type { RasterSource } from "../../core/raster/raster";
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
import { type StrokesFile, strokesOn } from "../../teaching/strokes";
import { requireOutputs } from "../check-outputs";
import type { Command } from "../command";
import { type CommandIo, printLine, printNotes } from "../command-io";
import { openRasterFile } from "../file-blob";
import { writeWholeFile } from "../file-sink";
import { RunFolder } from "../journal";
import { openModel } from "../open-model";
import { modelsBeside, placeSecond, readHeights } from "../second-rasters";
import { strokesToTeach } from "../strokes-to-teach";
import { openStrokes } from "../taught-strokes";
import { readTeachOptions, TEACH_USAGE, type TeachOptions } from "../teach-options";

export const teach: Command = {
  usage: TEACH_USAGE,

  async run(args, io) {
    const options = readTeachOptions(args);
    const files = await openModel(options.model);
    const strokes = options.strokes === undefined ? null : await openStrokes(options.strokes);
    const names = taughtFileNames(stemOf(options.out));
    const outputs = Object.values(names).map((file) => ({ name: "--out", path: join(dirname(options.out), file) }));
    const inputs = [
      { name: "--optical", path: options.optical },
      ...(options.strokes === undefined ? [] : [{ name: "--strokes", path: options.strokes }]),
      ...(options.truth === null ? [] : [{ name: "--truth", path: options.truth.path }]),
      { name: "--model", path: options.model },
      { name: "--model", path: join(dirname(options.model), files.manifest.graph.file) },
    ];
    printNotes(io, await requireOutputs(outputs, inputs, RunFolder.of(options.out).path));
    await closingAll((keep) => teachAndWrite({ options, files, strokes, io }, keep));
    printLine(io.stdout, resolve(dirname(options.out), names.manifest));
  },
};

interface TeachJob {
  readonly options: TeachOptions;
  readonly files: ModelFiles;
  /** Null where all come from the truth. */
  readonly strokes: StrokesFile | null;
  readonly io: CommandIo;
}

async function teachAndWrite(job: TeachJob, keep: Keep): Promise<void> {
  const { options, files, io } = job;
  const optical = keep(
    await openRasterFile(options.optical, options.collar === null ? {} : { collar: options.collar }),
  );
  const strokes = await strokesToTeach(job.strokes, options.truth, optical, io);
  const scene = {
    ...(await readScene(job, optical, keep)),
    strokes: strokesOn(strokes, optical.facts, options.strokes ?? options.truth!.path),
  };
  const date = new Date().toISOString().slice(0, 10);
  const teacher = await openTeacher(files, (manifest, bytes) =>
    io.openCpuSession(manifest, bytes, { batch: 1, threads: options.threads ?? availableParallelism() }),
  );
  try {
    const taught = await teachModel(teacher, {
      scenes: [scene],
      strokes,
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
  optical: RasterSource,
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
  for (const [path, kind] of [[options.dsm], [options.ndsm, "ndsm"], [options.dtm, "dem"]] as const) {
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
