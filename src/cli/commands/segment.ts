/** `nadir segment`: one model over one scene. */
import { requireOutputs } from "../check-outputs";
import type { Command } from "../command";
import { RunFolder } from "../journal";
import { openNodeNetwork } from "../node-network";
import { openModel } from "../open-model";
import { readSegmentOptions, SEGMENT_USAGE } from "../segment-options";
import { inputFiles, outputFiles, segmentScene } from "../segment-scene";
import { withTemporaryFolder } from "../temporary-folder";

export const segment: Command = {
  usage: SEGMENT_USAGE,

  async run(args, io) {
    const options = readSegmentOptions(args);
    const files = await openModel(options.paths.model);
    await requireOutputs(outputFiles(options), inputFiles(options, files), RunFolder.of(options.paths.out).path);
    // Bad usage is told before anything is opened.
    options.settings(files.manifest, null);
    // Loads while the rasters are opened.
    const opening = openNodeNetwork(files, options.backend, io, options);
    // Awaited once the rasters are open, which may fail first.
    opening.catch(() => undefined);
    try {
      await withTemporaryFolder((folder) => segmentScene({ options, manifest: files.manifest, folder, io }, opening));
    } finally {
      await opening.then(
        ({ session }) => session.release(),
        () => undefined,
      );
    }
  },
};
