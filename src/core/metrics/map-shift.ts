/**
 * Whether two class maps of one place lie shifted against each other: where most of the ground stayed what it was, they
 * agree most at their true place. An edge that moves with the whole map is no change.
 */

/** Square part of both maps, row-major; the later one reaches `reachPx` farther on every side. */
export interface ShiftTile {
  readonly sidePx: number;
  readonly reachPx: number;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

export interface MapShift {
  /** The later map shows at (col + cols, row + rows) what the earlier one has at (col, row). */
  readonly cols: number;
  readonly rows: number;
  /** Share of equal pixels at that shift, and as the maps lie. */
  readonly agreement: number;
  readonly agreementInPlace: number;
}

/** Less of the disagreement must go, or the shift is chance: outlines drawn a little differently. */
const LEAST_GAIN = 0.1;

/**
 * @param ignoredId Not compared, in either map.
 * @returns The shift by whole pixels at which the maps disagree least; null where that is their own place, or hardly
 *   better than it.
 */
export function findMapShift(tiles: readonly ShiftTile[], ignoredId: number): MapShift | null {
  const reachPx = tiles[0]?.reachPx ?? 0;
  const agreements: { cols: number; rows: number; agreement: number }[] = [];
  for (let rows = -reachPx; rows <= reachPx; rows++) {
    for (let cols = -reachPx; cols <= reachPx; cols++) {
      agreements.push({ cols, rows, agreement: agreementAt(tiles, cols, rows, ignoredId) });
    }
  }
  const inPlace = agreements.find(({ cols, rows }) => cols === 0 && rows === 0)?.agreement ?? 1;
  const best = agreements.reduce((one, other) => (other.agreement > one.agreement ? other : one), {
    cols: 0,
    rows: 0,
    agreement: inPlace,
  });
  const isShifted = 1 - best.agreement < (1 - LEAST_GAIN) * (1 - inPlace);
  return isShifted ? { ...best, agreementInPlace: inPlace } : null;
}

/** 1 where nothing can be compared. */
function agreementAt(tiles: readonly ShiftTile[], cols: number, rows: number, ignoredId: number): number {
  let [equal, compared] = [0, 0];
  for (const { sidePx, reachPx, before, after } of tiles) {
    const wide = sidePx + 2 * reachPx;
    for (let row = 0; row < sidePx; row++) {
      const from = (row + reachPx + rows) * wide + reachPx + cols;
      for (let col = 0; col < sidePx; col++) {
        const [one, other] = [before[row * sidePx + col]!, after[from + col]!];
        if (one === ignoredId || other === ignoredId) continue;
        compared++;
        if (one === other) equal++;
      }
    }
  }
  return compared === 0 ? 1 : equal / compared;
}
