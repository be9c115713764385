/** Polygons as a GeoPackage with a style for QGIS in it. */
import type { Crs } from "../../core/georef/crs";
import { WGS84_EPSG } from "../../core/vector/geojson-crs";
import { crsOfEpsg } from "../../io/crs-definition";
import { type MapPolygon, mapPolygonColumns, traceMapPolygons } from "../../io/map-polygons";
import { toLngLat } from "../../io/reproject";
import { rightAngledColumns, traceRightAngled } from "../../io/right-angled-polygons";
import { wktOfCrs } from "../../io/vector/wkt-of-crs";
import { type GeoPackageLayer, writeGeoPackage } from "../../io/vector/write-geopackage";
import { coordinateTransform, placeRing } from "../../io/write-geojson";
import { formatPolygonQml } from "../../io/write-qml";
import { polygonRequest } from "../polygon-request";
import type { OpenFile, RunToWrite, RunWriter } from "../run-format";

/** Class polygons in the scene's own system where a file can name it, else in longitude and latitude. */
export const writePolygonPackage: RunWriter = async (run, open, signal) => {
  const request = await polygonRequest(run, signal);
  await writeLayer(run, "polygons", mapPolygonColumns(request), (add) => traceMapPolygons(request, add), open, signal);
};

/** Buildings alone, right-angled where that is close to their pixels. */
export const writeRightAngled: RunWriter = async (run, open, signal) => {
  const request = await polygonRequest(run, signal);
  await writeLayer(
    run,
    "buildings",
    rightAngledColumns(request),
    (add) => traceRightAngled(request, add),
    open,
    signal,
  );
};

async function writeLayer(
  { grid, classes, labels }: RunToWrite,
  name: string,
  columns: GeoPackageLayer["columns"],
  trace: (add: (polygon: MapPolygon) => void) => Promise<unknown>,
  open: OpenFile,
  signal: AbortSignal,
): Promise<void> {
  const { crs, coordinates } = await writtenSystem(grid);
  const toCoordinate = coordinateTransform(grid, coordinates);
  const layer = {
    name,
    description: Object.entries(labels)
      .map((label) => label.join(": "))
      .join("\n"),
    crs,
    geometry: "POLYGON" as const,
    columns,
    qml: formatPolygonQml(classes, "class"),
  };
  const sink = await open("main", "application/geopackage+sqlite3");
  await writeGeoPackage(
    layer,
    async (add) => {
      await trace(({ rings, values }) => {
        const placed = rings.map((ring, index) => placeRing(ring, index === 0, toCoordinate).flat());
        add([placed], values);
      });
    },
    sink,
    signal,
  );
}

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
