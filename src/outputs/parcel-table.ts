/** What lies in parcels, as columns beside their own attributes. */
import type { ModelClass } from "../core/manifest/manifest";
import type { VectorPolygon } from "../core/vector/vector-layer";
import type { ParcelStatistics } from "../evaluation/parcel-statistics";
import type { TextTable } from "./score-table";

/** A polygon without its corners, and what lies in it. */
export interface CountedParcel extends Pick<VectorPolygon, "properties"> {
  readonly statistics: ParcelStatistics;
}

export interface SeenParcel extends VectorPolygon, CountedParcel {}

/** A line per parcel: the attributes that are texts or numbers, then ours. */
export function parcelTable(parcels: readonly CountedParcel[], classes: readonly ModelClass[]): TextTable {
  const isPlain = (value: unknown) => ["string", "number", "boolean"].includes(typeof value);
  const own = [...new Set(parcels.flatMap(({ properties }) => Object.keys(properties)))].filter((name) =>
    parcels.some(({ properties }) => isPlain(properties[name])),
  );
  const first = parcels[0];
  const ours = first === undefined ? [] : Object.keys(parcelColumns(first.statistics, classes));
  return {
    caption: "parcels",
    columns: [...own, ...ours],
    rows: parcels.map(({ properties, statistics }) => {
      const columns = parcelColumns(statistics, classes);
      return [
        ...own.map((name) => (isPlain(properties[name]) ? String(properties[name]) : "")),
        ...ours.map((name) => String(columns[name] ?? "")),
      ];
    }),
  };
}

/**
 * Square metres, share of what the map shows of the parcel, and objects per class; the class with the largest share;
 * the mean height where heights are known.
 */
export function parcelColumns(
  { areas, seenArea, meanHeight, objects }: ParcelStatistics,
  classes: readonly ModelClass[],
): Readonly<Record<string, string | number | null>> {
  const columns: Record<string, string | number | null> = { seen_m2: round(seenArea, 3) };
  let largest: ModelClass | null = null;
  for (const each of classes) {
    const area = areas.get(each.id) ?? 0;
    const name = each.name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "_");
    columns[`${name}_m2`] = round(area, 3);
    columns[`${name}_share`] = seenArea === 0 ? null : round(area / seenArea, 6);
    columns[`${name}_objects`] = objects.get(each.id) ?? 0;
    if (area > (largest === null ? 0 : (areas.get(largest.id) ?? 0))) largest = each;
  }
  columns.largest_class = largest?.name ?? null;
  columns.mean_height_m = meanHeight === null ? null : round(meanHeight, 3);
  return columns;
}

/** Names of the columns that hold decimal numbers, even where all of them happen to be whole. */
export function decimalColumns(classes: readonly ModelClass[]): ReadonlySet<string> {
  const columns = parcelColumns({ areas: new Map(), seenArea: 0, meanHeight: null, objects: new Map() }, classes);
  return new Set(Object.keys(columns).filter((name) => !/^largest_class$|_objects$/.test(name)));
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
