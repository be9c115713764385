/**
 * Class map → polygons with holes, along pixel edges, while its rows stream by.
 *
 * Every connected patch (4-neighbourhood) of one class becomes one polygon whose area is exactly its pixel count.
 * Memory holds two rows, the open ends of boundaries that cross the current row, and unfinished patches.
 *
 * How: at each corner between four pixels, neighbours of one class form groups; a group that is not all four has a
 * boundary passing through the corner, arriving along one edge and leaving along another with the patch on its right.
 * Those pieces are chained until they close. Which chain belongs to which patch is kept by union–find over runs.
 */
import { ValueHistogram } from "./value-histogram";

export interface TracedPolygon {
  readonly classId: number;
  readonly pixelCount: number;
  /** Sum of the row areas given to the tracer, or the pixel count when none were. */
  readonly area: number;
  /** Mean of the confidence rows (0–1); null when none were given. */
  readonly meanConfidence: number | null;
  /**
   * Rings of corner points [x0, y0, x1, y1, …] in pixels, not closed; the first is the outer ring, clockwise on
   * screen, the others are holes.
   */
  readonly rings: readonly (readonly number[])[];
  /** Of each corner of each ring: `NODE`, `BORDERS_NOTHING`, both or 0. */
  readonly marks: readonly (readonly number[])[];
  /** One for each of the measures that were asked for. */
  readonly measures: readonly ValueHistogram[];
}

/** Three or more boundaries meet in the corner. */
export const NODE = 1;
/** Beyond the edge that leaves the corner there is no class. */
export const BORDERS_NOTHING = 2;
/** Marks stand in the low bits of a column while a boundary is chained. */
const MARKS = 4;

export interface PolygonTracerOptions {
  readonly widthPx: number;
  /** Pixels that belong to no polygon (nodata). */
  readonly ignoredId: number;
  /** Values of pixels that are collected patch by patch, each counted in steps of this. */
  readonly measureSteps?: readonly number[];
  /** Called as soon as a patch is complete. */
  readonly onPolygon: (polygon: TracedPolygon) => void;
}

export interface PolygonTracer {
  /**
   * @param classIds One row.
   * @param confidence Confidence × 255 of the row, or null.
   * @param pixelArea Area of one pixel of this row.
   * @param measures One row of values each; NaN where there is none.
   */
  pushRow(
    classIds: Uint8Array,
    confidence?: Uint8Array | null,
    pixelArea?: number,
    measures?: readonly Float32Array[],
  ): void;
  /** Closes what is open at the lower edge. */
  finish(): void;
}

/** A boundary in the making: `front` is stored backwards, so that both ends can grow. */
interface Chain {
  front: number[];
  back: number[];
  label: number;
  /** Set when this chain was joined to another one. */
  joinedTo: Chain | null;
}

interface Patch {
  readonly classId: number;
  pixelCount: number;
  area: number;
  confidenceSum: number;
  hasConfidence: boolean;
  rings: MarkedRing[];
  readonly measures: readonly ValueHistogram[];
}

interface MarkedRing {
  readonly corners: number[];
  readonly marks: number[];
}

// Edges at a corner, clockwise: 0 up (between NW and NE), 1 right, 2 down, 3 left. Quadrants: 0 NW, 1 NE, 2 SE, 3 SW.
const UP = 0;
const RIGHT = 1;
const DOWN = 2;

export function createPolygonTracer(options: PolygonTracerOptions): PolygonTracer {
  const { widthPx, ignoredId, measureSteps = [], onPolygon } = options;
  const parents: number[] = [];
  const patches = new Map<number, Patch>();
  /** Class per pixel of the row above, padded by one on both sides with −1 (outside). */
  let above = new Int16Array(widthPx + 2).fill(-1);
  let current = new Int16Array(widthPx + 2).fill(-1);
  let aboveLabels = new Int32Array(widthPx + 2).fill(-1);
  let currentLabels = new Int32Array(widthPx + 2).fill(-1);
  /** Per corner column: the chain that runs down the vertical edge, and the one that comes up it. */
  const goingDown: (Chain | null)[] = new Array(widthPx + 1).fill(null);
  const comingUp: (Chain | null)[] = new Array(widthPx + 1).fill(null);
  let row = 0;

  function find(label: number): number {
    let root = label;
    while (parents[root] !== root) root = parents[root]!;
    for (let at = label; at !== root; ) {
      const next = parents[at]!;
      parents[at] = root;
      at = next;
    }
    return root;
  }

  function unite(a: number, b: number): number {
    const [rootA, rootB] = [find(a), find(b)];
    if (rootA === rootB) return rootA;
    const [first, second] = [patches.get(rootA)!, patches.get(rootB)!];
    const [keepRoot, dropRoot, keep, drop] =
      first.rings.length >= second.rings.length ? [rootA, rootB, first, second] : [rootB, rootA, second, first];
    parents[dropRoot] = keepRoot;
    keep.pixelCount += drop.pixelCount;
    keep.area += drop.area;
    keep.confidenceSum += drop.confidenceSum;
    keep.hasConfidence ||= drop.hasConfidence;
    for (const ring of drop.rings) keep.rings.push(ring);
    for (const [index, measure] of keep.measures.entries()) measure.take(drop.measures[index]!);
    patches.delete(dropRoot);
    return keepRoot;
  }

  function labelRow(
    classIds: Uint8Array,
    confidence: Uint8Array | null,
    pixelArea: number,
    measures: readonly Float32Array[],
  ): void {
    for (let col = 1; col <= widthPx; col++) {
      const id = classIds[col - 1]!;
      current[col] = id === ignoredId ? -1 : id;
    }
    let col = 1;
    while (col <= widthPx) {
      const id = current[col]!;
      let end = col + 1;
      while (end <= widthPx && current[end] === id) end++;
      if (id < 0) {
        currentLabels.fill(-1, col, end);
        col = end;
        continue;
      }
      let label = -1;
      for (let at = col; at < end; at++) {
        if (above[at] !== id || (at > col && above[at - 1] === id)) continue;
        label = label < 0 ? find(aboveLabels[at]!) : unite(label, aboveLabels[at]!);
      }
      if (label < 0) {
        label = parents.length;
        parents.push(label);
        patches.set(label, newPatch(id, measureSteps));
      }
      const patch = patches.get(label)!;
      patch.pixelCount += end - col;
      patch.area += (end - col) * pixelArea;
      if (confidence !== null) {
        patch.hasConfidence = true;
        for (let at = col; at < end; at++) patch.confidenceSum += confidence[at - 1]!;
      }
      for (const [index, values] of measures.entries()) patch.measures[index]!.addRun(values, col - 1, end - 1);
      currentLabels.fill(label, col, end);
      col = end;
    }
  }

  /** Corners along the line between the row above and the current one. */
  function traceLine(): void {
    let goingRight: Chain | null = null;
    let comingLeft: Chain | null = null;
    for (let x = 0; x <= widthPx; x++) {
      const quadrants = [above[x]!, above[x + 1]!, current[x + 1]!, current[x]!];
      const [nw, ne, se, sw] = quadrants as [number, number, number, number];
      if (nw === ne && ne === se && se === sw) {
        goingDown[x] = null;
        comingUp[x] = null;
        goingRight = null;
        comingLeft = null;
        continue;
      }
      // Chains on the two edges that were already walked, before their slots are filled anew.
      const tails: (Chain | null)[] = [goingDown[x]!, null, null, goingRight];
      const heads: (Chain | null)[] = [comingUp[x]!, null, null, comingLeft];
      goingDown[x] = null;
      comingUp[x] = null;
      goingRight = null;
      comingLeft = null;
      const isNode = Number(nw !== ne) + Number(ne !== se) + Number(se !== sw) + Number(sw !== nw) > 2;
      for (let first = 0; first < 4; first++) {
        const id = quadrants[first]!;
        if (id < 0 || quadrants[(first + 3) % 4] === id) continue;
        let length = 1;
        while (length < 4 && quadrants[(first + length) % 4] === id) length++;
        // Leaves along the edge before the group, arrives along the edge after it: the group stays on the right.
        const outEdge = (first + 3) % 4;
        const inEdge = (first + length - 1) % 4;
        // Where others meet along a straight side there is a point too, so that neighbours share all of theirs.
        const isPoint = length !== 2 || quadrants[(first + 2) % 4] !== quadrants[(first + 3) % 4];
        const mark = (isNode ? NODE : 0) + (quadrants[(first + 3) % 4]! < 0 ? BORDERS_NOTHING : 0);
        const chain = pass(x * MARKS + mark, isPoint, tails[inEdge] ?? null, heads[outEdge] ?? null, labelAt(x, first));
        if (chain === null) continue;
        if (outEdge === RIGHT) goingRight = chain;
        else if (outEdge === DOWN) goingDown[x] = chain;
        if (inEdge === RIGHT) comingLeft = chain;
        else if (inEdge === DOWN) comingUp[x] = chain;
      }
    }
  }

  function labelAt(x: number, quadrant: number): number {
    const line = quadrant === UP || quadrant === RIGHT ? aboveLabels : currentLabels;
    return line[quadrant === RIGHT || quadrant === DOWN ? x + 1 : x]!;
  }

  /**
   * Lets a boundary pass through a corner of this row, `x` being its column and marks. Returns the chain with its open
   * ends, or null when it closed.
   */
  function pass(
    x: number,
    isPoint: boolean,
    arriving: Chain | null,
    leaving: Chain | null,
    label: number,
  ): Chain | null {
    const tail = arriving === null ? null : resolve(arriving);
    const head = leaving === null ? null : resolve(leaving);
    if (tail === null && head === null) return { front: [], back: [x, row], label, joinedTo: null };
    if (tail !== null) {
      if (isPoint) tail.back.push(x, row);
      if (head === null) return tail;
      if (head === tail) {
        closeRing(tail);
        return null;
      }
      return join(tail, head);
    }
    if (isPoint) head!.front.push(row, x);
    return head;
  }

  function join(tail: Chain, head: Chain): Chain {
    const [tailLength, headLength] = [tail.front.length + tail.back.length, head.front.length + head.back.length];
    if (tailLength >= headLength) {
      for (let at = head.front.length - 1; at >= 0; at--) tail.back.push(head.front[at]!);
      for (const value of head.back) tail.back.push(value);
      head.joinedTo = tail;
      return tail;
    }
    for (let at = tail.back.length - 1; at >= 0; at--) head.front.push(tail.back[at]!);
    for (const value of tail.front) head.front.push(value);
    tail.joinedTo = head;
    return head;
  }

  function closeRing(chain: Chain): void {
    const ring = chain.front.reverse().concat(chain.back);
    patches.get(find(chain.label))!.rings.push(...simpleRings(unmarked(ring)));
  }

  /** Patches of the row above that do not go on are complete. */
  function emitFinished(): void {
    const alive = new Set<number>();
    for (let col = 1; col <= widthPx; col++) {
      if (current[col]! >= 0 && currentLabels[col] !== currentLabels[col - 1]) alive.add(find(currentLabels[col]!));
    }
    for (let col = 1; col <= widthPx; col++) {
      if (above[col]! < 0 || aboveLabels[col] === aboveLabels[col - 1]) continue;
      const root = find(aboveLabels[col]!);
      const patch = patches.get(root);
      if (patch !== undefined && !alive.has(root)) {
        patches.delete(root);
        onPolygon(describePatch(patch));
      }
    }
  }

  function advance(): void {
    traceLine();
    emitFinished();
    [above, current] = [current, above];
    [aboveLabels, currentLabels] = [currentLabels, aboveLabels];
    row++;
  }

  return {
    pushRow(classIds, confidence = null, pixelArea = 1, measures = []) {
      if (classIds.length !== widthPx) throw new RangeError(`row of ${classIds.length} pixels, expected ${widthPx}`);
      labelRow(classIds, confidence, pixelArea, measures);
      advance();
    },
    finish() {
      current.fill(-1);
      currentLabels.fill(-1);
      advance();
    },
  };
}

function resolve(chain: Chain): Chain {
  let target = chain;
  while (target.joinedTo !== null) target = target.joinedTo;
  return target;
}

/**
 * A boundary that comes back to a corner (two pixels of the patch meet there across two others) is several rings: a
 * ring of a valid polygon passes each of its points once (OGC Simple Features, 06-103r4, 6.1.11.1), while an outline
 * and its holes may touch in points. Pieces keep their sense, so holes stay holes.
 */
function simpleRings({ corners, marks }: MarkedRing): MarkedRing[] {
  const rings: MarkedRing[] = [];
  const open: MarkedRing = { corners: [], marks: [] };
  /** Where each corner of `open` stands in it. */
  const places = new Map<string, number>();
  for (const [index, mark] of marks.entries()) {
    const [x, y] = [corners[2 * index]!, corners[2 * index + 1]!];
    const corner = `${x},${y}`;
    const place = places.get(corner);
    if (place !== undefined) {
      const piece = { corners: open.corners.splice(2 * place), marks: open.marks.splice(place) };
      for (let of = 0; of < piece.corners.length; of += 2) {
        places.delete(`${piece.corners[of]},${piece.corners[of + 1]}`);
      }
      rings.push(piece);
    }
    places.set(corner, open.marks.length);
    open.corners.push(x, y);
    open.marks.push(mark);
  }
  rings.push(open);
  return rings;
}

/** Columns and marks apart. */
function unmarked(chained: readonly number[]): MarkedRing {
  const ring: MarkedRing = { corners: [], marks: [] };
  for (let at = 0; at < chained.length; at += 2) {
    ring.corners.push(Math.floor(chained[at]! / MARKS), chained[at + 1]!);
    ring.marks.push(chained[at]! % MARKS);
  }
  return ring;
}

function newPatch(classId: number, measureSteps: readonly number[]): Patch {
  const measures = measureSteps.map((step) => new ValueHistogram(step));
  return { classId, pixelCount: 0, area: 0, confidenceSum: 0, hasConfidence: false, rings: [], measures };
}

function describePatch(patch: Patch): TracedPolygon {
  const { classId, pixelCount, area, confidenceSum, hasConfidence, rings, measures } = patch;
  // Clockwise rings have positive area in image coordinates; exactly one ring of a patch is its outline.
  const outer = rings.findIndex(({ corners }) => signedArea(corners) > 0);
  const ordered = [rings[outer]!, ...rings.filter((_, index) => index !== outer)];
  return {
    classId,
    pixelCount,
    area,
    meanConfidence: hasConfidence ? confidenceSum / pixelCount / 255 : null,
    rings: ordered.map(({ corners }) => corners),
    marks: ordered.map(({ marks }) => marks),
    measures,
  };
}

/** Shoelace area of a ring [x0, y0, x1, y1, …]; positive when clockwise with y pointing down. */
export function signedArea(ring: readonly number[]): number {
  let doubled = 0;
  for (let at = 0; at < ring.length; at += 2) {
    const next = (at + 2) % ring.length;
    doubled += ring[at]! * ring[next + 1]! - ring[next]! * ring[at + 1]!;
  }
  return doubled / 2;
}
