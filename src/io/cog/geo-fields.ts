/**
 * Position and CRS of an export as GeoTIFF fields: the source's keys verbatim, always PixelIsArea.
 *
 * Source: OGC 19-008r4 §7; the "ESRI PE String" citation is how Esri and GDAL carry WKT that has no EPSG code.
 */
import type { Crs, GeoKeys } from "../../core/georef/crs";
import { GEO_KEY } from "../../core/georef/geo-keys";
import type { Geotransform } from "../../core/georef/geotransform";
import type { TiffField } from "./tiff-directory-bytes";

export function geoFields(geotransform: Geotransform | null, crs: Crs | null): TiffField[] {
  const fields: TiffField[] = [];
  if (geotransform !== null) {
    const [x, a, b, y, d, e] = geotransform;
    if (b === 0 && d === 0 && a > 0 && e < 0) {
      fields.push({ tag: 33550, type: "double", values: [a, -e, 0] });
      fields.push({ tag: 33922, type: "double", values: [0, 0, 0, x, y, 0] });
    } else {
      fields.push({ tag: 34264, type: "double", values: [a, b, 0, x, d, e, 0, y, 0, 0, 0, 0, 0, 0, 0, 1] });
    }
  }
  const keys = crs === null ? null : geoKeysForExport(crs);
  if (keys !== null) {
    fields.push({ tag: 34735, type: "short", values: keys.directory });
    if (keys.doubles.length > 0) fields.push({ tag: 34736, type: "double", values: keys.doubles });
    if (keys.ascii !== "") fields.push({ tag: 34737, type: "ascii", text: keys.ascii.replace(/\0+$/, "") });
  }
  return fields;
}

function geoKeysForExport(crs: Crs): GeoKeys | null {
  if (crs.geoKeys !== null) return withPixelIsArea(crs.geoKeys);
  if (crs.kind === "unknown") return null;
  const isProjected = crs.kind === "projected";
  const crsKey = isProjected ? GEO_KEY.projectedCrs : GEO_KEY.geodeticCrs;
  const modelType = isProjected ? 1 : 2;
  if (crs.epsg !== null) {
    return {
      directory: [1, 1, 0, 3, GEO_KEY.modelType, 0, 1, modelType, GEO_KEY.rasterType, 0, 1, 1, crsKey, 0, 1, crs.epsg],
      doubles: [],
      ascii: "",
    };
  }
  if (crs.wkt === null) return null;
  // GDAL reads the text only under a user-defined model type, and only from the projected citation.
  const citation = `ESRI PE String = ${crs.wkt.replace(/\s*\n\s*/g, "")}|`;
  const entries = [
    [GEO_KEY.modelType, 0, 1, 32767],
    [GEO_KEY.rasterType, 0, 1, 1],
    [GEO_KEY.projectedCrs, 0, 1, 32767],
    [GEO_KEY.projectedCitation, 34737, new TextEncoder().encode(citation).length, 0],
  ];
  return { directory: [1, 1, 0, entries.length, ...entries.flat()], doubles: [], ascii: citation };
}

/** Our geotransforms refer to pixel corners, so a RasterType of PixelIsPoint must not be copied. */
function withPixelIsArea(keys: GeoKeys): GeoKeys {
  const directory = [...keys.directory];
  for (let at = 4; at + 3 < directory.length; at += 4) {
    if (directory[at] === GEO_KEY.rasterType && directory[at + 1] === 0) directory[at + 3] = 1;
  }
  return { ...keys, directory };
}
