/**
 * A class map as GeoJSON polygons with holes, streamed, each with what is known of it (`map-polygons.ts`).
 *
 * Source: RFC 7946 (outer rings counter-clockwise, longitude first); the older `crs` member, which GDAL and QGIS
 * honour, names any other CRS.
 */
import { NadirError } from "../core/errors";
import { type Geotransform, pixelToMap } from "../core/georef/geotransform";
import type { PointTransform } from "../core/georef/reprojection";
import { signedArea, type TracedPolygon } from "../core/polygons/trace-polygons";
import { crsMember } from "../core/vector/geojson-crs";
import type { ByteSink } from "./byte-sink";
import { type MapPolygonsRequest, type MapPolygonsSummary, mapPolygonColumns, traceMapPolygons } from "./map-polygons";
import { toLngLat } from "./reproject";
import type { ExportGrid } from "./write-cog";

export interface GeoJsonRequest extends MapPolygonsRequest {
  readonly coordinates: "scene-crs" | "epsg-4326";
  readonly sink: ByteSink;
}

/** Text collected before it goes to the sink. */
const FLUSH_CHARACTERS = 1 << 20;

/** @throws {NadirError} `missing-crs` when EPSG:4326 is asked for and the scene's CRS is unknown. */
export async function writeGeoJson(request: GeoJsonRequest): Promise<MapPolygonsSummary> {
  const { grid, coordinates, sink } = request;
  const toCoordinate = coordinateTransform(grid, coordinates);
  const columns = mapPolygonColumns(request);
  const writer = createTextWriter(sink);
  writer.add(`{"type":"FeatureCollection",${crsMember(namedEpsg(grid, coordinates))}"features":[`);
  let separator = "";
  const summary = await traceMapPolygons(
    request,
    ({ rings, values }) => {
      const properties = Object.fromEntries(columns.map(({ name }, index) => [name, values[index]]));
      writer.add(`${separator}\n${formatFeature(properties, rings, toCoordinate)}`);
      separator = ",";
    },
    () => writer.flush(FLUSH_CHARACTERS),
  );
  writer.add("\n]}\n");
  await writer.flush(0);
  await sink.close();
  return summary;
}

type CoordinateTransform = (col: number, row: number) => readonly [number, number];

/**
 * Where a pixel position lies in a GeoJSON file of ours.
 *
 * @throws {NadirError} `missing-crs` as `writeGeoJson`.
 */
export function coordinateTransform(
  grid: Pick<ExportGrid, "geotransform" | "crs">,
  coordinates: GeoJsonRequest["coordinates"],
): CoordinateTransform {
  const { geotransform, crs } = grid;
  if (geotransform === null && coordinates === "epsg-4326") throw missingCrs("The scene has no position.");
  const toMap: CoordinateTransform =
    geotransform === null
      ? // Without a position: pixels, with y up as GIS programs draw.
        (col, row) => [col, -row]
      : (col, row) => pixelToMap(geotransform as Geotransform, [col, row]);
  if (coordinates === "scene-crs") return toMap;
  const transform: PointTransform | null = crs === null ? null : toLngLat(crs);
  if (transform === null) throw missingCrs(`The scene's coordinate system is ${crs?.name ?? "not given"}.`);
  return (col, row) => {
    const point = transform(toMap(col, row));
    if (point === null) throw missingCrs(`Pixel ${col}, ${row} has no longitude and latitude.`);
    // 1e-9 degrees is a tenth of a millimetre.
    return [round(point[0], 9), round(point[1], 9)];
  };
}

/** EPSG code that such a file names; null where it names none. */
export function namedEpsg(
  { crs, geotransform }: Pick<ExportGrid, "geotransform" | "crs">,
  coordinates: GeoJsonRequest["coordinates"],
): number | null {
  return coordinates === "epsg-4326" || geotransform === null ? null : (crs?.epsg ?? null);
}

function formatFeature(
  properties: Readonly<Record<string, unknown>>,
  rings: TracedPolygon["rings"],
  toCoordinate: CoordinateTransform,
): string {
  const formatted = rings.map((ring, index) => formatRing(ring, index === 0, toCoordinate));
  return `{"type":"Feature","properties":${JSON.stringify(properties)},"geometry":{"type":"Polygon","coordinates":[${formatted.join(",")}]}}`;
}

/** Closed ring; the outline counter-clockwise, holes clockwise, seen with y up. */
function formatRing(ring: readonly number[], isOuter: boolean, toCoordinate: CoordinateTransform): string {
  const points = placeRing(ring, isOuter, toCoordinate);
  points.push(points[0]!);
  return `[${points.map(([x, y]) => `[${x},${y}]`).join(",")}]`;
}

/** Not closed; the outline counter-clockwise, holes clockwise, seen with y up. */
export function placeRing(
  ring: readonly number[],
  isOuter: boolean,
  toCoordinate: CoordinateTransform,
): (readonly [number, number])[] {
  const points: (readonly [number, number])[] = [];
  for (let at = 0; at < ring.length; at += 2) points.push(toCoordinate(ring[at]!, ring[at + 1]!));
  // Relative to the first point: coordinates of millions would eat the digits that tell the direction.
  const [originX, originY] = points[0]!;
  const isCounterClockwise = signedArea(points.flatMap(([x, y]) => [x - originX, y - originY])) > 0;
  return isCounterClockwise === isOuter ? points : points.reverse();
}

function createTextWriter(sink: ByteSink) {
  const encoder = new TextEncoder();
  let parts: string[] = [];
  let length = 0;
  let position = 0;
  return {
    add(text: string) {
      parts.push(text);
      length += text.length;
    },
    async flush(threshold: number) {
      if (length <= threshold) return;
      const bytes = encoder.encode(parts.join(""));
      parts = [];
      length = 0;
      await sink.write(position, bytes);
      position += bytes.length;
    },
  };
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

function missingCrs(found: string): NadirError {
  return new NadirError({
    code: "missing-crs",
    found,
    needed: "Longitude and latitude need a position and a known coordinate system.",
    next: "Export in the scene's own coordinates, or give the image a .prj file.",
  });
}
