/** Distance between two rasters that do not meet. */
import type { RasterFacts } from "../raster/raster";
import { outlineDistance, type PlanePoint } from "./convex-overlap";
import { type Geotransform, pixelToMap } from "./geotransform";
import { greatCircleMetres } from "./great-circle";
import type { PlacedGrids } from "./grid-relation";
import type { Reprojection } from "./reprojection";

/** On one projected CRS the plane distance; otherwise along the earth between the nearest outline points. */
export function measureGap(
  optical: RasterFacts,
  other: RasterFacts,
  relation: PlacedGrids<"same-crs", Reprojection | null> | PlacedGrids<"other-crs", Reprojection>,
): number | null {
  const outlineOf = (raster: RasterFacts, transform: Geotransform, steps: number) =>
    rectangleOutline(raster.widthPx, raster.heightPx, steps).map((point) => pixelToMap(transform, point));
  if (relation.kind === "same-crs") {
    const metresPerUnit = optical.crs?.metresPerUnit ?? other.crs?.metresPerUnit ?? null;
    if (metresPerUnit !== null) {
      const distance = outlineDistance(outlineOf(optical, relation.optical, 1), outlineOf(other, relation.other, 1));
      return distance * metresPerUnit;
    }
  }
  const { opticalToLngLat, otherToLngLat } = relation.reprojection ?? {};
  if (opticalToLngLat == null || otherToLngLat == null) return null;
  const a = outlineOf(optical, relation.optical, 16).map(opticalToLngLat);
  const b = outlineOf(other, relation.other, 16).map(otherToLngLat);
  let best = Infinity;
  for (const from of a) {
    for (const to of b) if (from !== null && to !== null) best = Math.min(best, greatCircleMetres(from, to));
  }
  return Number.isFinite(best) ? best : null;
}

/** Corners clockwise from the upper left, each edge cut into `steps`. */
export function rectangleOutline(width: number, height: number, steps: number): PlanePoint[] {
  const corners: readonly PlanePoint[] = [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ];
  return corners.flatMap(([x0, y0], index) => {
    const [x1, y1] = corners[(index + 1) % 4]!;
    return Array.from(
      { length: steps },
      (_, step): PlanePoint => [x0 + ((x1 - x0) * step) / steps, y0 + ((y1 - y0) * step) / steps],
    );
  });
}
