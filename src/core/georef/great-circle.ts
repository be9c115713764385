/** Mean earth radius of GRS 80 (IUGG R1). */
const EARTH_RADIUS_METRES = 6_371_008.8;

/**
 * Distance along the sphere by the haversine formula; within 0.5 % of the ellipsoid.
 *
 * @param a Longitude and latitude in degrees.
 */
export function greatCircleMetres(a: readonly [number, number], b: readonly [number, number]): number {
  const toRadians = Math.PI / 180;
  const [lng0, lat0, lng1, lat1] = [...a, ...b].map((degrees) => degrees * toRadians) as [
    number,
    number,
    number,
    number,
  ];
  const h = Math.sin((lat1 - lat0) / 2) ** 2 + Math.cos(lat0) * Math.cos(lat1) * Math.sin((lng1 - lng0) / 2) ** 2;
  return 2 * EARTH_RADIUS_METRES * Math.asin(Math.min(1, Math.sqrt(h)));
}
