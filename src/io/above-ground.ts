/**
 * A surface model read as heights above the ground in metres: minus a terrain model, or minus the ground found under it
 * (docs/heights.md). What comes out is a raster like any other, on the surface model's own grid, made as it is read.
 */
import type { CancelSignal } from "../core/cancel";
import { NadirError } from "../core/errors";
import { planPixelMapping } from "../core/georef/grid-relation";
import { groundSamplingDistanceMetres } from "../core/georef/ground-sampling-distance";
import { mapPixel } from "../core/georef/pixel-mapping";
import { findGround, groundUnder } from "../core/heights/ground-surface";
import type { HeightBase } from "../core/heights/height-base";
import { type LeftOut, leftOutNote } from "../core/heights/left-out";
import { metresPerHeightUnit } from "../core/raster/height-unit";
import { hideValues } from "../core/raster/hide-values";
import type { PixelRect, RasterFacts, RasterSource, ReadResult } from "../core/raster/raster";
import type { PixelMapping } from "../core/windows/control-grid";
import { bandStatistics } from "./raster-statistics";
import { createReprojection } from "./reproject";
import { heightBandOf, sampleHeights } from "./sample-heights";

const ROWS_AT_ONCE = 16;

/**
 * Looks through the surface model (twice, and once more where it declares no nodata) for the ground under it. With a
 * terrain model nothing is estimated.
 *
 * @throws {NadirError} `wrong-bands` when it holds no height or nobody says how large its pixels are; `no-overlap` when
 *   the terrain model cannot be placed on it.
 */
export async function findHeightBase(
  surface: RasterSource,
  terrain: RasterSource | null,
  signal?: CancelSignal,
): Promise<HeightBase> {
  const leftOut = await leftOutOf(surface, signal);
  if (terrain !== null) {
    terrainMapping(surface.facts, terrain.facts);
    const terrainLeftOut = await leftOutOf(terrain, signal);
    const notes = [...notesOn(surface, leftOut), ...notesOn(terrain, terrainLeftOut)];
    return { ground: null, leftOut, terrainLeftOut, notes };
  }
  const { facts } = surface;
  const pixelSizeMetres = groundSamplingDistanceMetres(facts);
  if (pixelSizeMetres === null) throw noPixelSize(facts);
  const shown = hideValues(surface, leftOut);
  const ground = await findGround(
    facts,
    pixelSizeMetres,
    async (row, heightPx) => {
      const rect = { col: 0, row, widthPx: facts.widthPx, heightPx };
      const read = await shown.read({ rect, bands: [heightBandOf(facts).index], ...(signal && { signal }) });
      // The filter that follows needs the room, and not the file.
      if (row + heightPx === facts.heightPx) surface.forget?.();
      return metresOf(facts, read);
    },
    signal,
  );
  if (ground === null) throw noHeight(facts);
  return { ground, leftOut, terrainLeftOut: [], notes: notesOn(surface, leftOut) };
}

/**
 * The surface model as heights above the ground: one band of float32 metres, NaN where it is missing. Closing it closes
 * the files.
 *
 * @param base Of the same two rasters (`findHeightBase`).
 */
export function aboveGround(surface: RasterSource, terrain: RasterSource | null, base: HeightBase): RasterSource {
  const { facts } = surface;
  const band = heightBandOf(facts);
  const shown = hideValues(surface, base.leftOut);
  const groundOf = groundReader(facts, terrain, base);
  const metres = metresPerHeightUnit(band);
  return {
    facts: {
      ...facts,
      bands: [
        {
          index: 0,
          dtype: "float32",
          name: null,
          role: "height",
          roleReason: band.roleReason,
          nodata: Number.NaN,
          scale: 1,
          offset: 0,
          unit: "m",
        },
      ],
    },
    async read({ bands, ...request }) {
      const { rect, level = 0, signal } = request;
      const { bands: read, valid: given } = await shown.read({ ...request, bands: [band.index] });
      const stored = read[0]!;
      const above = new Float32Array(stored.length);
      let valid: Uint8Array | null = null;
      // Few rows at a time: what they are worked out from is several times as large as what comes out.
      for (let row = 0; row < rect.heightPx; row += ROWS_AT_ONCE) {
        const heightPx = Math.min(ROWS_AT_ONCE, rect.heightPx - row);
        const ground = await groundOf({ ...rect, row: rect.row + row, heightPx }, level, signal);
        for (let at = 0, pixel = row * rect.widthPx; at < ground.length; at++, pixel++) {
          const height = given?.[pixel] === 0 ? Number.NaN : (stored[pixel]! * band.scale + band.offset) * metres;
          above[pixel] = height - ground[at]!;
          if (Number.isNaN(above[pixel])) {
            valid ??= new Uint8Array(above.length).fill(1);
            valid[pixel] = 0;
          }
        }
      }
      return { bands: bands.map(() => above), valid };
    },
    close() {
      surface.close();
      terrain?.close();
    },
  };
}

type ReadGround = (
  rect: PixelRect,
  level: number,
  signal: CancelSignal | undefined,
) => Promise<ArrayLike<number>> | ArrayLike<number>;

function groundReader(surface: RasterFacts, terrain: RasterSource | null, base: HeightBase): ReadGround {
  const stepOf = (level: number): readonly [number, number] => {
    const { widthPx, heightPx } = surface.levels[level] ?? surface;
    return [surface.widthPx / widthPx, surface.heightPx / heightPx];
  };
  const { ground } = base;
  if (ground !== null) return (rect, level) => groundUnder(ground, rect, stepOf(level));
  const shown = hideValues(terrain!, base.terrainLeftOut);
  const mapping = terrainMapping(surface, shown.facts);
  const metres = metresPerHeightUnit(heightBandOf(shown.facts));
  return async ({ col, row, widthPx, heightPx }, level, signal) => {
    const [right, down] = stepOf(level);
    const extent = { firstCol: col, firstRow: row, widthPx, heightPx };
    const heights = await sampleHeights(shown, extent, ([x, y]) => mapping([x * right, y * down]), signal);
    return metres === 1 ? heights : heights.map((height) => height * metres);
  };
}

/** Heights in metres, NaN where they are missing. */
function metresOf(facts: RasterFacts, { bands, valid }: ReadResult): Float64Array {
  const band = heightBandOf(facts);
  const metres = metresPerHeightUnit(band);
  const stored = bands[0]!;
  const heights = new Float64Array(stored.length);
  for (let pixel = 0; pixel < heights.length; pixel++) {
    heights[pixel] = valid?.[pixel] === 0 ? Number.NaN : (stored[pixel]! * band.scale + band.offset) * metres;
  }
  return heights;
}

async function leftOutOf(source: RasterSource, signal: CancelSignal | undefined): Promise<readonly LeftOut[]> {
  return (await bandStatistics(source, heightBandOf(source.facts).index, signal)).leftOut;
}

function notesOn({ facts }: RasterSource, leftOut: readonly LeftOut[]): string[] {
  return leftOut.map((values) => leftOutNote(facts.fileName, heightBandOf(facts), values));
}

function terrainMapping(surface: RasterFacts, terrain: RasterFacts): PixelMapping {
  const mapping = planPixelMapping(surface, terrain, createReprojection(surface.crs, terrain.crs));
  if (mapping === null) {
    throw new NadirError({
      code: "no-overlap",
      subject: terrain.fileName,
      found: `It cannot be placed on ${surface.fileName}: their coordinate systems differ and one is not understood.`,
      needed: "Heights above the ground are the one minus the other.",
      next: "Reproject one of them (gdalwarp -t_srs), or leave the terrain model out.",
    });
  }
  return ([col, row]) => mapPixel(mapping, col, row);
}

function noPixelSize({ fileName }: RasterFacts): NadirError {
  return new NadirError({
    code: "wrong-bands",
    subject: fileName,
    found: "It does not say how large its pixels are on the ground.",
    needed: "The ground under a surface model is looked for in metres.",
    next: "Give it its position and coordinate system (gdal_edit.py -a_ullr -a_srs), or add the nDSM or the DTM.",
  });
}

function noHeight({ fileName }: RasterFacts): NadirError {
  return new NadirError({
    code: "wrong-bands",
    subject: fileName,
    found: "Every pixel is nodata.",
    needed: "Heights above the ground need heights.",
    next: "Check the file and its nodata value, or choose another file.",
  });
}
