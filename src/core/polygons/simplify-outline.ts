/**
 * Outlines of a class map with fewer corners, so that neighbours go on sharing their borders and nothing crosses.
 *
 * A ring falls into arcs between the corners where three or more boundaries meet; these corners stay. Each arc is
 * simplified by Douglas and Peucker (1973) in a direction of its own, so that both of its neighbours get the same points
 * without knowing of each other. A chord may replace a piece of an arc only where no corner of any other boundary lies
 * between the two, or on the chord: then pieces that are replaced independently cannot cross or touch (de Berg, van
 * Kreveld and Schirra 1998, "Topologically correct subdivision simplification using the bandwidth criterion", section 2).
 * What borders on nothing stays as it is, so that the whole covers what the map covers.
 */
import type { BoundaryCorners } from "./boundary-corners";
import { BORDERS_NOTHING, NODE } from "./trace-polygons";

/** [x, y] of a corner. */
type Corner = readonly [x: number, y: number];

/**
 * @param ring         Corners [x0, y0, …] in pixels, not closed, as the tracer gives them with their marks.
 * @param tolerancePx  How far a corner that is left out may lie from what is left.
 * @param corners      Of the map that was traced.
 * @returns The same ring in the same sense.
 */
export function simplifyOutline(
  ring: readonly number[],
  marks: readonly number[],
  tolerancePx: number,
  corners: BoundaryCorners,
): number[] {
  const all = marks.map((_, at): Corner => [ring[2 * at]!, ring[2 * at + 1]!]);
  const nodes = marks.flatMap((mark, at) => ((mark & NODE) === 0 ? [] : [at]));
  const starts = nodes.length === 0 ? [lowest(all)] : nodes;
  const kept: number[] = [];
  for (const [index, start] of starts.entries()) {
    const next = starts[(index + 1) % starts.length]!;
    const count = (next - start + all.length) % all.length || all.length;
    const arc = Array.from({ length: count + 1 }, (_, step) => all[(start + step) % all.length]!);
    const isEdge = (marks[start]! & BORDERS_NOTHING) !== 0;
    const simple = isEdge ? arc : simplifyArc(arc, tolerancePx, corners);
    for (const [x, y] of simple.slice(0, -1)) kept.push(x, y);
  }
  return kept;
}

/** The first from the top, of those the first from the left. */
function lowest(all: readonly Corner[]): number {
  return all.reduce((best, corner, at) => (comesBefore(corner, all[best]!) ? at : best), 0);
}

function comesBefore([x, y]: Corner, [otherX, otherY]: Corner): boolean {
  return y < otherY || (y === otherY && x < otherX);
}

/** @param arc Both ends included; they are the same for a closed one. */
function simplifyArc(arc: readonly Corner[], tolerancePx: number, corners: BoundaryCorners): readonly Corner[] {
  const last = arc.length - 1;
  if (last < 2) return arc;
  const isClosed = comesBefore(arc[0]!, arc[last]!) === comesBefore(arc[last]!, arc[0]!);
  const isForward = isClosed ? comesBefore(arc[1]!, arc[last - 1]!) : comesBefore(arc[0]!, arc[last]!);
  const ordered = isForward ? arc : arc.toReversed();
  const simplifier = new ArcSimplifier(ordered, tolerancePx, corners);
  if (isClosed) {
    // Both halves keep a corner beside the line between them, where they have one.
    const middle = simplifier.farthest(0, last).at;
    simplifier.keep(middle);
    for (const [first, end] of [
      [0, middle],
      [middle, last],
    ] as const) {
      simplifier.split(first, end, true);
    }
  } else {
    simplifier.split(0, last, !simplifier.mayVanish());
  }
  const kept = simplifier.kept();
  return isForward ? kept : kept.toReversed();
}

class ArcSimplifier {
  readonly #arc: readonly Corner[];
  readonly #tolerancePx: number;
  readonly #corners: BoundaryCorners;
  readonly #isKept: Uint8Array;
  /** Of each corner its place; an end that comes twice has that of the first. */
  readonly #places: ReadonlyMap<number, number>;

  constructor(arc: readonly Corner[], tolerancePx: number, corners: BoundaryCorners) {
    this.#arc = arc;
    this.#tolerancePx = tolerancePx;
    this.#corners = corners;
    this.#isKept = new Uint8Array(arc.length);
    this.#isKept[0] = this.#isKept[arc.length - 1] = 1;
    this.#places = new Map(arc.map(([x, y], at) => [keyOf(x, y), at] as const).reverse());
  }

  kept(): Corner[] {
    return this.#arc.filter((_, at) => this.#isKept[at] === 1);
  }

  keep(at: number): void {
    this.#isKept[at] = 1;
  }

  /** Keeps what is needed between two corners that are kept. @param isForced At least one, if any lies off the chord. */
  split(first: number, last: number, isForced: boolean): void {
    const spans: [first: number, last: number, isForced: boolean][] = [[first, last, isForced]];
    for (let span = spans.pop(); span !== undefined; span = spans.pop()) {
      const [from, to, mustSplit] = span;
      const { at, distance } = this.farthest(from, to);
      if (at === from) continue;
      if (!mustSplit && distance <= this.#tolerancePx && this.#isFree(from, to)) continue;
      this.keep(at);
      spans.push([from, at, false], [at, to, false]);
    }
  }

  /** Of the corners between two others, from the chord; `first` itself where none lies off it. */
  farthest(first: number, last: number): { at: number; distance: number } {
    const [[x0, y0], [x1, y1]] = [this.#arc[first]!, this.#arc[last]!];
    const [alongX, alongY] = [x1 - x0, y1 - y0];
    const squared = alongX * alongX + alongY * alongY;
    const found = { at: first, distance: 0 };
    for (let at = first + 1; at < last; at++) {
      const [x, y] = this.#arc[at]!;
      const share = squared === 0 ? 0 : Math.min(1, Math.max(0, ((x - x0) * alongX + (y - y0) * alongY) / squared));
      const distance = Math.hypot(x - x0 - share * alongX, y - y0 - share * alongY);
      if (distance > found.distance) {
        found.at = at;
        found.distance = distance;
      }
    }
    return found;
  }

  /**
   * Whether the whole arc may become its chord: another arc between the same ends must not become it too. One that is
   * straight lies along an axis; one that is not has corners, which keep this one off where they are near the chord.
   */
  mayVanish(): boolean {
    const last = this.#arc.length - 1;
    const [[x0, y0], [x1, y1]] = [this.#arc[0]!, this.#arc[last]!];
    return x0 !== x1 && y0 !== y1 && !this.#someNear(0, last, () => true);
  }

  /** No corner of another boundary, or of another piece of this one, lies on the chord or between it and the piece. */
  #isFree(first: number, last: number): boolean {
    return !this.#someNear(first, last, (x, y) => this.#isSwept(x, y, first, last));
  }

  /** Whether a corner not of this piece, within the tolerance of its chord, is such. */
  #someNear(first: number, last: number, isSuch: (x: number, y: number) => boolean): boolean {
    const [[x0, y0], [x1, y1]] = [this.#arc[first]!, this.#arc[last]!];
    const isFlat = Math.abs(x1 - x0) >= Math.abs(y1 - y0);
    // Along the longer side u, across it v.
    const [u0, v0, u1, v1] = isFlat ? [x0, y0, x1, y1] : [y0, x0, y1, x1];
    const slope = u1 === u0 ? 0 : (v1 - v0) / (u1 - u0);
    const reach = this.#tolerancePx * Math.hypot(1, slope);
    const end = Math.ceil(this.#tolerancePx);
    for (let u = Math.min(u0, u1) - end; u <= Math.max(u0, u1) + end; u++) {
      const middle = v0 + slope * (u - u0);
      for (let v = Math.ceil(middle - reach); v <= middle + reach; v++) {
        const [x, y] = isFlat ? [u, v] : [v, u];
        if (this.#corners.has(x, y) && !this.#isOwn(x, y, first, last) && isSuch(x, y)) return true;
      }
    }
    return false;
  }

  #isOwn(x: number, y: number, first: number, last: number): boolean {
    const place = this.#places.get(keyOf(x, y));
    if (place === undefined) return false;
    const isClosing = place === 0 && last === this.#arc.length - 1;
    return (place >= first && place <= last) || (isClosing && this.#isEnd(x, y));
  }

  #isEnd(x: number, y: number): boolean {
    const [endX, endY] = this.#arc.at(-1)!;
    return x === endX && y === endY;
  }

  /** On the chord, or within the closed line that piece and chord make (even–odd). */
  #isSwept(x: number, y: number, first: number, last: number): boolean {
    const [[x0, y0], [x1, y1]] = [this.#arc[first]!, this.#arc[last]!];
    if ((x - x0) * (y1 - y0) === (y - y0) * (x1 - x0)) return (x - x0) * (x - x1) + (y - y0) * (y - y1) <= 0;
    let isInside = false;
    for (let at = first; at <= last; at++) {
      const [[ax, ay], [bx, by]] = [this.#arc[at]!, this.#arc[at === last ? first : at + 1]!];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) isInside = !isInside;
    }
    return isInside;
  }
}

function keyOf(x: number, y: number): number {
  return y * 2 ** 26 + x;
}
