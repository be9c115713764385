/**
 * Which pixels are learnt from and in which window each is looked up: the one that sees most around it. Everything is
 * chosen by a hash of the pixel, so that the same strokes give the same samples.
 */
import type { WindowPlan, WindowPosition } from "../core/windows/plan-windows";

/** Stroke of pixels that no stroke covers: they show what else there is. */
export const NO_STROKE = -1;

interface Site {
  readonly col: number;
  readonly row: number;
  /** Position in the list of strokes, or `NO_STROKE`. */
  readonly stroke: number;
}

export interface WindowSites {
  readonly column: WindowPosition;
  readonly row: WindowPosition;
  readonly sites: readonly Site[];
}

/** Neighbouring pixels say the same; more cost time and tell nothing. */
const MOST_PER_STROKE = 64;
/**
 * Strokes lie where the map is wrong, and small windows see little but that. So what else there is is looked up in
 * windows of about this area together, spread over the scene, too; in none farther from the strokes than `REACH_PX`.
 */
const SPREAD_AREA_PX = 512 ** 2;
const REACH_PX = 1024;
const MOST_ELSEWHERE = 1000;
const MOST_ELSEWHERE_PER_WINDOW = 256;

/**
 * @param strokes Pixels of each stroke, as row × width + column of the working grid. Where strokes overlap, the later one
 *   counts.
 * @returns Windows in the order of their places, top to bottom.
 */
export function planSamples(strokes: readonly (readonly number[])[], plan: WindowPlan): readonly WindowSites[] {
  const owner = new Map<number, number>();
  for (const [stroke, pixels] of strokes.entries()) for (const pixel of pixels) owner.set(pixel, stroke);
  const sites = strokes.flatMap((pixels, stroke) => {
    const own = pixels.filter((pixel) => owner.get(pixel) === stroke);
    return drawn(own, MOST_PER_STROKE).map((pixel) => siteOf(pixel, stroke, plan));
  });
  const windows = withSpread(windowsSeeing(sites, plan), plan);
  const perWindow = Math.min(MOST_ELSEWHERE_PER_WINDOW, Math.ceil(MOST_ELSEWHERE / Math.max(1, windows.length)));
  return windows.map((window) => ({
    ...window,
    sites: [...window.sites, ...elsewhere(window, plan, owner, perWindow)],
  }));
}

/** Which ones does not depend on where the strokes lie, as far as they are within reach: more strokes need no others. */
function withSpread(touched: readonly WindowSites[], plan: WindowPlan): readonly WindowSites[] {
  const within = (positions: readonly WindowPosition[], of: (window: WindowSites) => WindowPosition) => {
    const starts = touched.map((window) => of(window).startPx);
    const [least, most] = [Math.min(...starts) - REACH_PX, Math.max(...starts) + REACH_PX];
    return positions.filter(({ startPx }) => startPx >= least && startPx <= most);
  };
  const columns = within(plan.columns, ({ column }) => column);
  const places = within(plan.rows, ({ row }) => row).flatMap((row) => columns.map((column) => ({ column, row })));
  const byNumber = new Map(places.map((place) => [place.row.startPx * plan.widthPx + place.column.startPx, place]));
  const chosen = drawn([...byNumber.keys()], Math.ceil(SPREAD_AREA_PX / plan.windowPx ** 2));
  const windows = new Map(touched.map((window) => [window.row.startPx * plan.widthPx + window.column.startPx, window]));
  for (const number of chosen) if (!windows.has(number)) windows.set(number, { ...byNumber.get(number)!, sites: [] });
  return [...windows.values()].sort(fromTheTop);
}

/** Each pixel in the window that sees most around it; windows top to bottom, those without pixels left out. */
export function windowsSeeing(sites: readonly Site[], plan: WindowPlan): readonly WindowSites[] {
  const windows = new Map<string, { column: WindowPosition; row: WindowPosition; sites: Site[] }>();
  for (const site of sites) {
    const place = { column: seeingMost(plan.columns, site.col, plan), row: seeingMost(plan.rows, site.row, plan) };
    const key = `${place.row.startPx},${place.column.startPx}`;
    const window = windows.get(key) ?? { ...place, sites: [] };
    windows.set(key, window);
    window.sites.push(site);
  }
  return [...windows.values()].sort(fromTheTop);
}

function fromTheTop(a: WindowSites, b: WindowSites): number {
  return a.row.startPx - b.row.startPx || a.column.startPx - b.column.startPx;
}

function siteOf(pixel: number, stroke: number, { widthPx }: WindowPlan): Site {
  return { col: pixel % widthPx, row: Math.floor(pixel / widthPx), stroke };
}

/** Pixels of a window's inner half that no stroke covers. */
function elsewhere(
  { column, row }: Pick<WindowSites, "column" | "row">,
  plan: WindowPlan,
  owner: ReadonlyMap<number, number>,
  count: number,
): Site[] {
  const { windowPx, widthPx, heightPx } = plan;
  const rim = Math.floor(windowPx / 8);
  const pixels: number[] = [];
  for (let y = row.startPx + rim; y < Math.min(heightPx, row.startPx + windowPx - rim); y++) {
    for (let x = column.startPx + rim; x < Math.min(widthPx, column.startPx + windowPx - rim); x++) {
      if (!owner.has(y * widthPx + x)) pixels.push(y * widthPx + x);
    }
  }
  return drawn(pixels, count).map((pixel) => siteOf(pixel, NO_STROKE, plan));
}

function seeingMost(positions: readonly WindowPosition[], pixel: number, { windowPx }: WindowPlan): WindowPosition {
  const seen = ({ startPx }: WindowPosition) => Math.min(pixel - startPx, startPx + windowPx - 1 - pixel);
  return positions.reduce((best, position) => (seen(position) > seen(best) ? position : best));
}

/** At most `count` of them, those of the smallest hash, in their own order. */
function drawn(pixels: readonly number[], count: number): readonly number[] {
  if (pixels.length <= count) return pixels;
  const limit = pixels.map(scrambled).sort((a, b) => a - b)[count]!;
  return pixels.filter((pixel) => scrambled(pixel) < limit);
}

/** Different for different whole numbers below 2³²: the finaliser of MurmurHash3. */
export function scrambled(pixel: number): number {
  let hash = pixel >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
