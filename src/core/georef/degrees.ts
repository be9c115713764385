/** Longitudes and latitudes. */

/** Degrees; west may exceed east across the antimeridian. */
export type DegreeBounds = readonly [west: number, south: number, east: number, north: number];

/** Longitude and latitude in degrees, in and out. */
export type LngLatShift = (place: readonly [number, number]) => readonly [number, number];
