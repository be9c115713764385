/** `nadir segment`: one model over one scene, streamed from file to file. */
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { ModelManifest } from "../../core/manifest/manifest";
import type { RasterSource } from "../../core/raster/raster";
import type { RunResult } from "../../core/run/run-result";
import type { RunSettings } from "../../core/run/run-settings";
import type { RowSink } from "../../inference/backend";
import { createCpuBackend } from "../../inference/cpu-backend";
import { runScene } from "../../inference/run-scene";
import { bandStatistics } from "../../io/raster-statistics";
import type { Command } from "../command";
import { openRasterFile } from "../file-blob";
import { RunFolder } from "../journal";
import { type MaskFile, openMaskFile } from "../mask-file";
import { type NodeNetwork, openNodeNetwork } from "../node-network";
import { openModel } from "../open-model";
import { placeHeights } from "../place-heights";
import { readSegmentOptions, SEGMENT_USAGE, type SegmentOptions } from "../segment-options";
import { showProgress } from "../show-progress";
import { writeOutputs } from "../write-outputs";

export const segment: Command = {
  usage: SEGMENT_USAGE,

  async run(args, signal) {
    const options = readSegmentOptions(args);
    const files = await openModel(options.paths.model);
    const settings = options.settings(files.manifest);
    // Loads while the rasters are opened.
    const opening = openNodeNetwork(files, options.backend, options);
    try {
      await segmentScene(options, files.manifest, settings, opening, signal);
    } finally {
      await opening.then(
        ({ session }) => session.release(),
        () => undefined,
      );
    }
  },
};

async function segmentScene(
  options: SegmentOptions,
  manifest: ModelManifest,
  settings: RunSettings,
  opening: Promise<NodeNetwork>,
  signal: AbortSignal,
): Promise<void> {
  // Awaited once the rasters are open, which may fail first.
  opening.catch(() => undefined);
  const optical = await openRasterFile(options.paths.optical);
  const heights = options.paths.dsm === undefined ? null : await openRasterFile(options.paths.dsm);
  try {
    const auxiliary = heights === null ? null : placeHeights(optical.facts, heights, (note) => console.error(note));
    const folder = RunFolder.of(options.paths.out);
    const fingerprint = await fingerprintOf(options, settings, manifest.graph.sha256);
    const { session, facts, check } = await opening;
    const checked = check.then(({ verdict }) =>
      console.error(`${facts.adapter} (${facts.reason}), self-check ${verdict}`),
    );
    checked.catch(() => undefined);
    const checkpoint = options.resume ? await folder.resume(fingerprint) : null;
    if (checkpoint === null) {
      await folder.create();
    }
    const mode = checkpoint === null ? "create" : "keep";
    const { widthPx, heightPx } = optical.facts;
    const mask = await openMaskFile(folder.maskPath, widthPx, heightPx, mode);
    const confidence = settings.confidence ? await openMaskFile(folder.confidencePath, widthPx, heightPx, mode) : null;
    const progress = showProgress();
    try {
      const result = await runScene({
        manifest,
        settings,
        optical,
        auxiliary,
        backend: createCpuBackend(session, facts),
        sink: fileSink(mask, confidence, checked),
        measureBand: (source, band) => measureBand(source, band, heights, options.heightRange),
        signal,
        onProgress: (state) => progress.show(state),
        onCheckpoint: (reached) => folder.record({ fingerprint, checkpoint: reached }),
        ...(checkpoint && { resume: checkpoint }),
      });
      progress.end();
      await checked;
      await writeOutputs({ paths: options.paths, manifest, facts: optical.facts, mask, confidence, result, signal });
      reportWarnings(result);
    } finally {
      await mask.close();
      await confidence?.close();
    }
    await folder.remove();
    console.log(resolve(options.paths.out));
  } finally {
    optical.close();
    heights?.close();
  }
}

/** Height scaling takes the range given on the command line, everything else what the raster holds. */
async function measureBand(
  source: RasterSource,
  band: number,
  heights: RasterSource | null,
  heightRange: SegmentOptions["heightRange"],
): Promise<{ min: number; max: number }> {
  return source === heights && heightRange !== null ? heightRange : bandStatistics(source, band);
}

/** @param checked Rows of a network that has not passed its self-check are not kept. */
function fileSink(mask: MaskFile, confidence: MaskFile | null, checked: Promise<void>): RowSink {
  return {
    async writeRows({ classIds, confidence: values, ...rect }) {
      await checked;
      await mask.write(rect, classIds);
      if (confidence !== null && values !== null) {
        await confidence.write(rect, values);
      }
    },
  };
}

/** Everything that decides the mask. Files are known by name, size and time: hashing terabytes is no start-up. */
async function fingerprintOf(options: SegmentOptions, settings: RunSettings, graphSha256: string): Promise<string> {
  const inputs = await Promise.all(
    [options.paths.optical, options.paths.dsm].map(async (path) => {
      const facts = path === undefined ? null : await stat(path);
      return facts && { path: resolve(path!), bytes: facts.size, modifiedMs: facts.mtimeMs };
    }),
  );
  const facts = { inputs, settings, graphSha256, heightRange: options.heightRange, backend: options.backend };
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex");
}

function reportWarnings({ warnings }: RunResult): void {
  for (const warning of warnings) {
    console.error(`note: ${warning}`);
  }
}
