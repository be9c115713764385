/**
 * A class map as GeoJSON polygons with holes, streamed: class, area, pixel count and mean confidence per polygon.
 *
 * Source: RFC 7946 (outer rings counter-clockwise, longitude first); the older `crs` member, which GDAL and QGIS
 * honour, names any other CRS.
 */
import type { CancelSignal } from "../core/cancel";
import { NadirError } from "../core/errors";
import { type Geotransform, pixelToMap } from "../core/georef/geotransform";
import { pixelAreaByRow } from "../core/georef/pixel-area";
import type { PointTransform } from "../core/georef/reprojection";
import { createPolygonTracer, signedArea, type TracedPolygon } from "../core/polygons/trace-polygons";
import { NODATA_CLASS_ID } from "../core/run/run-settings";
import { crsMember } from "../core/vector/geojson-crs";
import type { ByteSink } from "./byte-sink";
import type { MaskReader } from "./mask-store";
import { toLngLat, toOwnLngLat } from "./reproject";
import type { ExportClass } from "./write-class-map";
import type { ExportGrid } from "./write-cog";

export interface GeoJsonRequest {
  readonly mask: Pick<MaskReader, "read">;
  /** Confidence × 255 on the same grid, when the run kept it. */
  readonly confidence?: Pick<MaskReader, "read"> | null;
  readonly grid: ExportGrid;
  readonly classes: readonly ExportClass[];
  /** Polygons below this many pixels are left out. */
  readonly minimumAreaPx?: number;
  readonly coordinates: "scene-crs" | "epsg-4326";
  readonly sink: ByteSink;
  readonly signal?: CancelSignal;
}

export interface GeoJsonSummary {
  readonly polygonCount: number;
  /** Left out for being small. */
  readonly droppedCount: number;
}

const ROWS_AT_ONCE = 256;
/** Text collected before it goes to the sink. */
const FLUSH_CHARACTERS = 1 << 20;

/** @throws {NadirError} `missing-crs` when EPSG:4326 is asked for and the scene's CRS is unknown. */
export async function writeGeoJson(request: GeoJsonRequest): Promise<GeoJsonSummary> {
  const { mask, confidence = null, grid, classes, minimumAreaPx = 1, coordinates, sink, signal } = request;
  const { widthPx, heightPx, geotransform, crs } = grid;
  const toCoordinate = coordinateTransform(grid, coordinates);
  const areaOf = pixelAreaByRow({ geotransform, crs, widthPx }, crs && toOwnLngLat(crs));
  const names = new Map(classes.map(({ id, name }) => [id, name]));
  const writer = createTextWriter(sink);
  writer.add(`{"type":"FeatureCollection",${crsMember(namedEpsg(grid, coordinates))}"features":[`);
  let polygonCount = 0;
  let droppedCount = 0;
  const tracer = createPolygonTracer({
    widthPx,
    ignoredId: NODATA_CLASS_ID,
    onPolygon(polygon) {
      if (polygon.pixelCount < minimumAreaPx) {
        droppedCount++;
        return;
      }
      writer.add(`${polygonCount === 0 ? "" : ","}\n${formatFeature(polygon, names, areaOf !== null, toCoordinate)}`);
      polygonCount++;
    },
  });
  for (let row = 0; row < heightPx; row += ROWS_AT_ONCE) {
    signal?.throwIfAborted();
    const rect = { col: 0, row, widthPx, heightPx: Math.min(ROWS_AT_ONCE, heightPx - row) };
    const ids = await mask.read(rect);
    const sure = confidence === null ? null : await confidence.read(rect);
    for (let index = 0; index < rect.heightPx; index++) {
      const [from, to] = [index * widthPx, (index + 1) * widthPx];
      tracer.pushRow(ids.subarray(from, to), sure?.subarray(from, to) ?? null, areaOf?.(row + index) ?? 1);
    }
    await writer.flush(FLUSH_CHARACTERS);
  }
  tracer.finish();
  writer.add("\n]}\n");
  await writer.flush(0);
  await sink.close();
  return { polygonCount, droppedCount };
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
  polygon: TracedPolygon,
  names: ReadonlyMap<number, string>,
  hasArea: boolean,
  toCoordinate: CoordinateTransform,
): string {
  const properties = {
    class_id: polygon.classId,
    class: names.get(polygon.classId) ?? `class ${polygon.classId}`,
    pixels: polygon.pixelCount,
    ...(hasArea ? { area_m2: round(polygon.area, 6) } : {}),
    ...(polygon.meanConfidence === null ? {} : { mean_confidence: round(polygon.meanConfidence, 4) }),
  };
  const rings = polygon.rings.map((ring, index) => formatRing(ring, index === 0, toCoordinate));
  return `{"type":"Feature","properties":${JSON.stringify(properties)},"geometry":{"type":"Polygon","coordinates":[${rings.join(",")}]}}`;
}

/** Closed ring; the outline counter-clockwise, holes clockwise, seen with y up. */
function formatRing(ring: readonly number[], isOuter: boolean, toCoordinate: CoordinateTransform): string {
  const points: (readonly [number, number])[] = [];
  for (let at = 0; at < ring.length; at += 2) points.push(toCoordinate(ring[at]!, ring[at + 1]!));
  // Relative to the first point: coordinates of millions would eat the digits that tell the direction.
  const [originX, originY] = points[0]!;
  const isCounterClockwise = signedArea(points.flatMap(([x, y]) => [x - originX, y - originY])) > 0;
  if (isCounterClockwise !== isOuter) points.reverse();
  points.push(points[0]!);
  return `[${points.map(([x, y]) => `[${x},${y}]`).join(",")}]`;
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
