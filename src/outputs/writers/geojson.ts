/** Polygons with holes; in longitude and latitude as RFC 7946 wants, else in the scene's own coordinates. */
import { toLngLat } from "../../io/reproject";
import { writeGeoJson } from "../../io/write-geojson";
import { polygonRequest } from "../polygon-request";
import type { RunWriter } from "../run-format";

/** Class polygons, in longitude and latitude where the coordinate system is known. */
export const writePolygons: RunWriter = async (run, open, signal) => {
  const { grid } = run;
  const coordinates =
    grid.crs === null || grid.geotransform === null || toLngLat(grid.crs) === null ? "scene-crs" : "epsg-4326";
  const request = await polygonRequest(run, signal);
  await writeGeoJson({ ...request, coordinates, sink: await open("main", "application/geo+json") });
};
