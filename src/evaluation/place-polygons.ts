/** Polygons of a layer on a raster's grid, whatever system each has. */
import { NadirError } from "../core/errors";
import { datumAt } from "../core/georef/crs";
import { type Geotransform, pixelToMap } from "../core/georef/geotransform";
import { pixelAreaByRow, type RowPixelArea } from "../core/georef/pixel-area";
import type { PointTransform } from "../core/georef/reprojection";
import type { PixelRing } from "../core/polygons/pixel-coverage";
import type { RasterFacts } from "../core/raster/raster";
import { ringsInPixels } from "../core/vector/rings-in-pixels";
import type { VectorLayer } from "../core/vector/vector-layer";
import { createReprojection, toLngLat, toOwnLngLat } from "../io/reproject";

export interface PlacedPolygons {
  /** Per polygon its parts in pixels, outlines first and clockwise on screen. */
  readonly parts: readonly (readonly (readonly PixelRing[])[])[];
  /** Square metres of a pixel of a row. */
  readonly areaOf: RowPixelArea;
}

type PlacedRaster = Pick<RasterFacts, "geotransform" | "crs" | "widthPx" | "heightPx" | "fileName">;

/**
 * @throws {NadirError} `missing-crs` when the raster has no position on the ground, or nothing leads from one system to
 *   the other; `bad-vector` when a point lies where the raster's system ends.
 */
export function placePolygons(raster: PlacedRaster, layer: VectorLayer): PlacedPolygons {
  const { geotransform, crs, widthPx, fileName } = raster;
  const areaOf = pixelAreaByRow({ geotransform, crs, widthPx }, crs && toOwnLngLat(crs));
  if (geotransform === null || crs === null || areaOf === null) {
    throw new NadirError({
      code: "missing-crs",
      subject: fileName,
      found: "It has no position on the ground.",
      needed: "Polygons lie on maps whose position and coordinate system are known.",
      next: "Give the map a world file and a .prj file.",
    });
  }
  const toMap = transformOf({ ...raster, geotransform }, layer);
  const parts = layer.polygons.map((polygon, index) =>
    polygon.parts.map((rings) => {
      const placed = ringsInPixels(rings, toMap, geotransform);
      if (placed === null) throw notPlaced(layer.name, index);
      return placed;
    }),
  );
  return { parts, areaOf };
}

/** From the layer's coordinates to the map's; null where both have one system. */
function transformOf(
  { crs, geotransform, widthPx, heightPx }: PlacedRaster & { readonly geotransform: Geotransform },
  layer: VectorLayer,
): PointTransform | null {
  if (crs!.epsg !== null && crs!.epsg === layer.crs.epsg) return null;
  const place = toLngLat(crs!)?.(pixelToMap(geotransform, [widthPx / 2, heightPx / 2])) ?? null;
  const { datum } = layer.crs;
  const other = datum && place !== null ? { ...layer.crs, datum: datumAt(datum, place) } : layer.crs;
  const reprojection = createReprojection(crs, other);
  if (reprojection === null) {
    throw new NadirError({
      code: "missing-crs",
      subject: layer.name,
      found: `Its coordinates are in ${layer.crs.name}, the map's in ${crs!.name}.`,
      needed: "Both must be systems that can be converted into each other exactly.",
      next: "Save the layer in the map's coordinate system and try again.",
    });
  }
  return reprojection.otherToOptical;
}

function notPlaced(subject: string, index: number): NadirError {
  return new NadirError({
    code: "bad-vector",
    subject,
    found: `Feature ${index + 1} has a point that the map's coordinate system cannot have.`,
    needed: "Polygons must lie where the map's coordinate system is made for.",
    next: "Check the layer's coordinate system, or leave that polygon out.",
  });
}
