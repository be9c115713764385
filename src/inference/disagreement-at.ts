/** How far the heads of a lesson disagree at places of a scene: their windows are run, those kept from the lesson are not. */
import type { PixelRect } from "../core/raster/raster";
import { disagreement } from "../teaching/disagreement";
import { sampleLength, type TaughtHead } from "../teaching/head";
import { windowsSeeing } from "../teaching/plan-samples";
import { type GatherRequest, gatherPlan, gatherSites } from "./gather-samples";
import type { Teacher } from "./teach-model";

/** Pixels of a place that are looked at, along each side. */
const LOOKS = 4;
/** So many windows at most, of about so many pixels together: nobody waits long for the next place. */
const MOST_WINDOWS = 12;

export interface DisagreementRequest
  extends Pick<GatherRequest, "optical" | "auxiliary" | "heights" | "measureBand" | "settings" | "known" | "signal"> {
  readonly heads: readonly TaughtHead[];
  /** In pixels of the image, those that matter most first. */
  readonly places: readonly PixelRect[];
}

/** @returns Of each place, 0 to 1; null for those that further windows would be needed for, and where there is no data. */
export async function disagreementAt(
  { files, shape, session }: Teacher,
  { heads, places, ...scene }: DisagreementRequest,
): Promise<readonly (number | null)[]> {
  const request = { ...scene, manifest: files.manifest, shape, session };
  const plan = gatherPlan(request);
  const sites = places.flatMap((place, stroke) => sitesOf(place, stroke, plan.grid));
  const all = windowsSeeing(sites, plan);
  const firstSeen = all.map((window) => Math.min(...window.sites.map(({ stroke }) => stroke)));
  const order = [...all.keys()].sort((a, b) => firstSeen[a]! - firstSeen[b]!).slice(0, MOST_WINDOWS);
  const { samples, strokeOf } = await gatherSites(
    request,
    plan,
    [...order].sort((a, b) => a - b).map((at) => all[at]!),
  );
  const [sums, counts] = [new Float64Array(places.length), new Uint32Array(places.length)];
  for (const [at, place] of strokeOf.entries()) {
    sums[place]! += disagreement(heads, shape, samples, at * sampleLength(shape));
    counts[place]!++;
  }
  return places.map((_, at) => (counts[at] === 0 ? null : sums[at]! / counts[at]!));
}

function sitesOf(
  { col, row, widthPx, heightPx }: PixelRect,
  stroke: number,
  grid: { readonly scale: number; readonly widthPx: number; readonly heightPx: number },
) {
  return Array.from({ length: LOOKS ** 2 }, (_, at) => ({
    col: Math.min(grid.widthPx - 1, Math.floor((col + (widthPx * ((at % LOOKS) + 0.5)) / LOOKS) / grid.scale)),
    row: Math.min(
      grid.heightPx - 1,
      Math.floor((row + (heightPx * (Math.floor(at / LOOKS) + 0.5)) / LOOKS) / grid.scale),
    ),
    stroke,
  }));
}
