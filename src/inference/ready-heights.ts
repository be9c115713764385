/** The second raster as a network is to see it: undeclared nodata hidden, holes in heights closed. */
import type { CancelSignal } from "../core/cancel";
import { closeHoles } from "../core/heights/close-holes";
import { hideValues } from "../core/raster/hide-values";
import type { RasterFacts, RasterSource } from "../core/raster/raster";
import type { BandRange, InputPlan } from "../core/run/input-plan";
import type { HeightTreatment } from "../core/vocabulary/height-treatments";

export interface ReadyHeights {
  readonly source: RasterSource;
  /** Part of its pixels that were missing and are closed, 0–1; null where none were. */
  readonly closedShare: number | null;
}

/** @param range What was measured of its band; null where nothing had to be. */
export async function readyHeights(
  source: RasterSource,
  inputs: InputPlan,
  range: BandRange | null,
  heights: HeightTreatment,
  signal: CancelSignal | undefined,
): Promise<ReadyHeights> {
  const { auxiliaryLeftOut: leftOut, auxiliaryBands } = inputs;
  const shown = hideValues(source, leftOut);
  const [band, ...more] = auxiliaryBands;
  const isClosed =
    band !== undefined &&
    more.length === 0 &&
    heights !== "flattened" &&
    source.facts.bands[band]!.role !== "sar" &&
    (leftOut.length > 0 || mayHaveHoles(source.facts, band, range));
  const closed = isClosed ? await closeHoles(shown, band, signal) : null;
  return { source: closed?.source ?? shown, closedShare: closed?.closedShare ?? null };
}

function mayHaveHoles({ bands, mask }: RasterFacts, band: number, range: BandRange | null): boolean {
  const { validCount, totalCount } = range ?? {};
  if (validCount !== undefined && totalCount !== undefined) return validCount < totalCount;
  return bands[band]!.nodata !== null || mask !== undefined;
}
