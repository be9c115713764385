/** A shift grid that was given beside a raster takes the place of the parameters that only stand for it. */
import { NadirError } from "../core/errors";
import type { Datum, DatumWay, ShiftFile } from "../core/georef/crs";
import type { DegreeBounds } from "../core/georef/degrees";
import { pixelToMap } from "../core/georef/geotransform";
import { shiftFileOf } from "../core/georef/shift-file";
import type { RasterFacts, RasterSource } from "../core/raster/raster";
import { openNtv2 } from "./read-ntv2";
import { toOwnLngLat } from "./reproject";

type NamedFile = Blob & { readonly name: string };

/** Half axes in the headers of grids are rounded now and then. */
const SAME_AXIS_METRES = 1;
/** Places along each side of the raster that must have a shift. */
const STEPS = 8;

/** The same raster, with the nodes around it in its datum's first way; what keeps a grid from being used is among its notes. */
export async function withShiftGrid(source: RasterSource, files: readonly NamedFile[]): Promise<RasterSource> {
  const { crs } = source.facts;
  if (crs?.datum === undefined) return source;
  const { datum: before } = crs;
  const [best] = files
    .flatMap((file) => {
      const entry = shiftFileOf(before, file.name);
      return entry === null ? [] : [{ file, entry }];
    })
    .toSorted((a, b) => a.entry.to.accuracyMetres - b.entry.to.accuracyMetres);
  if (best === undefined) return source;
  const { file, entry } = best;
  const way = await readWay(source.facts, file, entry);
  if (typeof way === "string") {
    return withNote(source, `${file.name} is not used: ${way}`);
  }
  const datum: Datum = { ...before, ways: [way, ...before.ways] };
  const accuracy = `± ${entry.to.accuracyMetres} m to ${entry.to.datum}, ± ${entry.accuracyMetres} m to WGS 84`;
  return withNote(
    { ...source, facts: { ...source.facts, crs: { ...crs, datum } } },
    `Positions are shifted by the grid ${file.name} (${accuracy}).`,
  );
}

/** A sentence where it cannot be used. */
async function readWay(facts: RasterFacts, file: NamedFile, entry: ShiftFile): Promise<DatumWay | string> {
  const outline = outlineOf(facts);
  if (outline === null) return "the raster does not say where it lies.";
  try {
    const grid = await openNtv2(file);
    if (Math.abs(grid.semiMajorMetres - facts.crs!.datum!.ellipsoid.semiMajorMetres) > SAME_AXIS_METRES) {
      return `it is made for an ellipsoid with a half axis of ${grid.semiMajorMetres} m, and ${facts.crs!.datum!.name} has another.`;
    }
    if (!grid.covers(outline)) return "it does not cover the raster.";
    const nodes = await grid.around(boundsOf(outline));
    if (nodes === null) return "too many of its nodes lie on the raster.";
    return { area: entry.area, accuracyMetres: entry.accuracyMetres, by: { grid: file.name, nodes, to: entry.to } };
  } catch (error) {
    if (error instanceof NadirError) return error.facts.found;
    throw error;
  }
}

function withNote(source: RasterSource, note: string): RasterSource {
  return { ...source, facts: { ...source.facts, notes: [...source.facts.notes, note] } };
}

/** Points around the raster, degrees on its own datum; null when they are not known. */
function outlineOf({ geotransform, crs, widthPx, heightPx }: RasterFacts): (readonly [number, number])[] | null {
  const toDegrees = crs === null ? null : toOwnLngLat(crs);
  if (geotransform === null || toDegrees === null) return null;
  const along = Array.from({ length: STEPS + 1 }, (_, at) => at / STEPS);
  const pixels = along.flatMap((t): (readonly [number, number])[] => [
    [t * widthPx, 0],
    [t * widthPx, heightPx],
    [0, t * heightPx],
    [widthPx, t * heightPx],
  ]);
  const places = pixels.map((pixel) => toDegrees(pixelToMap(geotransform, pixel)));
  return places.every((place) => place !== null) ? places : null;
}

/** Around the places, and half as far again: the other raster may reach beyond. */
function boundsOf(places: readonly (readonly [number, number])[]): DegreeBounds {
  const [lngs, lats] = [places.map(([lng]) => lng), places.map(([, lat]) => lat)];
  const [west, east] = [Math.min(...lngs), Math.max(...lngs)];
  const [south, north] = [Math.min(...lats), Math.max(...lats)];
  const [x, y] = [(east - west) / 2, (north - south) / 2];
  return [west - x, south - y, east + x, north + y];
}
