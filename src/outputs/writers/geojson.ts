/** Polygons with holes; in longitude and latitude as RFC 7946 wants, else in the scene's own coordinates. */
import { toLngLat } from "../../io/reproject";
import { writeGeoJson } from "../../io/write-geojson";
import type { RunWriter } from "../run-format";
import { madeBy } from "../run-labels";

/** Class polygons, in longitude and latitude where the coordinate system is known. */
export const writePolygons: RunWriter = async ({ mask, confidence, grid, classes, labels }, open, signal) => {
  const coordinates =
    grid.crs === null || grid.geotransform === null || toLngLat(grid.crs) === null ? "scene-crs" : "epsg-4326";
  const sink = await open("main", "application/geo+json");
  await writeGeoJson({ mask, confidence, grid, classes, made: madeBy(grid, labels), coordinates, sink, signal });
};
