/** What lies in parcels, as columns: on the polygons themselves (GeoJSON) and as a table. */
import type { ModelClass } from "../core/manifest/manifest";
import { crsMember, WGS84_EPSG } from "../core/vector/geojson-crs";
import type { VectorPolygon } from "../core/vector/parse-polygons";
import type { ParcelStatistics } from "../evaluation/parcel-statistics";
import type { TextTable } from "./score-table";

export interface SeenParcel extends Pick<VectorPolygon, "properties" | "geometry"> {
  readonly statistics: ParcelStatistics;
}

/** GeoJSON: the polygons as they were, their own attributes first. */
export function formatParcels(parcels: readonly SeenParcel[], classes: readonly ModelClass[], epsg: number): string {
  const crs = crsMember(epsg === WGS84_EPSG ? null : epsg);
  const features = parcels.map(({ properties, geometry, statistics }) =>
    JSON.stringify({ type: "Feature", properties: { ...properties, ...columnsOf(statistics, classes) }, geometry }),
  );
  return `{"type":"FeatureCollection",${crs}"features":[\n${features.join(",\n")}\n]}\n`;
}

/** A line per parcel: the attributes that are texts or numbers, then ours. */
export function parcelTable(parcels: readonly SeenParcel[], classes: readonly ModelClass[]): TextTable {
  const isPlain = (value: unknown) => ["string", "number", "boolean"].includes(typeof value);
  const own = [...new Set(parcels.flatMap(({ properties }) => Object.keys(properties)))].filter((name) =>
    parcels.some(({ properties }) => isPlain(properties[name])),
  );
  const first = parcels[0];
  const ours = first === undefined ? [] : Object.keys(columnsOf(first.statistics, classes));
  return {
    caption: "parcels",
    columns: [...own, ...ours],
    rows: parcels.map(({ properties, statistics }) => {
      const columns = columnsOf(statistics, classes);
      return [
        ...own.map((name) => (isPlain(properties[name]) ? String(properties[name]) : "")),
        ...ours.map((name) => String(columns[name] ?? "")),
      ];
    }),
  };
}

/** Square metres per class, shares of what the map shows of the parcel, and the class with the largest. */
function columnsOf({ areas, seenArea }: ParcelStatistics, classes: readonly ModelClass[]) {
  const columns: Record<string, string | number | null> = { seen_m2: round(seenArea, 3) };
  let largest: ModelClass | null = null;
  for (const each of classes) {
    const area = areas.get(each.id) ?? 0;
    const name = each.name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "_");
    columns[`${name}_m2`] = round(area, 3);
    columns[`${name}_share`] = seenArea === 0 ? null : round(area / seenArea, 6);
    if (area > (largest === null ? 0 : (areas.get(largest.id) ?? 0))) largest = each;
  }
  columns.largest_class = largest?.name ?? null;
  return columns;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
