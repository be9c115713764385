/** Statistics and GDAL checksum of whole bands, streamed in full-width bands of rows. */
import type { CancelSignal } from "../core/cancel";
import { HeightStatistics } from "../core/heights/height-statistics";
import { ChecksumAccumulator } from "../core/raster/checksum";
import type { BandArray } from "../core/raster/dtype";
import { markMissing, nodataInType } from "../core/raster/nodata";
import type { RasterFacts, RasterSource, ReadResult } from "../core/raster/raster";
import { type BandStatistics, StatisticsAccumulator } from "../core/raster/statistics";

/** Samples held at a time. */
const STREAM_SAMPLES = 1 << 22;

/**
 * Statistics of one band over the whole raster: the DSM min–max of a run.
 *
 * @param band 0-based.
 */
export async function bandStatistics(
  source: RasterSource,
  band: number,
  signal?: CancelSignal,
): Promise<BandStatistics> {
  const facts = source.facts.bands[band]!;
  // A file may declare −9999 and be filled with −32767; nothing is left out against the user's word.
  const isJudged = facts.nodataIsSet !== true;
  const statistics =
    isJudged && facts.role === "height" ? new HeightStatistics(facts) : new StatisticsAccumulator(isJudged);
  for await (const { result } of readStrips(source, band, signal)) statistics.add(result.bands[0]!, result.valid);
  return statistics.finish();
}

export interface BandReport extends BandStatistics {
  /** 16-bit checksum as `gdalinfo -checksum` prints it. */
  readonly checksum: number;
}

/**
 * Statistics by the band's declared nodata alone (no masks, no alpha, no guess about undeclared nodata), and the checksum:
 * what `gdalinfo -stats -checksum` says.
 */
export async function bandReport(source: RasterSource, band: number, signal?: CancelSignal): Promise<BandReport> {
  const { nodata: value, nodataIsAssumed, dtype } = source.facts.bands[band]!;
  const nodata = nodataIsAssumed === true ? null : nodataInType(value, dtype);
  const statistics = new StatisticsAccumulator(false);
  const checksum = new ChecksumAccumulator();
  for await (const { result } of readStrips(source, band, signal)) {
    const samples = result.bands[0]!;
    statistics.add(samples, validByNodata(samples, nodata));
    checksum.add(samples);
  }
  return { ...statistics.finish(), checksum: checksum.value };
}

function validByNodata(samples: BandArray, nodata: number | null): Uint8Array | null {
  const isFloatBand = samples instanceof Float32Array || samples instanceof Float64Array;
  if (nodata === null && !isFloatBand) return null;
  const valid = new Uint8Array(samples.length);
  markMissing(samples, nodata, valid);
  for (let index = 0; index < valid.length; index++) valid[index]! ^= 1;
  return valid;
}

async function* readStrips(
  source: RasterSource,
  band: number,
  signal: CancelSignal | undefined,
): AsyncGenerator<{ result: ReadResult }> {
  const { facts } = source;
  const rows = stripRows(facts);
  for (let row = 0; row < facts.heightPx; row += rows) {
    const heightPx = Math.min(rows, facts.heightPx - row);
    const rect = { col: 0, row, widthPx: facts.widthPx, heightPx };
    yield { result: await source.read({ rect, bands: [band], ...(signal === undefined ? {} : { signal }) }) };
  }
}

/** Whole block rows, so that no block is decoded twice, within the sample budget. */
function stripRows(facts: RasterFacts): number {
  const wanted = Math.max(1, Math.floor(STREAM_SAMPLES / facts.widthPx));
  const blocks = Math.floor(wanted / facts.blockHeightPx);
  return blocks >= 1 ? blocks * facts.blockHeightPx : wanted;
}
