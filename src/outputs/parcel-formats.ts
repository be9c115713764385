/** As what parcels are saved, told by the name's ending. */
export const PARCEL_FORMATS = [
  { ending: ".geojson", name: "GeoJSON" },
  { ending: ".gpkg", name: "GeoPackage" },
  { ending: ".csv", name: "CSV" },
] as const;

export type ParcelEnding = (typeof PARCEL_FORMATS)[number]["ending"];
