/**
 * Every format a run can be saved in. The export menu, the command palette, the options of `nadir segment` and the table
 * in `docs/command-line.md` are read from here.
 */
import type { RunFormat } from "./run-format";

export const RUN_FORMATS = [
  {
    id: "geotiff",
    name: "GeoTIFF",
    hint: "palette, CRS, nodata 255, QGIS style",
    extension: ".tif",
    sideFiles: [{ afterName: ".aux.xml" }, { afterStem: ".qml" }, { afterStem: ".edits.json" }],
    confidence: "none",
    option: "out",
    help: "class map, Cloud Optimised GeoTIFF; class names and a QGIS style beside it",
    key: "E",
    writer: async () => (await import("./writers/geotiff")).writeGeoTiff,
  },
  {
    id: "png",
    name: "PNG + world file",
    hint: "palette, transparent nodata",
    extension: ".png",
    sideFiles: [{ afterStem: ".pgw" }, { afterStem: ".prj" }],
    confidence: "none",
    option: "png",
    help: "class map as PNG; world file and .prj beside it where the position is known",
    key: "P",
    writer: async () => (await import("./writers/png")).writePng,
  },
  {
    id: "geojson",
    name: "GeoJSON polygons",
    hint: "class, area, perimeter, confidence, heights",
    extension: ".geojson",
    sideFiles: [],
    confidence: "if-kept",
    option: "polygons",
    isPolygons: true,
    help: "class polygons with holes, area, perimeter, confidence and heights, as GeoJSON",
    key: null,
    writer: async () => (await import("./writers/geojson")).writePolygons,
  },
  {
    id: "geopackage",
    name: "GeoPackage polygons",
    hint: "the same in the scene's CRS, QGIS style",
    extension: ".gpkg",
    sideFiles: [],
    confidence: "if-kept",
    option: "geopackage",
    isPolygons: true,
    help: "the same polygons in the scene's own coordinate system as GeoPackage, with a QGIS style in it",
    key: null,
    writer: async () => (await import("./writers/geopackage")).writePolygonPackage,
  },
  {
    id: "right-angled",
    name: "Right-angled buildings",
    hint: "GeoPackage: outlines, heights, roof slope",
    extension: ".buildings.gpkg",
    sideFiles: [],
    confidence: "if-kept",
    option: "right-angled",
    isPolygons: true,
    help: "buildings with right-angled outlines, heights and roof slope, as GeoPackage",
    key: null,
    writer: async () => (await import("./writers/geopackage")).writeRightAngled,
  },
  {
    id: "confidence",
    name: "Confidence GeoTIFF",
    hint: "float 0–1, nodata NaN",
    extension: ".confidence.tif",
    sideFiles: [],
    confidence: "needed",
    option: "confidence",
    help: "confidence 0–1 as float GeoTIFF",
    key: null,
    writer: async () => (await import("./writers/confidence")).writeConfidence,
  },
] as const satisfies readonly RunFormat[];

export type RunFormatId = (typeof RUN_FORMATS)[number]["id"];

export function runFormat(id: RunFormatId): RunFormat {
  return RUN_FORMATS.find((format) => format.id === id)!;
}

/** The formats a run can be saved in: what is made of confidence needs a run that kept it. */
export function formatsOf(confidenceId: string | null): readonly (typeof RUN_FORMATS)[number][] {
  return RUN_FORMATS.filter(({ confidence }) => confidence !== "needed" || confidenceId !== null);
}
