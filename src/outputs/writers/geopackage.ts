/** Polygons as a GeoPackage with a style for QGIS in it. */
import type { Crs } from "../../core/georef/crs";
import { WGS84_EPSG } from "../../core/vector/geojson-crs";
import { crsOfEpsg } from "../../io/crs-definition";
import { mapPolygonColumns, traceMapPolygons } from "../../io/map-polygons";
import { toLngLat } from "../../io/reproject";
import { wktOfCrs } from "../../io/vector/wkt-of-crs";
import { writeGeoPackage } from "../../io/vector/write-geopackage";
import { coordinateTransform, placeRing } from "../../io/write-geojson";
import { formatPolygonQml } from "../../io/write-qml";
import type { RunToWrite, RunWriter } from "../run-format";
import { madeBy } from "../run-labels";

/** Class polygons in the scene's own system where a file can name it, else in longitude and latitude. */
export const writePolygonPackage: RunWriter = async ({ mask, confidence, grid, classes, labels }, open, signal) => {
  const request = { mask, confidence, grid, classes, made: madeBy(grid, labels), signal };
  const { crs, coordinates } = await writtenSystem(grid);
  const toCoordinate = coordinateTransform(grid, coordinates);
  const layer = {
    name: "polygons",
    description: Object.entries(labels)
      .map((label) => label.join(": "))
      .join("\n"),
    crs,
    geometry: "POLYGON" as const,
    columns: mapPolygonColumns(request),
    qml: formatPolygonQml(classes, "class"),
  };
  const sink = await open("main", "application/geopackage+sqlite3");
  await writeGeoPackage(
    layer,
    async (add) => {
      await traceMapPolygons(request, ({ rings, values }) => {
        const placed = rings.map((ring, index) => placeRing(ring, index === 0, toCoordinate).flat());
        add([placed], values);
      });
    },
    sink,
    signal,
  );
};

/** Null where the coordinates have no system that can be named: they are the map's own then. */
async function writtenSystem({
  crs,
  geotransform,
}: RunToWrite["grid"]): Promise<{ crs: Crs | null; coordinates: "scene-crs" | "epsg-4326" }> {
  if (crs === null || geotransform === null) return { crs: null, coordinates: "scene-crs" };
  if (crs.epsg !== null || wktOfCrs(crs) !== null) return { crs, coordinates: "scene-crs" };
  if (toLngLat(crs) === null) return { crs: null, coordinates: "scene-crs" };
  return { crs: await crsOfEpsg(WGS84_EPSG), coordinates: "epsg-4326" };
}
