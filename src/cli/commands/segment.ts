/** `nadir segment`: one model over one scene, or models over a list of scenes. */
import { resolve } from "node:path";
import { describeReport, formatReport } from "../../outputs/report";
import { requireOutputs } from "../check-outputs";
import type { Command } from "../command";
import { printLine, printNotes } from "../command-io";
import { writeWholeFile } from "../file-sink";
import { RunFolder } from "../journal";
import { openNodeNetwork } from "../node-network";
import { openModel } from "../open-model";
import { asksForList, segmentList } from "../segment-list";
import { readSegmentOptions, SEGMENT_USAGE } from "../segment-options";
import { inputFiles, outputFiles, type SegmentJob, segmentScene } from "../segment-scene";
import { withTemporaryFolder } from "../temporary-folder";
import { writeOutputs } from "../write-outputs";

export const segment: Command = {
  usage: SEGMENT_USAGE,

  async run(args, io) {
    if (asksForList(args)) {
      await segmentList(args, io);
      return;
    }
    const options = readSegmentOptions(args);
    const files = await openModel(options.paths.model);
    const runFolder = RunFolder.of(options.paths.out).path;
    printNotes(io, await requireOutputs(outputFiles(options), await inputFiles(options, files), runFolder));
    // Bad usage is told before anything is opened.
    options.settings(files.manifest, null);
    // Loads while the rasters are opened.
    const opening = openNodeNetwork(files, options.backend, io, options);
    // Awaited once the rasters are open, which may fail first.
    opening.catch(() => undefined);
    try {
      const finish: SegmentJob["finish"] = async (run, tellTile) => {
        await writeOutputs(run, options.outputs, io.signal);
        if (options.paths.report !== undefined) {
          const { scene, truth, runs } = await tellTile();
          await writeWholeFile(options.paths.report, formatReport(describeReport(scene, truth, runs)));
        }
      };
      await withTemporaryFolder((folder) =>
        segmentScene({ options, manifest: files.manifest, folder, io, finish }, opening),
      );
      printLine(io.stdout, resolve(options.paths.out));
    } finally {
      await opening.then(
        ({ session }) => session.release(),
        () => undefined,
      );
    }
  },
};
