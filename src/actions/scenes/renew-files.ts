/**
 * A file that was moved, copied over or touched can no longer be read by a browser, though its content is the same.
 * Given again, it takes the place of the one that is open: scenes, runs and their rows stay.
 */
import { correctionKey } from "../../core/raster/band-corrections";
import type { OpenRaster } from "../registry";
import { notify, notifyError, type Studio } from "../studio";

/** A file of the page's and what its content is known by. */
export interface KnownFile {
  readonly file: File;
  readonly sha256Sampled: string;
}

/** Gives open rasters these files where theirs of the same content can no longer be read; nothing else changes. */
export async function renewFiles(studio: Studio, given: readonly KnownFile[]): Promise<void> {
  const { rasters } = studio.registry;
  for (const [rasterId, raster] of [...rasters]) {
    const renewed = await renew(raster, given);
    if (renewed === raster || !rasters.has(rasterId)) continue;
    const { file, sideFiles, sha256Sampled, facts } = renewed;
    const corrections = studio.store.getState().corrections[correctionKey(facts)] ?? {};
    const { folder = "" } = facts;
    try {
      await studio.rasters.call("takeOver", {
        rasterId,
        lastNumber: 0,
        file,
        folder,
        sideFiles,
        sha256Sampled,
        corrections,
      });
      rasters.set(rasterId, renewed);
      notify(studio, "good", studio.messages.opened(file.name));
    } catch (error) {
      notifyError(studio, error);
    }
  }
}

/** The raster itself where nothing of it has to be renewed. */
async function renew(raster: OpenRaster, given: readonly KnownFile[]): Promise<OpenRaster> {
  const { file, sha256Sampled } = raster;
  if (file instanceof File) {
    const found = await replacement({ file, sha256Sampled }, given);
    return found === null ? raster : { ...raster, file: found };
  }
  if (!("bands" in file)) return raster;
  const found = await Promise.all(file.bands.map((band) => replacement(band, given)));
  if (found.every((other) => other === null)) return raster;
  const bands = file.bands.map((band, at) => ({ ...band, file: found[at] ?? band.file }));
  return { ...raster, file: { ...file, bands } };
}

async function replacement(open: KnownFile, given: readonly KnownFile[]): Promise<File | null> {
  const alike = given.find(
    ({ file, sha256Sampled }) => file.name === open.file.name && sha256Sampled === open.sha256Sampled,
  );
  return alike === undefined || (await isReadable(open.file)) ? null : alike.file;
}

/** Browsers hold a file against the time and size it had, and give none of its bytes once they differ. */
function isReadable(file: File): Promise<boolean> {
  return file
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    );
}
