/** Parcels with their columns joined, as GeoJSON or GeoPackage, told by the name's ending. */
import type { CancelSignal } from "../core/cancel";
import { NadirError } from "../core/errors";
import type { Crs } from "../core/georef/crs";
import type { ModelClass } from "../core/manifest/manifest";
import { crsMember, WGS84_EPSG } from "../core/vector/geojson-crs";
import type { VectorLayer, VectorPolygon } from "../core/vector/vector-layer";
import type { ByteSink } from "../io/byte-sink";
import { crsOfEpsg } from "../io/crs-definition";
import { toLngLat } from "../io/reproject";
import { wktOfCrs } from "../io/vector/wkt-of-crs";
import { type GeoPackageColumn, writeGeoPackage } from "../io/vector/write-geopackage";
import { decimalColumns, parcelColumns, type SeenParcel } from "./parcel-table";

export const PARCEL_ENDINGS = [".geojson", ".json", ".gpkg"] as const;

export function isParcelFile(name: string): boolean {
  return PARCEL_ENDINGS.some((ending) => name.toLowerCase().endsWith(ending));
}

interface JoinedParcel {
  readonly parts: VectorPolygon["parts"];
  /** Their own attributes first. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/**
 * In the layer's own coordinates where the file can name their system, else in longitude and latitude.
 *
 * @param name Of the file, which decides its format.
 * @throws {NadirError} `missing-crs` when the system can be neither named nor converted.
 */
export async function writeParcels(
  name: string,
  {
    parcels,
    classes,
    ...layer
  }: Pick<VectorLayer, "crs" | "name"> & {
    readonly parcels: readonly SeenParcel[];
    readonly classes: readonly ModelClass[];
  },
  sink: ByteSink,
  signal: CancelSignal,
): Promise<void> {
  const isGeoPackage = name.toLowerCase().endsWith(".gpkg");
  const isNamed = layer.crs.epsg !== null || (isGeoPackage && wktOfCrs(layer.crs) !== null);
  const crs = isNamed ? layer.crs : (await crsOfEpsg(WGS84_EPSG))!;
  const place = isNamed ? (parts: VectorPolygon["parts"]) => parts : inDegrees(layer);
  const joined = parcels.map(({ properties, parts, statistics }) => ({
    parts: place(parts),
    properties: { ...properties, ...parcelColumns(statistics, classes) },
  }));
  if (isGeoPackage)
    await writeAsGeoPackage({ name: layer.name, crs, decimals: decimalColumns(classes) }, joined, sink, signal);
  else await writeAsGeoJson(crs, joined, sink);
}

function inDegrees({
  crs,
  name,
}: Pick<VectorLayer, "crs" | "name">): (parts: VectorPolygon["parts"]) => VectorPolygon["parts"] {
  const transform = toLngLat(crs);
  const point = (x: number, y: number) => {
    const placed = transform?.([x, y]) ?? null;
    if (placed === null) {
      throw new NadirError({
        code: "missing-crs",
        subject: name,
        found: `Its coordinates are in ${crs.name}, which has no EPSG code and cannot be converted.`,
        needed: "GeoJSON names systems by their code.",
        next: "Save it as GeoPackage.",
      });
    }
    return placed;
  };
  return (parts) =>
    parts.map((rings) => rings.map((ring) => ring.flatMap((x, at) => (at % 2 === 0 ? point(x, ring[at + 1]!) : []))));
}

async function writeAsGeoJson(crs: Crs, parcels: readonly JoinedParcel[], sink: ByteSink): Promise<void> {
  const member = crsMember(crs.epsg === WGS84_EPSG ? null : crs.epsg);
  const features = parcels.map(({ properties, parts }) =>
    JSON.stringify({ type: "Feature", properties, geometry: geometryOf(parts) }),
  );
  const text = `{"type":"FeatureCollection",${member}"features":[\n${features.join(",\n")}\n]}\n`;
  await sink.write(0, new TextEncoder().encode(text));
  await sink.close();
}

function geometryOf(parts: VectorPolygon["parts"]) {
  const polygons = parts.map((rings) =>
    rings.map((ring) => {
      const points = ring.flatMap((x, at) => (at % 2 === 0 ? [[x, ring[at + 1]!]] : []));
      return [...points, points[0]!];
    }),
  );
  return polygons.length === 1
    ? { type: "Polygon", coordinates: polygons[0]! }
    : { type: "MultiPolygon", coordinates: polygons };
}

function writeAsGeoPackage(
  { name, crs, decimals }: { readonly name: string; readonly crs: Crs; readonly decimals: ReadonlySet<string> },
  parcels: readonly JoinedParcel[],
  sink: ByteSink,
  signal: CancelSignal,
) {
  const columns = columnsOf(parcels, decimals);
  const keys = [...columns.keys()];
  const layer = {
    name: name.replaceAll(/[^\p{L}\p{N}_-]+/gu, "_").replace(/^(gpkg|sqlite)_/i, "layer_$&"),
    description: "",
    crs,
    geometry: "MULTIPOLYGON" as const,
    columns: [...columns.values()],
    qml: null,
  };
  return writeGeoPackage(
    layer,
    async (add) => {
      for (const { parts, properties } of parcels) {
        signal.throwIfAborted();
        add(
          parts,
          keys.map((key) => valueFor(properties[key])),
        );
      }
    },
    sink,
    signal,
  );
}

/** By the attributes' names; names that SQLite takes for one, or that are taken, get a number. */
function columnsOf(
  parcels: readonly JoinedParcel[],
  decimals: ReadonlySet<string>,
): ReadonlyMap<string, GeoPackageColumn> {
  const columns = new Map<string, GeoPackageColumn>();
  const taken = new Set(["fid", "geom"]);
  for (const key of new Set(parcels.flatMap(({ properties }) => Object.keys(properties)))) {
    let name = key;
    for (let number = 2; taken.has(name.toLowerCase()) || name === ""; number++) name = `${key}_${number}`;
    taken.add(name.toLowerCase());
    columns.set(key, {
      name,
      type: typeOf(
        parcels.map(({ properties }) => properties[key]),
        decimals.has(key),
      ),
    });
  }
  return columns;
}

function typeOf(values: readonly unknown[], isDecimal: boolean): GeoPackageColumn["type"] {
  const given = values.filter((value) => value !== null && value !== undefined);
  if (given.length > 0 && given.every((value) => typeof value === "boolean")) return "BOOLEAN";
  if (isDecimal) return "REAL";
  if (given.length > 0 && given.every(Number.isSafeInteger)) return "INTEGER";
  return given.length > 0 && given.every((value) => typeof value === "number") ? "REAL" : "TEXT";
}

function valueFor(value: unknown): string | number | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "boolean") return Number(value);
  return typeof value === "object" ? JSON.stringify(value) : (value as string | number);
}
