/** Points of a map as files: GeoJSON for a GIS, CSV for a spreadsheet; `nadir accuracy` and the page read both. */
import type { RasterFacts } from "../core/raster/raster";
import { formatSamplePoints, POINT_COLUMNS, type SamplePoint, UNTOLD_CELL } from "../core/sampling/sample-points";
import { coordinateTransform, namedEpsg } from "../io/write-geojson";
import { formatTable } from "./score-table";

export const SAMPLE_FORMATS = [
  { ending: ".geojson", name: "GeoJSON", type: "application/geo+json" },
  { ending: ".csv", name: "CSV", type: "text/csv" },
] as const;

export type SampleEnding = (typeof SAMPLE_FORMATS)[number]["ending"];

/** Millimetres, or as many of degrees. */
const DIGITS = { metres: 3, degrees: 9 };

/** @param grid The map's: coordinates are in its own system. */
export function formatSampleFile(
  points: readonly SamplePoint[],
  grid: Pick<RasterFacts, "geotransform" | "crs" | "widthPx" | "heightPx">,
  ending: SampleEnding,
): string {
  const toCoordinate = coordinateTransform(grid, "scene-crs");
  if (ending === ".geojson") return formatSamplePoints(points, toCoordinate, namedEpsg(grid, "scene-crs"));
  const digits = grid.crs?.kind === "geographic" ? DIGITS.degrees : DIGITS.metres;
  const rows = points.map(({ col, row, stratum, reference }, index) => {
    const place = toCoordinate(col + 0.5, row + 0.5).map((value) => String(Number(value.toFixed(digits))));
    return [
      ...[index + 1, reference === "" ? UNTOLD_CELL : (reference ?? ""), col, row, stratum].map(String),
      ...place,
    ];
  });
  return `${formatTable({ caption: "", columns: [...POINT_COLUMNS, "x", "y"], rows }, "csv")}\r\n`;
}
