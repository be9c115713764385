/** Files come and go. */
import { NadirError } from "../../core/errors";
import { isGridFor, isShiftGrid } from "../../core/georef/shift-file";
import { type BandCorrections, correctionKey } from "../../core/raster/band-corrections";
import type { RasterFacts, RasterSource } from "../../core/raster/raster";
import { fileFingerprint } from "../../io/file-fingerprint";
import { groupFiles, unusedGrid } from "../../io/group-files";
import type { BandStack, StackedBand } from "../../io/join-bands";
import { openRaster } from "../../io/open-raster";
import { findRemoteFile, type RasterFile } from "../../io/remote-file";
import type { RasterHandlers } from "../raster-protocol";
import type { Calls, OpenedRasters, RasterWorker } from "./opened-rasters";

type Asked<Name extends keyof RasterHandlers> = Parameters<RasterHandlers[Name]>[0];

/** Calls that open, reopen and close files. */
export function fileHandlers({
  rasters,
}: RasterWorker): Calls<"open" | "unpack" | "openAddress" | "join" | "reopen" | "takeOver" | "close"> {
  return {
    open: (request) => openFiles(rasters, request),

    // Fetched with its first archive.
    unpack: async ({ archive }) => (await import("../../io/unpack-archive")).unpackArchive(archive),

    async openAddress({ address, grids, sessionId, corrections }) {
      const file = await findRemoteFile(address);
      const source = await openCorrected(file, grids, corrections);
      const sha256Sampled = await fileFingerprint(file);
      const sideFiles = explaining(source.facts, grids);
      return rasters.keep({ source, file, folder: "", sideFiles, sha256Sampled }, sessionId);
    },

    join: (request) => joinBands(rasters, request),

    async reopen({ rasterId, sessionId, corrections, ...changed }) {
      const { file, folder, sha256Sampled, ...before } = rasters.find(rasterId);
      const { sideFiles = before.sideFiles } = changed;
      const source = await openRaster({ file, sideFiles, corrections });
      rasters.close(rasterId);
      return rasters.keep({ source, file, folder, sideFiles, sha256Sampled }, sessionId);
    },

    async takeOver({ rasterId, lastNumber, corrections, ...opened }) {
      rasters.skipNumbers(lastNumber);
      const source = await openRaster({ ...opened, corrections });
      rasters.close(rasterId);
      rasters.put(rasterId, { ...opened, source });
    },

    async close({ rasterIds }) {
      for (const rasterId of rasterIds) rasters.close(rasterId);
    },
  };
}

async function openFiles(rasters: OpenedRasters, { files, grids, sessionId, corrections }: Asked<"open">) {
  const opened = [];
  const groups = groupFiles(files);
  const refused = [...groups.refused];
  const used = new Set<File>();
  for (const { file, folder, ...given } of groups.rasters) {
    try {
      const source = await openCorrected(file, [...given.sideFiles, ...grids], corrections);
      const sideFiles = explaining(source.facts, [...given.sideFiles, ...grids]);
      for (const side of sideFiles) used.add(side);
      const sha256Sampled = await fileFingerprint(file);
      opened.push(rasters.keep({ source, file, folder, sideFiles, sha256Sampled }, sessionId));
    } catch (error) {
      if (!(error instanceof NadirError)) {
        throw error;
      }
      refused.push({ fileName: file.name, error: error.facts });
    }
  }
  const unused = groups.grids.filter((grid) => !used.has(grid));
  refused.push(...unused.map(({ name }) => ({ fileName: name, error: unusedGrid() })));
  return { opened, refused };
}

async function joinBands(rasters: OpenedRasters, { parts, fileName, sessionId, corrections }: Asked<"join">) {
  const bands = parts.map(({ rasterId, role }): StackedBand => {
    const { file, sideFiles, folder, sha256Sampled } = rasters.find(rasterId);
    if (!(file instanceof File)) throw new TypeError("only files are joined");
    return { file, sideFiles, folder, sha256Sampled, role };
  });
  const size = bands.reduce((sum, { file }) => sum + file.size, 0);
  const file: BandStack = { name: fileName, size, bands };
  const source = await openCorrected(file, [], corrections);
  for (const { rasterId } of parts) rasters.close(rasterId);
  const sha256Sampled = await fileFingerprint(file);
  return rasters.keep({ source, file, folder: bands[0]!.folder, sideFiles: [], sha256Sampled }, sessionId);
}

/** Without the shift grids of other datums. */
function explaining({ crs }: RasterFacts, sideFiles: readonly File[]): File[] {
  return sideFiles.filter(({ name }) => !isShiftGrid(name) || isGridFor(crs, name));
}

/** Corrections belong to a make of file, which is known once the file is open. */
async function openCorrected(
  file: RasterFile,
  sideFiles: readonly File[],
  corrections: Readonly<Record<string, BandCorrections>>,
): Promise<RasterSource> {
  const source = await openRaster({ file, sideFiles });
  const known = corrections[correctionKey(source.facts)];
  if (known === undefined) {
    return source;
  }
  source.close();
  return openRaster({ file, sideFiles, corrections: known });
}
