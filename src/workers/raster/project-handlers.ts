/** Projects and strokes are read, and written to be handed on. */
import { masksOf } from "../../core/run/mask-names";
import { placeStrokes } from "../../evaluation/place-strokes";
import { createExportSink } from "../../io/byte-sink";
import { readSharedProject, SHARED_PROJECT, writeSharedProject } from "../../io/shared-project";
import { readStrokes } from "../../teaching/read-strokes";
import { readProject } from "../read-project";
import type { Calls, RasterWorker } from "./opened-rasters";

/** Calls for projects. */
export function projectHandlers({
  rasters,
  masks,
}: RasterWorker): Calls<"readProject" | "readStrokes" | "shareProject"> {
  return {
    async readProject({ file }) {
      if (!SHARED_PROJECT.test(file.name)) return readProject(file);
      const shared = await readSharedProject(file);
      const project = await readProject(shared.project);
      for (const { id, settings, outcome } of project.runs) {
        if (outcome.status !== "done") continue;
        const size = outcome.result;
        for (const maskId of masksOf(id, settings).filter((each) => shared.holdsMask(each))) {
          // Whoever made it has it already.
          if (await masks.has([maskId], size)) continue;
          await masks.derive([maskId], size, async ([sink]) => shared.fillMask(maskId, size, sink!));
        }
      }
      return project;
    },

    async readStrokes({ file, opticalIds }) {
      const photos = opticalIds.map((opticalId) => ({ opticalId, facts: rasters.find(opticalId).source.facts }));
      return placeStrokes(await readStrokes(file, file.name), photos, file.name);
    },

    async shareProject({ fileName, text, masks: shared }) {
      const sink = await createExportSink("application/zip");
      const readers = [];
      for (const { maskId, size } of shared) readers.push({ maskId, reader: await masks.reader(maskId, size) });
      await writeSharedProject(sink, text, readers, new Date());
      return { fileName, blob: await sink.toBlob() };
    },
  };
}
