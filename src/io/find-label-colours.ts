/** Whether a picture is a label raster by its colours alone: some data sets give labels the photo's own file name. */
import { CLASS_SCHEMES, type Colour } from "../core/labels/class-scheme";
import type { RasterSource } from "../core/raster/raster";

/** Parts looked at along each side, and their size. */
const PARTS = 4;
const PART_PX = 64;
/** More colours than any table has: a photo, which the first part already shows. */
const MOST_COLOURS = 16;

/** The same raster, with the table among its facts whose colours, and no others, it is made of. */
export async function withLabelColours(source: RasterSource): Promise<RasterSource> {
  const { bands, use } = source.facts;
  const shown = bands.filter(({ role }) => role !== "alpha").map(({ index }) => index);
  if (use !== undefined || shown.length !== 3 || bands[0]!.dtype !== "uint8") return source;
  const colours = await coloursOf(source, shown);
  const table =
    colours &&
    CLASS_SCHEMES.find(({ classes, ignoreColours }) => {
      const known = [...classes.map(({ colour }) => colour), ...ignoreColours].map(String);
      const isOfIt = colours.every((colour) => known.includes(String(colour)));
      return isOfIt && classes.filter(({ colour }) => colours.map(String).includes(String(colour))).length > 1;
    });
  return table ? { ...source, facts: { ...source.facts, labelColours: table.name } } : source;
}

/** Null as soon as there are too many. */
async function coloursOf(source: RasterSource, bands: readonly number[]): Promise<readonly Colour[] | null> {
  const { widthPx, heightPx } = source.facts;
  const found = new Map<number, Colour>();
  for (let part = 0; part < PARTS * PARTS; part++) {
    const [across, down] = [part % PARTS, Math.floor(part / PARTS)];
    const rect = { ...span(widthPx, across, "col", "widthPx"), ...span(heightPx, down, "row", "heightPx") };
    const { bands: read, valid } = await source.read({ rect, bands });
    const [red, green, blue] = [read[0]!, read[1]!, read[2]!];
    for (let at = 0; at < red.length; at++) {
      if (valid !== null && valid[at] === 0) continue;
      found.set((red[at]! << 16) | (green[at]! << 8) | blue[at]!, [red[at]!, green[at]!, blue[at]!]);
      if (found.size > MOST_COLOURS) return null;
    }
  }
  return [...found.values()];
}

function span<Start extends string, Length extends string>(length: number, part: number, start: Start, size: Length) {
  const taken = Math.min(PART_PX, length);
  const at = Math.round(((length - taken) * part) / (PARTS - 1));
  return { [start]: at, [size]: taken } as Record<Start | Length, number>;
}
