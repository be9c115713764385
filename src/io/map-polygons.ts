/** The patches of a class map as polygons with what is known of each, while its rows go by. */
import type { CancelSignal } from "../core/cancel";
import { pixelAreaByRow } from "../core/georef/pixel-area";
import { perimeterOnGround } from "../core/polygons/perimeter";
import { createPolygonTracer, type TracedPolygon } from "../core/polygons/trace-polygons";
import { rowBands } from "../core/raster/row-bands";
import { NODATA_CLASS_ID } from "../core/run/run-settings";
import type { MaskReader } from "./mask-store";
import { toOwnLngLat } from "./reproject";
import type { ExportClass } from "./write-class-map";
import type { ExportGrid } from "./write-cog";

export interface MapPolygonsRequest {
  readonly mask: Pick<MaskReader, "read">;
  /** Confidence × 255 on the same grid, when the run kept it. */
  readonly confidence?: Pick<MaskReader, "read"> | null;
  readonly grid: ExportGrid;
  readonly classes: readonly ExportClass[];
  /** Polygons below this many pixels are left out. */
  readonly minimumAreaPx?: number;
  /** What made the map, the same for every polygon. */
  readonly made?: Readonly<Record<MadeColumn, string | null>>;
  readonly signal?: CancelSignal;
}

type MadeColumn = "source" | "model" | "settings";

export interface MapPolygon {
  /** Corners in pixels, not closed: the outline, then holes. */
  readonly rings: TracedPolygon["rings"];
  /** One value for each of `mapPolygonColumns`. */
  readonly values: readonly (string | number | null)[];
}

export interface MapPolygonsSummary {
  readonly polygonCount: number;
  /** Left out for being small. */
  readonly droppedCount: number;
}

const COLUMNS = [
  { name: "class_id", type: "INTEGER" },
  { name: "class", type: "TEXT" },
  { name: "pixels", type: "INTEGER" },
  { name: "area_m2", type: "REAL" },
  { name: "perimeter_m", type: "REAL" },
  { name: "mean_confidence", type: "REAL" },
  { name: "source", type: "TEXT" },
  { name: "model", type: "TEXT" },
  { name: "settings", type: "TEXT" },
] as const;

/** Columns that the polygons of this map have: metres where they are known, confidence where it was kept. */
export function mapPolygonColumns({ confidence = null, grid, made }: MapPolygonsRequest) {
  const isMeasured = areaByRow(grid) !== null;
  return COLUMNS.filter(({ name }) => {
    if (name === "area_m2" || name === "perimeter_m") return isMeasured;
    if (name === "mean_confidence") return confidence !== null;
    return name === "source" || name === "model" || name === "settings" ? made !== undefined : true;
  });
}

/** @param afterRows Awaited after every band of rows. */
export async function traceMapPolygons(
  request: MapPolygonsRequest,
  onPolygon: (polygon: MapPolygon) => void,
  afterRows: () => Promise<void> = async () => undefined,
): Promise<MapPolygonsSummary> {
  const { mask, confidence = null, grid, minimumAreaPx = 1, signal } = request;
  const { widthPx } = grid;
  const areaOf = areaByRow(grid);
  const valuesOf = describePolygon(request);
  let polygonCount = 0;
  let droppedCount = 0;
  const tracer = createPolygonTracer({
    widthPx,
    ignoredId: NODATA_CLASS_ID,
    onPolygon(polygon) {
      if (polygon.pixelCount < minimumAreaPx) {
        droppedCount++;
        return;
      }
      onPolygon({ rings: polygon.rings, values: valuesOf(polygon) });
      polygonCount++;
    },
  });
  for (const rect of rowBands(grid, signal)) {
    const ids = await mask.read(rect);
    const sure = confidence === null ? null : await confidence.read(rect);
    for (let index = 0; index < rect.heightPx; index++) {
      const [from, to] = [index * widthPx, (index + 1) * widthPx];
      tracer.pushRow(ids.subarray(from, to), sure?.subarray(from, to) ?? null, areaOf?.(rect.row + index) ?? 1);
    }
    await afterRows();
  }
  tracer.finish();
  return { polygonCount, droppedCount };
}

function describePolygon(request: MapPolygonsRequest) {
  const { grid, classes, made } = request;
  const names = new Map(classes.map(({ id, name }) => [id, name]));
  const columns = mapPolygonColumns(request);
  const { geotransform, crs, widthPx } = grid;
  const perimeterOf =
    geotransform === null || crs === null
      ? () => 0
      : perimeterOnGround({ geotransform, crs, widthPx }, toOwnLngLat(crs));
  return ({ classId, pixelCount, area, meanConfidence, rings }: TracedPolygon) =>
    columns.map(({ name }) => {
      switch (name) {
        case "class_id":
          return classId;
        case "class":
          return names.get(classId) ?? `class ${classId}`;
        case "pixels":
          return pixelCount;
        case "area_m2":
          return round(area, 6);
        case "perimeter_m":
          return round(perimeterOf(rings), 6);
        case "mean_confidence":
          return meanConfidence === null ? null : round(meanConfidence, 4);
        default:
          return made?.[name] ?? null;
      }
    });
}

function areaByRow({ geotransform, crs, widthPx }: ExportGrid) {
  return pixelAreaByRow({ geotransform, crs, widthPx }, crs && toOwnLngLat(crs));
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
