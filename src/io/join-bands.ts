/** A photo whose bands lie in a file each, read as one raster. */
import type { BandCorrections } from "../core/raster/band-corrections";
import { correctBands } from "../core/raster/band-corrections";
import { isFloat } from "../core/raster/dtype";
import type { RasterFacts, RasterSource } from "../core/raster/raster";
import type { BandRole } from "../core/vocabulary/band-roles";

/** The files of such a photo; stands where others are one file, and crosses workers like one. */
export interface BandStack {
  readonly name: string;
  /** Bytes of all its files. */
  readonly size: number;
  readonly bands: readonly StackedBand[];
}

export interface StackedBand {
  readonly file: File;
  readonly sideFiles: readonly File[];
  /** "" for a file given by itself. */
  readonly folder: string;
  readonly sha256Sampled: string;
  readonly role: BandRole;
}

/**
 * @param sources  The first band of each is taken; all on the grid of the first.
 * @returns        With the levels that all have. A pixel is missing where every band asked for is, or any that holds
 *                 decimal numbers.
 */
export function joinBands(
  { name, size, bands }: BandStack,
  sources: readonly RasterSource[],
  corrections: BandCorrections,
): RasterSource {
  const [first] = sources.map(({ facts }) => facts);
  const { photoRange: _, labelColours: __, mask: ___, ...shared } = first!;
  const joined = sources.map(({ facts }, index) => ({
    ...facts.bands[0]!,
    index,
    role: bands[index]!.role,
    roleReason: `file ${facts.fileName}`,
  }));
  const isShared = (level: number) =>
    sources.every(({ facts }) => facts.levels[level]?.widthPx === first!.levels[level]!.widthPx);
  const end = first!.levels.findIndex((_level, index) => !isShared(index));
  const facts: RasterFacts = {
    ...shared,
    fileName: name,
    fileBytes: size,
    bands: correctBands(joined, corrections),
    palette: null,
    levels: end < 0 ? first!.levels : first!.levels.slice(0, end),
    ...(corrections.use !== undefined && { use: corrections.use }),
    notes: [...shared.notes, `Joined from ${bands.map(({ file }) => file.name).join(", ")}.`],
  };
  const needsAll = isFloat(joined[0]!.dtype);
  return {
    facts,
    async read({ bands: wanted, ...request }) {
      const read = await Promise.all(wanted.map((index) => sources[index]!.read({ ...request, bands: [0] })));
      const masks = read.map(({ valid }) => valid);
      return { bands: read.map((each) => each.bands[0]!), valid: combine(masks, needsAll) };
    },
    close() {
      for (const source of sources) source.close();
    },
  };
}

/** 1 where all of them are valid, or any. */
function combine(masks: readonly (Uint8Array | null)[], needsAll: boolean): Uint8Array | null {
  const some = masks.filter((mask) => mask !== null);
  if (some.length === 0 || (!needsAll && some.length < masks.length)) return null;
  return some.reduce((sum, mask) => sum.map((valid, at) => (needsAll ? valid & mask[at]! : valid | mask[at]!)));
}
