/**
 * The undeclared margin of a photo (`core/raster/collar.ts`): found when the photo is opened, and missing wherever it is
 * read.
 *
 * Pixels along the edges say which colours to look for; where none repeats, nothing more is read. Then the photo is
 * streamed once, as it is or through an overview, into cells of which at most a million are kept, and the colour is
 * followed from the edge inwards over neighbouring cells (eight of them). Photos up to a megapixel have cells of one pixel,
 * larger ones are exact to a cell: a pixel belongs to the margin when it has the colour and its cell or a neighbour of
 * that belongs to it.
 */
import { letMessagesIn } from "../core/let-messages-in";
import { looksLikeLabels } from "../core/raster/band-roles";
import { type Collar, type CollarAnswer, type CollarColour, isCollarMissing } from "../core/raster/collar";
import type { BandArray } from "../core/raster/dtype";
import { photoBands } from "../core/raster/photo-range";
import type { RasterFacts, RasterSource } from "../core/raster/raster";

/** Pixels looked at along each edge. */
const EDGE_SAMPLES = 32;
/** Part of the edge that has to have one colour before the photo is looked through: white roofs and shadows have less. */
const LEAST_OF_EDGE = 0.1;
/** Part of the photo below which nothing is said. */
const LEAST_OF_PHOTO = 0.005;
const MOST_COLOURS = 2;
const MOST_CELLS = 1_000_000;
/** Pixels streamed at most where there is no overview, 8000 × 8000: opening must not take minutes. */
const MOST_STREAMED = 64_000_000;
const ROWS_PER_READ = 64;
/** Black and white of 8 bits, as JPEG leaves them. */
const SMEARED = { tolerance: 10, from: 15 } as const;
/** Of the pixels near a smeared colour, so many have it exactly: water and shadows spread, collars do not. */
const LEAST_EXACT = 0.5;
/** Fewer colours in the rest are a drawing or labels, where one colour along the edge means something. */
const LEAST_OTHERS = 64;

interface Cells {
  readonly level: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly cellPx: number;
  readonly cols: number;
  readonly rows: number;
}

/** Where a colour counts as margin: 1 per cell of it, and where cells are no pixels per neighbour of one. */
interface Margin extends Pick<CollarColour, "values" | "tolerance"> {
  readonly near: Uint8Array;
  /** The same on levels other than the cells' own, whose pixels lie across cells. */
  readonly wide: Uint8Array;
}

/** The same raster, with its collar among its facts and missing unless the user calls it ground. */
export async function withCollar(source: RasterSource, answer: CollarAnswer | undefined): Promise<RasterSource> {
  const bands = soughtBands(source.facts);
  if (bands.length === 0) return source;
  const cells = chooseCells(source.facts);
  const asked = await edgeColours(source, bands, cells.level);
  if (asked.length === 0) return source;
  if (cells.widthPx * cells.heightPx > MOST_STREAMED) return tooLarge(source);
  const found = await followColours(source, bands, cells, asked);
  if (found.length === 0) return source;
  const colours = found.map(({ values, tolerance, share }) => ({ values, tolerance, share }));
  const collar: Collar = { colours, answer: answer ?? null };
  const facts = { ...source.facts, collar };
  return isCollarMissing(collar) ? hideMargins({ ...source, facts }, bands, cells, found) : { ...source, facts };
}

/** 0-based bands whose colour is looked at; none where a margin would be no margin or somebody spoke of it already. */
function soughtBands({ bands, use, mask, labelColours, palette, fileName }: RasterFacts): readonly number[] {
  const isPhoto = (use === undefined || use === "optical") && labelColours === undefined && palette === null;
  if (!isPhoto || mask !== undefined || bands.some(({ nodataIsSet }) => nodataIsSet === true)) return [];
  if (use === undefined && looksLikeLabels(fileName)) return [];
  return photoBands(bands).map(({ index }) => index);
}

/** Colours that repeat along the edges of a photo of many colours, the commonest first. */
async function edgeColours(
  source: RasterSource,
  bands: readonly number[],
  level: number,
): Promise<readonly Pick<CollarColour, "values" | "tolerance">[]> {
  const { bands: facts, levels } = source.facts;
  const { widthPx, heightPx } = levels[level] ?? source.facts;
  const counts = new Map<string, { readonly values: readonly number[]; count: number }>();
  let looked = 0;
  const look = async (col: number, row: number) => {
    const { bands: samples, valid } = await source.read({ rect: { col, row, widthPx: 1, heightPx: 1 }, bands, level });
    looked++;
    if (valid?.[0] === 0) return;
    const values = samples.map((band) => band[0]!);
    const key = values.join();
    const seen = counts.get(key);
    if (seen === undefined) counts.set(key, { values, count: 1 });
    else seen.count++;
  };
  for (const row of spread(heightPx)) {
    for (const col of new Set([0, widthPx - 1])) await look(col, row);
  }
  for (const row of new Set([0, heightPx - 1])) {
    for (const col of spread(widthPx)) await look(col, row);
  }
  const is8bit = bands.every((band) => facts[band]!.dtype === "uint8");
  const commonest = [...counts.values()]
    .filter(({ count }) => count >= Math.max(2, LEAST_OF_EDGE * looked))
    .sort((one, other) => other.count - one.count);
  const chosen: Pick<CollarColour, "values" | "tolerance">[] = [];
  for (const { values } of commonest) {
    if (chosen.some((before) => isNear(values, before))) continue;
    const isSmeared = [...counts.values()].some(
      ({ values: other }) => isNear(other, { values, ...SMEARED }) && other !== values,
    );
    const dark = values.every((value) => value <= SMEARED.from);
    const bright = values.every((value) => value >= 255 - SMEARED.from);
    chosen.push({ values, tolerance: is8bit && isSmeared && (dark || bright) ? SMEARED.tolerance : 0 });
    if (chosen.length === MOST_COLOURS) break;
  }
  return chosen;
}

function isNear(values: readonly number[], { values: others, tolerance }: Pick<CollarColour, "values" | "tolerance">) {
  return values.every((value, band) => Math.abs(value - others[band]!) <= tolerance);
}

/** Evenly spread positions along a side, both ends among them. */
function spread(lengthPx: number): readonly number[] {
  const count = Math.min(EDGE_SAMPLES, lengthPx);
  return Array.from({ length: count }, (_, at) => Math.round((at * (lengthPx - 1)) / Math.max(1, count - 1)));
}

function tooLarge(source: RasterSource): RasterSource {
  const note =
    "Its edge has one colour in places. It is too large to be looked through for a margin that nobody declared: add overviews (gdaladdo), or set its nodata under “Bands and nodata”.";
  return { ...source, facts: { ...source.facts, notes: [...source.facts.notes, note] } };
}

/** The photo itself, or the overview that is just large enough. */
function chooseCells({ levels, widthPx, heightPx }: RasterFacts): Cells {
  const wanted = levels.findLastIndex((level) => level.widthPx * level.heightPx >= MOST_CELLS);
  const level = Math.max(0, wanted);
  const size = levels[level] ?? { widthPx, heightPx };
  const pixels = size.widthPx * size.heightPx;
  const cellPx = Math.max(1, Math.ceil(Math.sqrt(pixels / MOST_CELLS)));
  return { level, ...size, cellPx, cols: Math.ceil(size.widthPx / cellPx), rows: Math.ceil(size.heightPx / cellPx) };
}

async function followColours(
  source: RasterSource,
  bands: readonly number[],
  cells: Cells,
  asked: readonly Pick<CollarColour, "values" | "tolerance">[],
): Promise<readonly (Margin & CollarColour)[]> {
  const { level, widthPx, heightPx, cellPx, cols, rows } = cells;
  const counts = asked.map(() => new Uint32Array(cols * rows));
  const exact = asked.map(() => 0);
  const others = new Set<number>();
  const step = Math.ceil(ROWS_PER_READ / cellPx) * cellPx;
  for (let row = 0; row < heightPx; row += step) {
    const rect = { col: 0, row, widthPx, heightPx: Math.min(step, heightPx - row) };
    const { bands: samples, valid } = await source.read({ rect, bands, level });
    await letMessagesIn();
    for (let pixel = 0; pixel < samples[0]!.length; pixel++) {
      if (valid !== null && valid[pixel] === 0) continue;
      const colour = asked.findIndex((wanted) => hasColour(samples, pixel, wanted));
      if (colour < 0) {
        if (others.size < LEAST_OTHERS) others.add(samples.reduce((hash, band) => hash * 65_599 + band[pixel]!, 0));
        continue;
      }
      const down = Math.floor(pixel / widthPx);
      counts[colour]![Math.floor((row + down) / cellPx) * cols + Math.floor((pixel - down * widthPx) / cellPx)]!++;
      if (hasColour(samples, pixel, { values: asked[colour]!.values, tolerance: 0 })) exact[colour]!++;
    }
  }
  if (others.size < LEAST_OTHERS) return [];
  return asked
    .flatMap((colour, index) => {
      const reached = follow(counts[index]!, cells);
      const wide = widened(reached, cells);
      const near = cells.cellPx === 1 ? reached : wide;
      const pixels = counts[index]!.reduce((sum, count, cell) => sum + near[cell]! * count, 0);
      const all = counts[index]!.reduce((sum, count) => sum + count, 0);
      const share = pixels / (widthPx * heightPx);
      return share >= LEAST_OF_PHOTO && exact[index]! >= LEAST_EXACT * all ? [{ ...colour, share, near, wide }] : [];
    })
    .sort((one, other) => other.share - one.share);
}

function hasColour(
  samples: readonly BandArray[],
  pixel: number,
  { values, tolerance }: Pick<CollarColour, "values" | "tolerance">,
): boolean {
  for (let band = 0; band < values.length; band++) {
    const difference = samples[band]![pixel]! - values[band]!;
    if (difference > tolerance || difference < -tolerance) return false;
  }
  return true;
}

/** 1 for cells of which at least half has the colour, reached from the edge over such cells. */
function follow(counts: Uint32Array, { widthPx, heightPx, cellPx, cols, rows }: Cells): Uint8Array {
  const reached = new Uint8Array(cols * rows);
  const open: number[] = [];
  const reach = (col: number, row: number) => {
    if (col < 0 || row < 0 || col >= cols || row >= rows) return;
    const cell = row * cols + col;
    const pixels = Math.min(cellPx, widthPx - col * cellPx) * Math.min(cellPx, heightPx - row * cellPx);
    if (reached[cell] === 1 || 2 * counts[cell]! < pixels) return;
    reached[cell] = 1;
    open.push(cell);
  };
  for (let col = 0; col < cols; col++) for (const row of [0, rows - 1]) reach(col, row);
  for (let row = 0; row < rows; row++) for (const col of [0, cols - 1]) reach(col, row);
  for (let cell = open.pop(); cell !== undefined; cell = open.pop()) {
    const row = Math.floor(cell / cols);
    const col = cell - row * cols;
    for (let y = -1; y <= 1; y++) for (let x = -1; x <= 1; x++) reach(col + x, row + y);
  }
  return reached;
}

/** With the neighbours of its cells. */
function widened(reached: Uint8Array, { cols, rows }: Cells): Uint8Array {
  const near = new Uint8Array(reached.length);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      if (reached[row * cols + col] === 0) continue;
      for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++) {
        near.fill(1, y * cols + Math.max(0, col - 1), y * cols + Math.min(cols - 1, col + 1) + 1);
      }
    }
  }
  return near;
}

function hideMargins(
  source: RasterSource,
  bands: readonly number[],
  cells: Cells,
  margins: readonly Margin[],
): RasterSource {
  const { levels, widthPx, heightPx } = source.facts;
  return {
    facts: source.facts,
    close: () => source.close(),
    async read(request) {
      const { rect, level = 0 } = request;
      const size = levels[level] ?? { widthPx, heightPx };
      const cols = cellsAlong(rect.col, rect.widthPx, size.widthPx / cells.widthPx, cells.cellPx);
      const rows = cellsAlong(rect.row, rect.heightPx, size.heightPx / cells.heightPx, cells.cellPx);
      const read = await source.read(request);
      const touched = margins
        .map((margin) => (level === cells.level ? margin : { ...margin, near: margin.wide }))
        .filter(({ near }) => touches(near, cells, cols, rows));
      if (touched.length === 0) return read;
      const isAll = bands.every((band) => request.bands.includes(band));
      const whole = isAll ? read : await source.read({ ...request, bands });
      const ground = bands.map((band, index) => whole.bands[isAll ? request.bands.indexOf(band) : index]!);
      return { bands: read.bands, valid: hide(read.valid, ground, touched, cells, cols, rows) };
    },
  };
}

/** The cell of each pixel from `start`, along one side. @param scale Pixels of that level per pixel of the cells' level. */
function cellsAlong(start: number, lengthPx: number, scale: number, cellPx: number): Uint32Array {
  return Uint32Array.from({ length: lengthPx }, (_, at) => Math.floor((start + at + 0.5) / scale / cellPx));
}

function touches(near: Uint8Array, { cols: width }: Cells, cols: Uint32Array, rows: Uint32Array): boolean {
  const [left, right] = [cols[0]!, cols.at(-1)!];
  for (let row = rows[0]!; row <= rows.at(-1)!; row++) {
    if (near.subarray(row * width + left, row * width + right + 1).includes(1)) return true;
  }
  return false;
}

function hide(
  known: Uint8Array | null,
  ground: readonly BandArray[],
  margins: readonly Margin[],
  { cols: width }: Cells,
  cols: Uint32Array,
  rows: Uint32Array,
): Uint8Array | null {
  let valid: Uint8Array | null = null;
  for (const margin of margins) {
    for (let row = 0, pixel = 0; row < rows.length; row++) {
      const line = rows[row]! * width;
      for (let col = 0; col < cols.length; col++, pixel++) {
        if (margin.near[line + cols[col]!] === 0 || !hasColour(ground, pixel, margin)) continue;
        valid ??= known?.slice() ?? new Uint8Array(cols.length * rows.length).fill(1);
        valid[pixel] = 0;
      }
    }
  }
  return valid ?? known;
}
