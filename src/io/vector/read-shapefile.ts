/**
 * Polygons from a Shapefile: shapes from `.shp`, attributes from `.dbf`, system from `.prj`, encoding from `.cpg`.
 * Heights and measures are left out.
 *
 * Source: ESRI Shapefile Technical Description, 1998: outlines clockwise, holes the other way, in any order.
 */
import type { Crs } from "../../core/georef/crs";
import { isInsideRings } from "../../core/polygons/inside";
import { signedArea } from "../../core/polygons/trace-polygons";
import {
  badRing,
  badVector,
  leftOutNotes,
  MOST_FEATURES,
  openRing,
  type VectorLayer,
  type VectorPolygon,
} from "../../core/vector/vector-layer";
import { crsOfWkt } from "../crs-definition";
import { readDbf } from "./read-dbf";

export interface ShapefileParts {
  readonly shp: Blob;
  readonly dbf: Blob | null;
  readonly prj: Blob | null;
  readonly cpg: Blob | null;
}

/** It is held as a whole while it is read. */
const MOST_BYTES = 2 ** 30;
const MOST_SIDE_FILE_BYTES = 2 ** 20;
const HEADER_BYTES = 100;
const POLYGON_TYPES = [5, 15, 25];
const TYPE_NAMES: Readonly<Record<number, string>> = {
  1: "points",
  3: "lines",
  8: "points",
  11: "points",
  13: "lines",
};

/** @throws {NadirError} `bad-vector` when it is none, has other shapes, is cut off, or has no `.prj` beside it. */
export async function readShapefile(files: ShapefileParts, fileName: string): Promise<VectorLayer> {
  const { shp, dbf, prj, cpg } = files;
  if (shp.size > MOST_BYTES) throw badVector(fileName, `It has ${shp.size} bytes, ${MOST_BYTES} are taken.`);
  const crs = await crsBeside(prj, fileName);
  const shapes = readShapes(new DataView(await shp.arrayBuffer()), fileName);
  const encoding = cpg === null || cpg.size > MOST_SIDE_FILE_BYTES ? null : (await cpg.text()).trim();
  const table = dbf === null ? null : await readDbf(dbf, encoding, fileName);
  const polygons = shapes.flatMap((parts, index): VectorPolygon[] =>
    parts === null ? [] : [{ properties: table?.rows[index] ?? {}, parts }],
  );
  if (polygons.length === 0 && shapes.length > 0) throw badVector(fileName, "None of its shapes is a polygon.");
  return {
    name: fileName.replace(/\.[^.]*$/, ""),
    polygons,
    crs,
    notes: [
      ...leftOutNotes(shapes.length - polygons.length, fileName),
      ...(table === null ? [`${fileName}: no .dbf beside it, so its polygons have no attributes.`] : table.notes),
    ],
  };
}

async function crsBeside(prj: Blob | null, fileName: string): Promise<Crs> {
  if (prj === null || prj.size > MOST_SIDE_FILE_BYTES) {
    throw badVector(
      fileName,
      "No .prj file beside it says in what system its coordinates are.",
      "Open the .shp, .dbf and .prj files together, or save the layer as GeoPackage.",
    );
  }
  return crsOfWkt(await prj.text());
}

/** One per record; null for a record without a shape. */
function readShapes(view: DataView, fileName: string): (VectorPolygon["parts"] | null)[] {
  if (view.byteLength < HEADER_BYTES || view.getInt32(0) !== 9994) throw badVector(fileName, "It is no Shapefile.");
  const type = view.getInt32(32, true);
  if (!POLYGON_TYPES.includes(type))
    throw badVector(fileName, `It holds ${TYPE_NAMES[type] ?? "other shapes"}, no polygons.`);
  const shapes: (VectorPolygon["parts"] | null)[] = [];
  for (let at = HEADER_BYTES; at + 12 <= view.byteLength; ) {
    const bytes = 2 * view.getInt32(at + 4);
    if (bytes < 4 || at + 8 + bytes > view.byteLength)
      throw badVector(fileName, `It ends within shape ${shapes.length + 1}.`);
    if (shapes.length === MOST_FEATURES) throw badVector(fileName, `It has more than ${MOST_FEATURES} shapes.`);
    const content = new DataView(view.buffer, view.byteOffset + at + 8, bytes);
    shapes.push(readShape(content, shapes.length, fileName));
    at += 8 + bytes;
  }
  return shapes;
}

function readShape(view: DataView, index: number, fileName: string): VectorPolygon["parts"] | null {
  if (!POLYGON_TYPES.includes(view.getInt32(0, true))) return null;
  const [ringCount, pointCount] = view.byteLength < 44 ? [0, 0] : [view.getInt32(36, true), view.getInt32(40, true)];
  const pointsAt = 44 + 4 * ringCount;
  if (ringCount < 0 || pointCount < 0 || pointsAt + 16 * pointCount > view.byteLength) {
    throw badVector(fileName, `Shape ${index + 1} has more points than bytes.`);
  }
  const rings: (readonly number[])[] = [];
  for (let ring = 0; ring < ringCount; ring++) {
    const first = view.getInt32(44 + 4 * ring, true);
    const end = ring + 1 < ringCount ? view.getInt32(48 + 4 * ring, true) : pointCount;
    if (first < 0 || end > pointCount || first > end) throw badRing(fileName, index);
    const points: number[] = [];
    for (let at = pointsAt + 16 * first; at < pointsAt + 16 * end; at += 8) points.push(view.getFloat64(at, true));
    const open = openRing(points);
    if (open === null) throw badRing(fileName, index);
    rings.push(open);
  }
  return rings.length === 0 ? null : outlinesWithHoles(rings);
}

/** Every hole with the smallest outline around it. */
function outlinesWithHoles(rings: readonly (readonly number[])[]): (readonly number[])[][] {
  const areas = rings.map(areaOf);
  // Positive is clockwise where y points down: in map coordinates those are the holes, unless there is nothing else.
  const isOutline = (index: number) => areas[index]! <= 0 || areas.every((area) => area > 0);
  const parts = rings.flatMap((ring, index) =>
    isOutline(index) ? [{ area: Math.abs(areas[index]!), rings: [ring] }] : [],
  );
  for (const [index, ring] of rings.entries()) {
    if (isOutline(index)) continue;
    const around = parts.filter(({ rings: [outline] }) => parts.length === 1 || isMostlyInside(ring, outline!));
    const smallest = around.reduce<(typeof parts)[number] | null>(
      (best, part) => (best === null || part.area < best.area ? part : best),
      null,
    );
    if (smallest === null) parts.push({ area: areas[index]!, rings: [ring] });
    else smallest.rings.push(ring);
  }
  return parts.map((part) => part.rings);
}

/** Relative to the first point: coordinates of millions would eat the digits that tell the direction. */
function areaOf(ring: readonly number[]): number {
  const [x, y] = [ring[0]!, ring[1]!];
  return signedArea(ring.map((value, at) => value - (at % 2 === 0 ? x : y)));
}

/** Points may lie on the outline itself. */
function isMostlyInside(ring: readonly number[], outline: readonly number[]): boolean {
  let inside = 0;
  for (let at = 0; at < ring.length; at += 2) inside += Number(isInsideRings(ring[at]!, ring[at + 1]!, [outline]));
  return 4 * inside > ring.length;
}
