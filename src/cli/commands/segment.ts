/** `nadir segment`: one model over one scene, streamed from file to file. */
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { RasterSource } from "../../core/raster/raster";
import type { RunResult } from "../../core/run/run-result";
import type { RunSettings } from "../../core/run/run-settings";
import type { RowSink } from "../../inference/backend";
import { createCpuBackend } from "../../inference/cpu-backend";
import { runScene } from "../../inference/run-scene";
import { bandStatistics } from "../../io/raster-statistics";
import { openRasterFile } from "../file-blob";
import { RunFolder } from "../journal";
import type { Command } from "../main";
import { type MaskFile, openMaskFile } from "../mask-file";
import { openNodeNetwork } from "../node-network";
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
    const optical = await openRasterFile(options.paths.optical);
    const heights = options.paths.dsm === undefined ? null : await openRasterFile(options.paths.dsm);
    try {
      const auxiliary = heights === null ? null : placeHeights(optical.facts, heights, (note) => console.error(note));
      const folder = RunFolder.of(options.paths.out);
      const fingerprint = await fingerprintOf(options, settings, files.manifest.graph.sha256);
      const network = await openNodeNetwork(files, options.backend, options.batch);
      console.error(`${network.facts.adapter} (${network.facts.reason}), self-check ${network.check.verdict}`);
      const checkpoint = options.resume ? await folder.resume(fingerprint) : null;
      if (checkpoint === null) {
        await folder.create();
      }
      const mode = checkpoint === null ? "create" : "keep";
      const { widthPx, heightPx } = optical.facts;
      const mask = await openMaskFile(folder.maskPath, widthPx, heightPx, mode);
      const confidence = settings.confidence
        ? await openMaskFile(folder.confidencePath, widthPx, heightPx, mode)
        : null;
      const progress = showProgress();
      try {
        const result = await runScene({
          manifest: files.manifest,
          settings,
          optical,
          auxiliary,
          backend: createCpuBackend(network.session, network.facts),
          sink: fileSink(mask, confidence),
          measureBand: (source, band) => measureBand(source, band, heights, options.heightRange),
          signal,
          onProgress: (state) => progress.show(state),
          onCheckpoint: (reached) => folder.record({ fingerprint, checkpoint: reached }),
          ...(checkpoint && { resume: checkpoint }),
        });
        progress.end();
        await writeOutputs({
          paths: options.paths,
          manifest: files.manifest,
          facts: optical.facts,
          mask,
          confidence,
          result,
          signal,
        });
        reportWarnings(result);
      } finally {
        await mask.close();
        await confidence?.close();
        await network.session.release();
      }
      await folder.remove();
      console.log(resolve(options.paths.out));
    } finally {
      optical.close();
      heights?.close();
    }
  },
};

/** Height scaling takes the range given on the command line, everything else what the raster holds. */
async function measureBand(
  source: RasterSource,
  band: number,
  heights: RasterSource | null,
  heightRange: SegmentOptions["heightRange"],
): Promise<{ min: number; max: number }> {
  return source === heights && heightRange !== null ? heightRange : bandStatistics(source, band);
}

function fileSink(mask: MaskFile, confidence: MaskFile | null): RowSink {
  return {
    async writeRows({ classIds, confidence: values, ...rect }) {
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
