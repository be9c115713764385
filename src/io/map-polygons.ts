/** The patches of a class map as polygons with what is known of each, while its rows go by. */
import type { CancelSignal } from "../core/cancel";
import { pixelAreaByRow } from "../core/georef/pixel-area";
import { createSurfaceSlopes, type SurfaceSlopes } from "../core/heights/surface-slopes";
import { perimeterOnGround } from "../core/polygons/perimeter";
import { POLYGON_DEFAULTS, type PolygonOptions, roofClassIds } from "../core/polygons/polygon-options";
import { createPolygonTracer, signedArea, type TracedPolygon } from "../core/polygons/trace-polygons";
import type { PixelRect } from "../core/raster/raster";
import { rowBands } from "../core/raster/row-bands";
import { NODATA_CLASS_ID } from "../core/run/run-settings";
import type { MaskReader } from "./mask-store";
import { pixelMetres } from "./pixel-metres";
import { toOwnLngLat } from "./reproject";
import { readCorners, simplifyRings } from "./simple-rings";
import type { ExportClass } from "./write-class-map";
import type { ExportGrid } from "./write-cog";

export interface MapPolygonsRequest {
  readonly mask: Pick<MaskReader, "read">;
  /** Confidence × 255 on the same grid, when the run kept it. */
  readonly confidence?: Pick<MaskReader, "read"> | null;
  /** Null where the scene has none. */
  readonly heights?: PolygonHeights | null;
  readonly options?: PolygonOptions;
  readonly grid: ExportGrid;
  readonly classes: readonly ExportClass[];
  /** Polygons below this many pixels are left out. */
  readonly minimumAreaPx?: number;
  /** What made the map, the same for every polygon. */
  readonly made?: Readonly<Record<MadeColumn, string | null>>;
  readonly signal?: CancelSignal;
}

/** Heights at the pixels of the map, in metres; NaN where there are none. */
export interface PolygonHeights {
  readonly aboveGround: HeightRows;
  /** What slopes are measured in: the surface itself, else the same heights. */
  readonly surface: HeightRows;
}

interface HeightRows {
  read(rect: PixelRect): Promise<Float32Array>;
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
  { name: "height_median_m", type: "REAL" },
  { name: "height_p95_m", type: "REAL" },
  { name: "roof_slope_deg", type: "REAL" },
  { name: "source", type: "TEXT" },
  { name: "model", type: "TEXT" },
  { name: "settings", type: "TEXT" },
] as const;

/** What a patch's heights and slopes are counted in: metres and degrees. */
const MEASURE_STEPS = [0.01, 0.1];

/** Columns that the polygons of this map have: metres where they are known, confidence and heights where there are any. */
export function mapPolygonColumns({ confidence = null, heights = null, grid, made }: MapPolygonsRequest) {
  const isMeasured = areaByRow(grid) !== null;
  return COLUMNS.filter(({ name }) => {
    if (name === "area_m2" || name === "perimeter_m") return isMeasured;
    if (name === "mean_confidence") return confidence !== null;
    if (name === "height_median_m" || name === "height_p95_m") return heights !== null;
    if (name === "roof_slope_deg") return heights !== null && pixelMetres(grid) !== null;
    return name === "source" || name === "model" || name === "settings" ? made !== undefined : true;
  });
}

/** @param afterRows Awaited after every band of rows. */
export async function traceMapPolygons(
  request: MapPolygonsRequest,
  onPolygon: (polygon: MapPolygon) => void,
  afterRows: () => Promise<void> = async () => undefined,
): Promise<MapPolygonsSummary> {
  const { options = POLYGON_DEFAULTS, minimumAreaPx = 1 } = request;
  const corners = options.simplifyPx > 0 ? await readCorners(request) : null;
  const valuesOf = describePolygon(request);
  let polygonCount = 0;
  let droppedCount = 0;
  await tracePatches(
    request,
    (patch) => {
      if (patch.pixelCount < minimumAreaPx) {
        droppedCount++;
        return;
      }
      const rings = corners === null ? patch.rings : simplifyRings(patch, options.simplifyPx, corners);
      onPolygon({ rings, values: valuesOf(patch, rings) });
      polygonCount++;
    },
    afterRows,
  );
  return { polygonCount, droppedCount };
}

/** Every patch with its outline along the pixels, its confidence and its heights. */
export async function tracePatches(
  { mask, confidence = null, heights = null, grid, classes, options = POLYGON_DEFAULTS, signal }: MapPolygonsRequest,
  onPatch: (patch: TracedPolygon) => void,
  afterRows: () => Promise<void> = async () => undefined,
): Promise<void> {
  const { widthPx } = grid;
  const areaOf = areaByRow(grid);
  const pixel = pixelMetres(grid);
  const roofs = roofClassIds(options, classes);
  const slopes = heights && pixel && createSurfaceSlopes(widthPx, pixel, (id) => roofs.has(id));
  const tracer = createPolygonTracer({
    widthPx,
    ignoredId: NODATA_CLASS_ID,
    measureSteps: heights === null ? [] : MEASURE_STEPS.slice(0, slopes === null ? 1 : 2),
    onPolygon: onPatch,
  });
  for await (const rect of rowBands(grid, signal)) {
    const ids = await mask.read(rect);
    const sure = confidence === null ? null : await confidence.read(rect);
    const measuresOf = heights === null ? null : await readMeasures(heights, slopes, rect);
    for (let index = 0; index < rect.heightPx; index++) {
      const row = ids.subarray(index * widthPx, (index + 1) * widthPx);
      const sureRow = sure?.subarray(index * widthPx, (index + 1) * widthPx) ?? null;
      tracer.pushRow(row, sureRow, areaOf?.(rect.row + index) ?? 1, measuresOf?.(index, row));
    }
    await afterRows();
  }
  tracer.finish();
}

/** @returns Of a row of the band, which must be asked for in their order. */
async function readMeasures({ aboveGround, surface }: PolygonHeights, slopes: SurfaceSlopes | null, rect: PixelRect) {
  const above = await aboveGround.read(rect);
  const heights = slopes === null || surface === aboveGround ? above : await surface.read(rect);
  const rowOf = (values: Float32Array, index: number) =>
    values.subarray(index * rect.widthPx, (index + 1) * rect.widthPx);
  return (index: number, classIds: Uint8Array) => [
    rowOf(above, index),
    ...(slopes === null ? [] : [slopes.pushRow(classIds, rowOf(heights, index))]),
  ];
}

/** @returns Of a patch and the outline it is written with, whose area and perimeter they are. */
export function describePolygon(request: MapPolygonsRequest) {
  const { grid, classes, made } = request;
  const names = new Map(classes.map(({ id, name }) => [id, name]));
  const columns = mapPolygonColumns(request);
  const { geotransform, crs, widthPx } = grid;
  const perimeterOf =
    geotransform === null || crs === null
      ? () => 0
      : perimeterOnGround({ geotransform, crs, widthPx }, toOwnLngLat(crs));
  return (patch: TracedPolygon, rings: TracedPolygon["rings"]) => {
    const { classId, pixelCount, area, meanConfidence } = patch;
    const [heights, slopes] = patch.measures;
    return columns.map(({ name }) => {
      switch (name) {
        case "class_id":
          return classId;
        case "class":
          return names.get(classId) ?? `class ${classId}`;
        case "pixels":
          return pixelCount;
        case "area_m2":
          return round((area * areaPx(rings)) / pixelCount, 6);
        case "perimeter_m":
          return round(perimeterOf(rings), 6);
        case "mean_confidence":
          return meanConfidence === null ? null : round(meanConfidence, 4);
        case "height_median_m":
          return rounded(heights!.quantile(0.5), 3);
        case "height_p95_m":
          return rounded(heights!.quantile(0.95), 3);
        case "roof_slope_deg":
          return rounded(slopes!.quantile(0.5), 2);
        default:
          return made?.[name] ?? null;
      }
    });
  };
}

/** Of the outline without its holes. */
function areaPx(rings: TracedPolygon["rings"]): number {
  return rings.reduce((sum, ring) => sum + signedArea(ring), 0);
}

function rounded(value: number | null, digits: number): number | null {
  return value === null ? null : round(value, digits);
}

function areaByRow({ geotransform, crs, widthPx }: ExportGrid) {
  return pixelAreaByRow({ geotransform, crs, widthPx }, crs && toOwnLngLat(crs));
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
