/** Exports of a run as files ready to be saved: GeoTIFF, PNG with world file, GeoJSON, confidence. */
import type { ModelClass } from "../core/manifest/manifest";
import type { RasterFacts } from "../core/raster/raster";
import { createExportSink } from "../io/byte-sink";
import { maskReader } from "../io/open-masks";
import { formatCategoryAuxXml, writeClassMapCog } from "../io/write-class-map";
import { writeConfidenceCog } from "../io/write-confidence";
import { writeGeoJson } from "../io/write-geojson";
import { writeClassMapPng } from "../io/write-png";
import { formatQml } from "../io/write-qml";

/** Files ready to be saved. */
export interface ExportedFile {
  readonly fileName: string;
  readonly blob: Blob;
}

export interface ExportRequest {
  readonly maskId: string;
  readonly confidenceId: string | null;
  readonly opticalId: string;
  readonly classes: readonly ModelClass[];
  /** Without extension. */
  readonly name: string;
  /** Where the map comes from: model, settings, backend; written into the GeoTIFF. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The map and, beside it, the class names where GDAL and QGIS look for them, and a QGIS style. */
export async function exportGeoTiff(
  { maskId, classes, name, metadata }: ExportRequest,
  optical: RasterFacts,
  signal: AbortSignal,
): Promise<readonly ExportedFile[]> {
  const sink = await createExportSink("image/tiff");
  await writeClassMapCog({ mask: await maskReader(maskId, optical), grid: optical, classes, metadata, sink, signal });
  return [
    { fileName: `${name}.tif`, blob: await sink.toBlob() },
    { fileName: `${name}.tif.aux.xml`, blob: new Blob([formatCategoryAuxXml(classes)], { type: "text/xml" }) },
    { fileName: `${name}.qml`, blob: new Blob([formatQml(classes)], { type: "text/xml" }) },
  ];
}

/** The picture, its world file where the orthophoto has a position, and its CRS where that is known as WKT. */
export async function exportPng(
  { maskId, classes, name }: ExportRequest,
  optical: RasterFacts,
  signal: AbortSignal,
): Promise<readonly ExportedFile[]> {
  const sink = await createExportSink("image/png");
  const worldFile = await writeClassMapPng({
    mask: await maskReader(maskId, optical),
    grid: optical,
    classes,
    sink,
    signal,
  });
  const text = (extension: string, content: string | null | undefined): ExportedFile[] =>
    content == null ? [] : [{ fileName: `${name}.${extension}`, blob: new Blob([content], { type: "text/plain" }) }];
  return [
    { fileName: `${name}.png`, blob: await sink.toBlob() },
    ...text("pgw", worldFile),
    ...text("prj", optical.crs?.wkt),
  ];
}

/** Polygons with holes; in longitude and latitude as RFC 7946 wants, else in the scene's own coordinates. */
export async function exportGeoJson(
  { maskId, confidenceId, classes, name }: ExportRequest,
  optical: RasterFacts,
  signal: AbortSignal,
): Promise<readonly ExportedFile[]> {
  const sink = await createExportSink("application/geo+json");
  await writeGeoJson({
    mask: await maskReader(maskId, optical),
    confidence: confidenceId === null ? null : await maskReader(confidenceId, optical),
    grid: optical,
    classes,
    coordinates: optical.crs?.proj4 == null ? "scene-crs" : "epsg-4326",
    sink,
    signal,
  });
  return [{ fileName: `${name}.geojson`, blob: await sink.toBlob() }];
}

/** @throws {RangeError} If the run kept no confidence. */
export async function exportConfidence(
  { maskId, confidenceId, name }: ExportRequest,
  optical: RasterFacts,
  signal: AbortSignal,
): Promise<readonly ExportedFile[]> {
  if (confidenceId === null) {
    throw new RangeError("this run kept no confidence");
  }
  const sink = await createExportSink("image/tiff");
  await writeConfidenceCog({
    confidence: await maskReader(confidenceId, optical),
    mask: await maskReader(maskId, optical),
    grid: optical,
    sink,
    signal,
  });
  return [{ fileName: `${name}.confidence.tif`, blob: await sink.toBlob() }];
}
