/** How two rasters' grids are related: by their positions, through a projection, or only by size. */
import type { RasterFacts } from "../raster/raster";
import type { Remark } from "../remarks/remark";
import { describeReprojection } from "./alignment-words";
import { isSameCrs, whyNotConverted } from "./crs";
import { type Geotransform, pixelToMap } from "./geotransform";
import { greatCircleMetres } from "./great-circle";
import { affineMapping, type PixelMapping, planControlGrid } from "./pixel-mapping";
import type { PointTransform, Reprojection } from "./reprojection";

/** Rasters without a position are matched when their sizes differ by no more than this (ISPRS tiles do, by one). */
export const SIZE_TOLERANCE_PX = 2;

export type GridRelation =
  /** `file` says not where it lies; null where neither does. */
  | { readonly kind: "unplaced"; readonly file: string | null }
  | { readonly kind: "unknown"; readonly reason: Remark }
  | PlacedGrids<"same-crs", Reprojection | null>
  | PlacedGrids<"other-crs", Reprojection>;

export interface PlacedGrids<Kind extends string, Through> {
  readonly kind: Kind;
  readonly optical: Geotransform;
  readonly other: Geotransform;
  readonly reprojection: Through;
  readonly assumption: Remark | null;
}

export function relateGrids(optical: RasterFacts, other: RasterFacts, reprojection: Reprojection | null): GridRelation {
  if (optical.geotransform === null || other.geotransform === null) {
    const isBoth = optical.geotransform === null && other.geotransform === null;
    return { kind: "unplaced", file: isBoth ? null : (optical.geotransform === null ? optical : other).fileName };
  }
  const grids = { optical: optical.geotransform, other: other.geotransform };
  if (optical.crs === null || other.crs === null) {
    const assumption: Remark | null =
      optical.crs === null && other.crs === null
        ? null
        : { say: "crs-assumed", file: (optical.crs === null ? optical : other).fileName };
    return { kind: "same-crs", ...grids, reprojection, assumption };
  }
  if (isSameCrs(optical.crs, other.crs)) return { kind: "same-crs", ...grids, reprojection, assumption: null };
  if (reprojection === null) {
    return {
      kind: "unknown",
      reason: {
        say: "no-conversion",
        image: optical.crs.name,
        other: other.crs.name,
        why: whyNotConverted(optical.crs, other.crs),
      },
    };
  }
  const assumption = describeReprojection(
    { from: other.crs.name, to: optical.crs.name },
    reprojection.accuracy,
    pixelSizeMetres(optical, reprojection.opticalToLngLat),
  );
  return { kind: "other-crs", ...grids, reprojection, assumption };
}

/** Side of a pixel in the middle of a raster, on the ground; null when it cannot be told. */
function pixelSizeMetres(
  { geotransform, widthPx, heightPx }: RasterFacts,
  toLngLat: PointTransform | null,
): number | null {
  if (geotransform === null || toLngLat === null) return null;
  const [col, row] = [widthPx / 2, heightPx / 2];
  const [here, beside] = [col, col + 1].map((at) => toLngLat(pixelToMap(geotransform, [at, row])));
  return here == null || beside == null ? null : greatCircleMetres(here, beside);
}

/**
 * Where each optical pixel lies on the second raster; null when the report refuses the pair.
 *
 * Rasters matched by size are stretched onto each other.
 */
export function planPixelMapping(
  optical: RasterFacts,
  other: RasterFacts,
  reprojection: Reprojection | null = null,
): PixelMapping | null {
  const relation = relateGrids(optical, other, reprojection);
  switch (relation.kind) {
    case "unknown":
      return null;
    case "unplaced":
      return { kind: "affine", matrix: sizeMatrix(optical, other) };
    case "same-crs":
      return affineMapping(relation.optical, relation.other);
    case "other-crs":
      return planControlGrid({
        widthPx: optical.widthPx,
        heightPx: optical.heightPx,
        optical: relation.optical,
        other: relation.other,
        opticalToOther: relation.reprojection.opticalToOther,
      });
  }
}

/** Unplaced rasters: corner on corner when they differ by a pixel or two, stretched otherwise. */
function sizeMatrix(optical: RasterFacts, other: RasterFacts): Geotransform {
  const [dx, dy] = [other.widthPx - optical.widthPx, other.heightPx - optical.heightPx];
  if (Math.abs(dx) <= SIZE_TOLERANCE_PX && Math.abs(dy) <= SIZE_TOLERANCE_PX) return [0, 1, 0, 0, 0, 1];
  return [0, other.widthPx / optical.widthPx, 0, 0, 0, other.heightPx / optical.heightPx];
}
