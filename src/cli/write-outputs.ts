/** What a finished run leaves on disk: the class map and, when asked for, confidence, polygons and a report. */
import { writeFile } from "node:fs/promises";
import { ISPRS_SCHEME } from "../core/labels/class-scheme";
import type { ModelManifest } from "../core/manifest/manifest";
import type { RasterFacts } from "../core/raster/raster";
import type { RunResult } from "../core/run/run-result";
import { writeClassMapCog } from "../io/write-class-map";
import { writeConfidenceCog } from "../io/write-confidence";
import { writeGeoJson } from "../io/write-geojson";
import { readMapping } from "./commands/evaluate";
import { openTruth } from "./decode-truth";
import { openRasterFile } from "./file-blob";
import { createDiskSink } from "./file-sink";
import type { MaskFile } from "./mask-file";
import { describeScores, scoreMask } from "./score-mask";
import type { SegmentPaths } from "./segment-options";

export interface FinishedRun {
  readonly paths: SegmentPaths;
  readonly manifest: ModelManifest;
  /** The optical raster, whose grid the outputs lie on. */
  readonly facts: RasterFacts;
  readonly mask: MaskFile;
  readonly confidence: MaskFile | null;
  readonly result: RunResult;
  readonly signal: AbortSignal;
}

export async function writeOutputs(run: FinishedRun): Promise<void> {
  const { paths, manifest, facts, mask, confidence, result, signal } = run;
  const { name, version, classes } = manifest;
  await writeClassMapCog({
    mask,
    grid: facts,
    classes,
    sink: await createDiskSink(paths.out),
    metadata: { MODEL: `${name} ${version}`, SETTINGS: JSON.stringify(result.settings) },
    signal,
  });
  if (paths.confidence !== undefined && confidence !== null) {
    await writeConfidenceCog({ confidence, mask, grid: facts, sink: await createDiskSink(paths.confidence), signal });
  }
  if (paths.polygons !== undefined) {
    const sink = await createDiskSink(paths.polygons);
    await writeGeoJson({ mask, confidence, grid: facts, classes, coordinates: "scene-crs", sink, signal });
  }
  const scores = paths.truth === undefined ? null : await scoreTruth(run, paths.truth);
  if (paths.report !== undefined) {
    await writeFile(paths.report, `${JSON.stringify({ ...result, scores }, null, 2)}\n`);
  }
}

async function scoreTruth({ paths, manifest, facts, mask, signal }: FinishedRun, path: string): Promise<object> {
  const mapping = paths.mapping === undefined ? null : await readMapping(paths.mapping);
  const truth = await openRasterFile(path);
  try {
    const { widthPx, heightPx } = truth.facts;
    const map = { ...facts, classes: manifest.classes, read: mask.read };
    const reader = { ...openTruth(truth, mapping, ISPRS_SCHEME), widthPx, heightPx };
    return describeScores([await scoreMask(map, reader, mapping, signal)]);
  } finally {
    truth.close();
  }
}
