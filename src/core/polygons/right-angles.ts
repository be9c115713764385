/**
 * Right-angled outlines of patches of pixels, as buildings have them.
 *
 * 1. The outline is simplified (Douglas and Peucker 1973); the dominant direction is that of its sides modulo 90°, each
 *    weighted by the square of its length, so that long walls decide.
 * 2. Every side belongs to the nearer of the two axes. Neighbours on one axis become one side; sides shorter than the
 *    least go, the shortest first, and what they parted becomes one side.
 * 3. The direction is fitted to all sides at once, by least squares of their pixels' edges about each side's own line.
 * 4. Each side lies where the median of its pixels' edges does; corners are where neighbouring sides meet.
 *
 * Of several tolerances the coarsest wins whose IoU with the patch is next to the best.
 */

import { patchIou } from "./patch-iou";
import { isSimpleOutline } from "./simple-outline";

type Point = readonly [x: number, y: number];

export interface RightAngled {
  /** Corners [x0, y0, …] in pixels, not closed: the outline clockwise on screen, then holes the other way round. */
  readonly rings: readonly (readonly number[])[];
  /** With the pixels of the patch. */
  readonly iou: number;
  /** How far it lies from the patch's border on the whole: what only one of the two covers, by its length. */
  readonly gapPx: number;
}

/** Large buildings with a wing askew have a good IoU and a bad outline. */
const MOST_GAP_PX = 1;

/** Whether it may stand for the patch. @param leastIou 0–1. */
export function isCloseEnough({ iou, gapPx }: RightAngled, leastIou: number): boolean {
  return iou >= leastIou && gapPx <= MOST_GAP_PX;
}

/** In pixels: how far corners may lie off what the outline is simplified to; sides must be twice as long. */
const TOLERANCES_PX = [4, 2.5, 1.5];
/** How much of the best IoU a coarser outline may lack. */
const SLACK = 0.01;

/**
 * @param rings  Of the patch along its pixels' edges, the outline first.
 * @returns Null where no right-angled outline comes of it: it is too small, or what comes of it crosses itself.
 */
export function rightAngled(rings: readonly (readonly number[])[]): RightAngled | null {
  const found = TOLERANCES_PX.flatMap((tolerancePx) => attempt(rings, tolerancePx) ?? []);
  const best = Math.max(...found.map(({ iou }) => iou));
  return found.find(({ iou }) => iou >= best - SLACK) ?? null;
}

function attempt(rings: readonly (readonly number[])[], tolerancePx: number): RightAngled | null {
  const [outline, ...holes] = rings;
  const simple = simplifyRing(outline!, tolerancePx);
  if (simple.length < 4) return null;
  const guess = dominantAngle(simple.map((at) => pointAt(outline!, at)));
  const angle = fitAngle(sidesOf(outline!, simple, guess, 2 * tolerancePx), guess);
  const square = (ring: readonly number[], corners: readonly number[]) =>
    cornersOf(sidesOf(ring, corners, angle, 2 * tolerancePx), angle);
  const outer = square(outline!, simple);
  if (outer === null) return null;
  // A hole of no sides is too small for the tolerance.
  const inner = holes.flatMap((hole) => {
    const corners = simplifyRing(hole, tolerancePx);
    const ring = corners.length < 4 ? null : square(hole, corners);
    return ring === null ? [] : [ring];
  });
  const made = [outer, ...inner];
  if (!isSimpleOutline(made)) return null;
  const { iou, differing } = patchIou(rings, made);
  return { rings: made, iou, gapPx: differing / made.reduce((sum, ring) => sum + lengthOf(ring), 0) };
}

function lengthOf(ring: readonly number[]): number {
  let sum = 0;
  for (let at = 0; at < ring.length; at += 2) {
    const next = (at + 2) % ring.length;
    sum += Math.hypot(ring[next]! - ring[at]!, ring[next + 1]! - ring[at + 1]!);
  }
  return sum;
}

function pointAt(ring: readonly number[], at: number): Point {
  return [ring[2 * at]!, ring[2 * at + 1]!];
}

/** Places of the corners that stay of a closed ring: the two farthest apart from its first, and what Douglas–Peucker keeps. */
function simplifyRing(ring: readonly number[], tolerancePx: number): number[] {
  const count = ring.length / 2;
  const start = farthestFrom(ring, 0);
  const opposite = farthestFrom(ring, start);
  const kept = new Set([start, opposite]);
  const spans: [first: number, length: number][] = [
    [start, (opposite - start + count) % count],
    [opposite, (start - opposite + count) % count],
  ];
  for (let span = spans.pop(); span !== undefined; span = spans.pop()) {
    const [first, length] = span;
    const [[x0, y0], [x1, y1]] = [pointAt(ring, first), pointAt(ring, (first + length) % count)];
    const chord = Math.hypot(x1 - x0, y1 - y0) || 1;
    let [farthest, distance] = [0, 0];
    for (let step = 1; step < length; step++) {
      const [x, y] = pointAt(ring, (first + step) % count);
      const off = Math.abs((x - x0) * (y1 - y0) - (y - y0) * (x1 - x0)) / chord;
      if (off > distance) [farthest, distance] = [step, off];
    }
    if (distance <= tolerancePx) continue;
    kept.add((first + farthest) % count);
    spans.push([first, farthest], [(first + farthest) % count, length - farthest]);
  }
  return [...kept].sort((one, other) => one - other);
}

function farthestFrom(ring: readonly number[], from: number): number {
  const [x, y] = pointAt(ring, from);
  let [found, distance] = [from, -1];
  for (let at = 0; at < ring.length / 2; at++) {
    const squared = (ring[2 * at]! - x) ** 2 + (ring[2 * at + 1]! - y) ** 2;
    if (squared > distance) [found, distance] = [at, squared];
  }
  return found;
}

/** Radians, of one of the two axes: the mean of four times each side's angle. */
function dominantAngle(corners: readonly Point[]): number {
  let [cosines, sines] = [0, 0];
  for (const [at, [x0, y0]] of corners.entries()) {
    const [x1, y1] = corners[(at + 1) % corners.length]!;
    const [squared, angle] = [(x1 - x0) ** 2 + (y1 - y0) ** 2, Math.atan2(y1 - y0, x1 - x0)];
    cosines += squared * Math.cos(4 * angle);
    sines += squared * Math.sin(4 * angle);
  }
  return Math.atan2(sines, cosines) / 4;
}

/** A side on one of the two axes: in which sense it is walked, and the middles of the pixels' edges it is made of. */
interface Side {
  readonly isAlong: boolean;
  readonly points: readonly Point[];
  readonly lengthPx: number;
}

/** @param corners Places of the ring's corners that its sides end in. */
function sidesOf(ring: readonly number[], corners: readonly number[], angle: number, leastPx: number): Side[] {
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const sides = corners.map((first, index): Side => {
    const last = corners[(index + 1) % corners.length]!;
    const [[x0, y0], [x1, y1]] = [pointAt(ring, first), pointAt(ring, last)];
    const along = (x1 - x0) * cosine + (y1 - y0) * sine;
    const across = (y1 - y0) * cosine - (x1 - x0) * sine;
    const isAlong = Math.abs(along) >= Math.abs(across);
    return { isAlong, points: edgeMiddles(ring, first, last), lengthPx: Math.abs(isAlong ? along : across) };
  });
  return withoutShort(joinNeighbours(sides), leastPx);
}

/** Middles of the unit edges from one corner to another. */
function edgeMiddles(ring: readonly number[], first: number, last: number): Point[] {
  const count = ring.length / 2;
  const middles: Point[] = [];
  for (let at = first; at !== last; at = (at + 1) % count) {
    const [[x0, y0], [x1, y1]] = [pointAt(ring, at), pointAt(ring, (at + 1) % count)];
    const units = Math.abs(x1 - x0) + Math.abs(y1 - y0);
    for (let unit = 0; unit < units; unit++) {
      const share = (unit + 0.5) / units;
      middles.push([x0 + share * (x1 - x0), y0 + share * (y1 - y0)]);
    }
  }
  return middles;
}

function joined(one: Side, other: Side): Side {
  const points = [...one.points, ...other.points];
  return { isAlong: one.isAlong, points, lengthPx: one.lengthPx + other.lengthPx };
}

function joinNeighbours(sides: readonly Side[]): Side[] {
  const all: Side[] = [];
  for (const side of sides) {
    const before = all.at(-1);
    if (before?.isAlong === side.isAlong) all[all.length - 1] = joined(before, side);
    else all.push(side);
  }
  if (all.length > 1 && all[0]!.isAlong === all.at(-1)!.isAlong) all[0] = joined(all.pop()!, all[0]!);
  return all;
}

function withoutShort(sides: readonly Side[], leastPx: number): Side[] {
  let all = [...sides];
  while (all.length > 4) {
    const shortest = all.reduce((best, side, at) => (side.lengthPx < all[best]!.lengthPx ? at : best), 0);
    if (all[shortest]!.lengthPx >= leastPx) return all;
    all = joinNeighbours(all.filter((_, at) => at !== shortest));
  }
  return all.every(({ lengthPx }) => lengthPx >= leastPx) ? all : [];
}

/** The angle about which the middles lie closest to lines through each side's centre. */
function fitAngle(sides: readonly Side[], guess: number): number {
  let [squares, products] = [0, 0];
  for (const { isAlong, points } of sides) {
    const mean = (axis: 0 | 1) => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
    const [meanX, meanY] = [mean(0), mean(1)];
    const sense = isAlong ? 1 : -1;
    for (const [x, y] of points) {
      squares += sense * ((x - meanX) ** 2 - (y - meanY) ** 2);
      products += sense * 2 * (x - meanX) * (y - meanY);
    }
  }
  const fitted = Math.atan2(products, squares) / 2;
  // The fit turns the guess a little; where it does not, the sides say nothing.
  return Math.abs(fitted - guess) < Math.PI / 18 ? fitted : guess;
}

/** @returns Null where there are too few sides. */
function cornersOf(sides: readonly Side[], angle: number): number[] | null {
  if (sides.length < 4 || sides.length % 2 === 1) return null;
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const places = sides.map(({ isAlong, points }) =>
    median(points.map(([x, y]) => (isAlong ? y * cosine - x * sine : x * cosine + y * sine))),
  );
  return sides.flatMap(({ isAlong }, at) => {
    const [own, next] = [places[at]!, places[(at + 1) % sides.length]!];
    const [along, across] = isAlong ? [next, own] : [own, next];
    return [along * cosine - across * sine, along * sine + across * cosine];
  });
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
