/** `nadir teach`: a model taught by strokes, as files that are an ordinary model. */
import { availableParallelism } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { closingAll, type Keep } from "../../core/closing";
import { NadirError } from "../../core/errors";
import { mapToPixel } from "../../core/georef/geotransform";
import { groundSamplingDistanceMetres } from "../../core/georef/ground-sampling-distance";
import type { ModelManifest } from "../../core/manifest/manifest";
import type { RasterSource } from "../../core/raster/raster";
import { chooseScale, scaleSetting, spellScale } from "../../core/run/run-scale";
import type { RunSettings } from "../../core/run/run-settings";
import type { ModelFiles, NetworkSession } from "../../inference/backend";
import { type GatheredSamples, gatherSamples } from "../../inference/gather-samples";
import { readGolden } from "../../inference/golden";
import { readModel, sha256Hex } from "../../inference/model-bytes";
import { formatGolden, taughtGolden } from "../../inference/taught-golden";
import { bandStatistics } from "../../io/raster-statistics";
import { appendHead, samplesManifest, showSamples } from "../../teaching/compose";
import { findHead } from "../../teaching/find-head";
import type { SampleShape } from "../../teaching/head";
import { type Lesson, learn } from "../../teaching/learn";
import { formatStrokes, parseStrokes, type StrokesFile } from "../../teaching/strokes";
import { type TaughtClasses, taughtClasses } from "../../teaching/taught-classes";
import { taughtManifest } from "../../teaching/taught-manifest";
import { requireOutputs } from "../check-outputs";
import type { Command } from "../command";
import { type CommandIo, printLine, printNotes } from "../command-io";
import { openFile, openRasterFile } from "../file-blob";
import { writeWholeFile } from "../file-sink";
import { RunFolder } from "../journal";
import { openModel } from "../open-model";
import { modelsBeside, placeSecond, readHeights } from "../second-rasters";
import { readTeachOptions, TEACH_USAGE, type TeachOptions } from "../teach-options";

export const teach: Command = {
  usage: TEACH_USAGE,

  async run(args, io) {
    const options = readTeachOptions(args);
    const files = await openModel(options.model);
    const strokes = parseStrokes(await readJson(options.strokes), options.strokes);
    const names = fileNames(options.out);
    const outputs = Object.values(names).map((file) => ({ name: "--out", path: join(dirname(options.out), file) }));
    const inputs = [
      { name: "--optical", path: options.optical },
      { name: "--strokes", path: options.strokes },
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
  readonly strokes: StrokesFile;
  readonly io: CommandIo;
}

async function teachAndWrite(job: TeachJob, keep: Keep): Promise<void> {
  const { options, files, strokes, io } = job;
  const { manifest } = files;
  const bytes = await readModel(files);
  const found = findHead(bytes.graph, manifest);
  const shown = showSamples(bytes.graph, manifest, found);
  const optical = keep(
    await openRasterFile(options.optical, options.collar === null ? {} : { collar: options.collar }),
  );
  requireSameCrs(strokes, optical, options.strokes);
  const session = await io.openCpuSession(
    samplesManifest(manifest, shown.shape),
    { ...bytes, graph: shown.bytes },
    { batch: 1, threads: options.threads ?? availableParallelism() },
  );
  try {
    const gathered = await gather(job, optical, session, shown.shape, keep);
    const { classes, classOfStroke } = taughtClasses(manifest.classes, strokes.strokes);
    printNotes(io, unseenNotes(gathered, strokes, options.strokes));
    const { samples, strokeOf } = gathered;
    const lesson = learn({ shape: shown.shape, classes: classes.length, samples, strokeOf, classOfStroke });
    printLesson(io, lesson, classes);
    const graph = appendHead(bytes.graph, manifest, found, shown.shape, lesson.head);
    await writeTaught(job, graph, lesson, classes, session, shown.shape);
  } finally {
    await session.release();
  }
}

async function gather(
  { options, files: { manifest }, strokes, io }: TeachJob,
  optical: RasterSource,
  session: NetworkSession,
  shape: SampleShape,
  keep: Keep,
): Promise<GatheredSamples> {
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
  const scale = spellScale(settings, optical.facts, manifest.window.sizePx, imageMetres);
  printNotes(io, scale === null ? [] : [`${scale}.`]);
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
  const { geotransform } = optical.facts;
  const gathered = await gatherSamples({
    manifest,
    shape,
    session,
    settings,
    optical,
    ...second,
    measureBand: (source, band) => bandStatistics(source, band),
    signal: io.signal,
    strokes: strokes.strokes,
    toPixel: (point) => (geotransform === null ? point : mapToPixel(geotransform, point)),
    pixelSizeMetres: imageMetres ?? 1,
  });
  printNotes(io, [
    ...(imageMetres === null ? ["The orthophoto has no known pixel size: widths of strokes are pixels."] : []),
    ...gathered.notes,
  ]);
  return gathered;
}

/** What was learnt, class by class, and which need more. */
function printLesson(io: CommandIo, { scores, keptBecause }: Lesson, classes: TaughtClasses["classes"]): void {
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

async function writeTaught(
  { options, files, strokes, io }: TeachJob,
  graph: Uint8Array,
  lesson: Lesson,
  classes: TaughtClasses["classes"],
  session: NetworkSession,
  shape: SampleShape,
): Promise<void> {
  const names = fileNames(options.out);
  const folder = dirname(options.out);
  const put = (file: string, data: string | Uint8Array) => writeWholeFile(join(folder, file), data);
  const base = await readGolden(files);
  const golden = base && (await taughtGolden(files.manifest, base, session, shape, lesson.head));
  if (golden === null) printNotes(io, ["The base has no golden pair, so this model has none."]);
  const date = new Date().toISOString().slice(0, 10);
  const manifest: ModelManifest = taughtManifest(files.manifest, {
    id: stemOf(options.out),
    name: options.name ?? `${files.manifest.name}, taught ${date}`,
    classes,
    lesson,
    strokes: strokes.strokes.length,
    strokesFile: names.strokes,
    scenes: [basename(options.optical)],
    date,
    graph: { file: names.graph, sha256: await sha256Hex(graph), bytes: graph.length },
    golden: golden && { file: names.golden, tolerance: golden.tolerance },
  });
  await put(names.graph, graph);
  await put(names.strokes, formatStrokes(strokes));
  if (golden !== null) {
    const { json, bin } = formatGolden(golden, names.goldenValues);
    await put(names.golden, json);
    await put(names.goldenValues, bin);
  }
  for (const { file, path } of manifest.externalData) {
    if (resolve(folder) === resolve(dirname(options.model))) continue;
    await put(file, new Uint8Array(await files.externalData[path]!.arrayBuffer()));
  }
  // Last: a manifest promises everything else.
  await put(names.manifest, `${JSON.stringify(manifest, null, 2)}\n`);
}

function fileNames(out: string) {
  const stem = stemOf(out);
  return {
    graph: basename(out),
    manifest: `${stem}.nadir.json`,
    strokes: `${stem}.strokes.geojson`,
    golden: `${stem}.golden.json`,
    goldenValues: `${stem}.golden.bin`,
  };
}

function stemOf(out: string): string {
  return basename(out, ".onnx");
}

async function readJson(path: string): Promise<unknown> {
  const text = await (await openFile(path)).text();
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new NadirError(
      {
        code: "bad-strokes",
        subject: path,
        found: `This is not JSON: ${(cause as Error).message}.`,
        needed: "Strokes as GeoJSON are needed.",
        next: "Export them again.",
      },
      { cause },
    );
  }
}

function requireSameCrs({ epsg }: StrokesFile, { facts }: RasterSource, subject: string): void {
  if (epsg === null || facts.crs?.epsg == null || epsg === facts.crs.epsg) return;
  throw new NadirError({
    code: "bad-strokes",
    subject,
    found: `The strokes are in EPSG:${epsg}, ${facts.fileName} is in ${facts.crs.name}.`,
    needed: "Strokes in the orthophoto's own map coordinates are needed.",
    next: "Reproject them in a GIS.",
  });
}

/** Strokes that gave no samples are told; where none gave any there is nothing to learn. */
function unseenNotes({ strokeOf }: GatheredSamples, { strokes }: StrokesFile, subject: string): string[] {
  const seen = new Set(strokeOf);
  const lost = [...strokes.keys()].filter((stroke) => !seen.has(stroke));
  if (lost.length < strokes.length) {
    return lost.map((at) => `features[${at}] (${strokes[at]!.className}) covers no pixel of its own and was left out.`);
  }
  throw new NadirError({
    code: "bad-strokes",
    subject,
    found: "No stroke covers a pixel of the orthophoto.",
    needed: "Strokes that lie on it, in its map coordinates, are needed.",
    next: "Give the orthophoto they belong to.",
  });
}
