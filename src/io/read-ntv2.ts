/**
 * NTv2 shift grids (`.gsb`): headers are held against the file's size, and only nodes around a place are read.
 *
 * Source: NTv2 Developer's Guide, Natural Resources Canada, 1995 (appendix C).
 */
import { NadirError } from "../core/errors";
import type { DegreeBounds } from "../core/georef/degrees";
import type { ShiftGrid, ShiftGridPart } from "../core/georef/shift-grid";

/** Of the file, and of each sub-grid: eleven records of a label and a value. */
const HEADER_BYTES = 176;
const NODE_BYTES = 16;
const MOST_PARTS = 4096;
/** Kept of one grid; the whole of Great Britain at a kilometre has fewer. */
const MOST_NODES = 1 << 20;
/** Rows are read whole. */
const MOST_BYTES = 1 << 26;

const DEGREES_PER_UNIT: Readonly<Record<string, number>> = { SECONDS: 1 / 3600, MINUTES: 1 / 60, DEGREES: 1 };

export interface Ntv2Grid {
  /** Half axis in metres that the shifted latitudes and longitudes lie on. */
  readonly semiMajorMetres: number;
  /** Whether each of these places has a shift. */
  covers(places: readonly (readonly [lng: number, lat: number])[]): boolean;
  /** @returns Null where there is nothing, or more than is kept. */
  around(bounds: DegreeBounds): Promise<ShiftGrid | null>;
}

interface Part {
  readonly name: string;
  readonly parent: string;
  /** East positive. */
  readonly area: DegreeBounds;
  readonly stepLngDegrees: number;
  readonly stepLatDegrees: number;
  readonly cols: number;
  readonly rows: number;
  readonly nodesAt: number;
}

/** @throws {NadirError} `corrupt-raster` when it is none, or shorter than its headers say. */
export async function openNtv2(file: Blob & { readonly name: string }): Promise<Ntv2Grid> {
  const head = await header(file, 0);
  const isLittle = head?.getInt32(8, true) === 11;
  const unit = head === null ? undefined : DEGREES_PER_UNIT[text(head, 56)];
  const partCount = head?.getInt32(40, isLittle) ?? 0;
  if (head === null || text(head, 0) !== "NUM_OREC" || head.getInt32(8, isLittle) !== 11) {
    throw broken(file, "It does not start as an NTv2 grid does.");
  }
  if (unit === undefined) throw broken(file, `Its shifts are in "${text(head, 56)}".`);
  if (!(partCount >= 1 && partCount <= MOST_PARTS)) throw broken(file, `It claims to hold ${partCount} grids.`);
  const parts: Part[] = [];
  let at = HEADER_BYTES;
  for (let index = 0; index < partCount; index++) {
    const view = await header(file, at);
    const part = view === null ? null : readPart(view, { isLittle, unit, nodesAt: at + HEADER_BYTES });
    if (part === null) throw broken(file, `The header of grid ${index + 1} of ${partCount} makes no sense.`);
    at = part.nodesAt + part.cols * part.rows * NODE_BYTES;
    if (at > file.size) throw broken(file, `It ends at ${file.size} bytes, in the middle of grid ${index + 1}.`);
    parts.push(part);
  }
  const sorted = parts.toSorted((a, b) => depth(b, parts) - depth(a, parts));
  const read = { file, isLittle, toSeconds: unit * 3600 };
  return {
    semiMajorMetres: head.getFloat64(120, isLittle),
    covers: (places) => places.every(([lng, lat]) => sorted.some(({ area }) => holds(area, [lng, lat, lng, lat]))),
    async around(bounds) {
      const found = sorted
        .filter(({ area }) => meet(area, bounds))
        .map((part) => ({ part, window: windowOf(part, bounds) }));
      const nodes = found.reduce((sum, { window }) => sum + window.cols * window.rows, 0);
      const bytes = found.reduce((sum, { part, window }) => sum + part.cols * window.rows * NODE_BYTES, 0);
      if (found.length === 0 || nodes > MOST_NODES || bytes > MOST_BYTES) return null;
      return { parts: await Promise.all(found.map(({ part, window }) => readNodes(read, part, window))) };
    },
  };
}

async function header(file: Blob, at: number): Promise<DataView | null> {
  if (at + HEADER_BYTES > file.size) return null;
  return new DataView(await file.slice(at, at + HEADER_BYTES).arrayBuffer());
}

/** Longitudes count westwards in the file. */
function readPart(
  view: DataView,
  { isLittle, unit, nodesAt }: { readonly isLittle: boolean; readonly unit: number; readonly nodesAt: number },
): Part | null {
  const at = (offset: number) => view.getFloat64(offset, isLittle) * unit;
  const [south, north, east, west] = [at(72), at(88), -at(104), -at(120)] as const;
  const [stepLatDegrees, stepLngDegrees] = [at(136), at(152)];
  const [cols, rows] = [
    Math.round((east - west) / stepLngDegrees) + 1,
    Math.round((north - south) / stepLatDegrees) + 1,
  ];
  const isGrid =
    text(view, 0) === "SUB_NAME" &&
    stepLatDegrees > 0 &&
    stepLngDegrees > 0 &&
    Math.abs(south) <= 90 &&
    Math.abs(north) <= 90 &&
    Math.abs(west) <= 360 &&
    Math.abs(east) <= 360 &&
    cols >= 2 &&
    rows >= 2 &&
    cols * rows === view.getInt32(168, isLittle);
  const [name, parent] = [text(view, 8), text(view, 24)];
  return isGrid
    ? { name, parent, area: [west, south, east, north], stepLngDegrees, stepLatDegrees, cols, rows, nodesAt }
    : null;
}

/** How many grids a part lies in; one that names itself as its ancestor has as many as there are. */
function depth(part: Part, parts: readonly Part[]): number {
  let [above, levels] = [part.parent, 0];
  while (levels < parts.length) {
    const parent = parts.find(({ name }) => name === above);
    if (parent === undefined) break;
    above = parent.parent;
    levels++;
  }
  return levels;
}

interface Window {
  readonly col: number;
  readonly row: number;
  readonly cols: number;
  readonly rows: number;
}

/** Nodes around the bounds, counted from the south-west, and one more on each side. */
function windowOf({ area, stepLngDegrees, stepLatDegrees, cols, rows }: Part, bounds: DegreeBounds): Window {
  const [west, south, east, north] = bounds;
  const span = (from: number, to: number, start: number, step: number, count: number) => {
    const first = Math.min(Math.max(0, Math.floor((from - start) / step) - 1), count - 2);
    const last = Math.max(first + 1, Math.min(count - 1, Math.ceil((to - start) / step) + 1));
    return [first, last - first + 1] as const;
  };
  const [col, width] = span(west, east, area[0], stepLngDegrees, cols);
  const [row, height] = span(south, north, area[1], stepLatDegrees, rows);
  return { col, row, cols: width, rows: height };
}

async function readNodes(
  { file, isLittle, toSeconds }: { readonly file: Blob; readonly isLittle: boolean; readonly toSeconds: number },
  part: Part,
  { col, row, cols, rows }: Window,
): Promise<ShiftGridPart> {
  const rowBytes = part.cols * NODE_BYTES;
  const start = part.nodesAt + row * rowBytes;
  const view = new DataView(await file.slice(start, start + rows * rowBytes).arrayBuffer());
  const shiftSeconds = new Float32Array(2 * cols * rows);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) {
      const node = r * rowBytes + (part.cols - 1 - (col + c)) * NODE_BYTES;
      const [north, westwards] = [view.getFloat32(node, isLittle), view.getFloat32(node + 4, isLittle)];
      shiftSeconds.set([-westwards * toSeconds, north * toSeconds], 2 * (r * cols + c));
    }
  }
  const { area, stepLngDegrees, stepLatDegrees } = part;
  return {
    area,
    westDegrees: area[0] + col * stepLngDegrees,
    southDegrees: area[1] + row * stepLatDegrees,
    stepLngDegrees,
    stepLatDegrees,
    cols,
    rows,
    shiftSeconds,
  };
}

function holds(area: DegreeBounds, inner: DegreeBounds): boolean {
  return inner[0] >= area[0] && inner[1] >= area[1] && inner[2] <= area[2] && inner[3] <= area[3];
}

function meet(area: DegreeBounds, other: DegreeBounds): boolean {
  return other[0] <= area[2] && other[2] >= area[0] && other[1] <= area[3] && other[3] >= area[1];
}

function text(view: DataView, at: number): string {
  return String.fromCharCode(...new Uint8Array(view.buffer, at, 8)).replace(/[\0 ]+$/, "");
}

function broken(file: { readonly name: string }, found: string): NadirError {
  return new NadirError({
    code: "corrupt-raster",
    subject: file.name,
    found,
    needed: "A complete NTv2 grid is needed.",
    next: "Download it again from whoever gives it out.",
  });
}
