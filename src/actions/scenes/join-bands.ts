/** Files of one band each become one photo, when the user says so. */
import type { BandGroup } from "../../core/pairing/band-files";
import { notifyError, type Studio } from "../studio";
import { arrangeScenes } from "./open-files";

/** Joins what was asked about. Single files come apart again when the scene is removed and they are opened anew. */
export async function joinBandFiles(studio: Studio, groups: readonly BandGroup[]): Promise<void> {
  const { registry, sessionId, store, rasters } = studio;
  for (const { fileName, files } of groups) {
    try {
      const { rasterId, ...raster } = await rasters.call("join", {
        parts: files.map(({ rasterId: id, role }) => ({ rasterId: id, role })),
        fileName,
        sessionId,
        corrections: store.getState().corrections,
      });
      for (const part of files) registry.rasters.delete(part.rasterId);
      registry.rasters.set(rasterId, raster);
    } catch (error) {
      notifyError(studio, error);
    }
  }
  arrangeScenes(studio);
}

/** Each file is a raster of its own, and is not asked about again. */
export function keepBandsApart(studio: Studio, groups: readonly BandGroup[]): void {
  for (const { files } of groups) {
    for (const { rasterId } of files) studio.working.keptApart.add(rasterId);
  }
  arrangeScenes(studio);
}
