/**
 * How a second raster lies on the optical grid: numbers and a verdict, before any run.
 *
 * Pure geometry on plain facts. Rasters in different CRS need a `Reprojection` (made by `io/reproject.ts`).
 */
import { intersectRects } from "../raster/pixel-rect";
import type { PixelRect, RasterFacts } from "../raster/raster";
import type { BandStatistics } from "../raster/statistics";
import type { Remark } from "../remarks/remark";
import {
  describeValues,
  type GridTurn,
  gridWarnings,
  isAlongAxes,
  SAME_GRID_TOLERANCE_PX,
  summarise,
  type ValueDescription,
} from "./alignment-words";
import { areaInsideRectangle, type PlanePoint } from "./convex-overlap";
import { measureGap, rectangleOutline } from "./extent-gap";
import { mapToPixel, pixelToMap } from "./geotransform";
import { type PlacedGrids, relateGrids, SIZE_TOLERANCE_PX } from "./grid-relation";
import type { PointTransform, Reprojection } from "./reprojection";

export interface AlignmentReport extends ValueDescription {
  readonly verdict: "same-grid" | "resampled" | "matched-by-size" | "refused";
  /** Where the second raster begins (its first pixel, where it is turned), in optical pixels from the image's corner. */
  readonly offsetPx: readonly [col: number, row: number];
  /** Second raster's pixel size ÷ optical pixel size. */
  readonly resolutionRatio: number;
  /** Share of the optical raster covered by the second, 0–1. */
  readonly overlapFraction: number;
  /** Whole optical pixels inside the bounds of the part that the second covers; null when there is none. */
  readonly overlapRect: PixelRect | null;
  /** Distance between the two extents in metres when they do not meet; null when they do or it is unknown. */
  readonly gapMetres: number | null;
  /** Verdict for the scene list: "grids aligned", "DSM 2.5× coarser, resampled". */
  readonly summary: Remark;
}

export interface AlignmentContext {
  /** Needed when the CRS differ. */
  readonly reprojection?: Reprojection | null;
  /** Statistics of the second raster's first band, when known. */
  readonly statistics?: BandStatistics | null;
  /** What to call the second raster in sentences: "DSM", "truth". */
  readonly label?: string;
}

export function alignRasters(
  optical: RasterFacts,
  other: RasterFacts,
  context: AlignmentContext = {},
): AlignmentReport {
  const label = context.label ?? "second raster";
  const relation = relateGrids(optical, other, context.reprojection ?? null);
  const report =
    relation.kind === "unplaced"
      ? matchBySize(optical, other, label, relation.file)
      : relation.kind === "unknown"
        ? refuse(relation.reason)
        : alignOnMap(optical, other, relation, label);
  return { ...report, ...describeValues(other, context.statistics ?? null, label, report.warnings) };
}

function alignOnMap(
  optical: RasterFacts,
  other: RasterFacts,
  relation: PlacedGrids<"same-crs", Reprojection | null> | PlacedGrids<"other-crs", Reprojection>,
  label: string,
): AlignmentReport {
  const toOpticalMap: PointTransform =
    relation.kind === "same-crs" ? (point) => point : relation.reprojection.otherToOptical;
  const toOpticalPixel = (col: number, row: number): PlanePoint | null => {
    const point = toOpticalMap(pixelToMap(relation.other, [col, row]));
    return point === null ? null : mapToPixel(relation.optical, point);
  };
  const warnings = relation.assumption === null ? [] : [relation.assumption];
  const steps = relation.kind === "same-crs" ? 1 : 16;
  const outline = rectangleOutline(other.widthPx, other.heightPx, steps).map(([col, row]) => toOpticalPixel(col, row));
  const corner = outline[0];
  if (outline.some((point) => point === null || !point.every(Number.isFinite)) || corner == null) {
    return gapReport(optical, other, relation, [Number.NaN, Number.NaN], Number.NaN, label, warnings);
  }
  const resolutionRatio = localScale(toOpticalPixel, other.widthPx / 2, other.heightPx / 2);
  const area = areaInsideRectangle(outline as PlanePoint[], optical.widthPx, optical.heightPx);
  const overlapFraction = Math.min(1, area / (optical.widthPx * optical.heightPx));
  if (overlapFraction === 0) return gapReport(optical, other, relation, corner, resolutionRatio, label, warnings);

  const opposite = toOpticalPixel(other.widthPx, other.heightPx)!;
  const turn = turnOf(toOpticalPixel, other);
  // Of a grid that runs another way along the same axes the first pixel lies in another corner.
  const [col, row] = isAlongAxes(turn) ? upperLeft(outline as PlanePoint[]) : corner;
  const start: PlanePoint = [col, row];
  const sameGrid =
    optical.widthPx === other.widthPx &&
    optical.heightPx === other.heightPx &&
    [corner[0], corner[1], opposite[0] - optical.widthPx, opposite[1] - optical.heightPx].every(
      (difference) => Math.abs(difference) <= SAME_GRID_TOLERANCE_PX,
    );
  return {
    verdict: sameGrid ? "same-grid" : "resampled",
    offsetPx: [col, row],
    resolutionRatio,
    overlapFraction,
    overlapRect: boundingRect(outline as PlanePoint[], optical),
    gapMetres: null,
    warnings: [...warnings, ...gridWarnings({ start, turn, ratio: resolutionRatio, overlap: overlapFraction }, label)],
    summary: sameGrid
      ? { say: "grids-aligned" }
      : summarise(optical, { start, turn, ratio: resolutionRatio, overlap: overlapFraction }, label),
  };
}

/** How the other grid's rows and columns run on the image, over its whole length. */
function turnOf(toOpticalPixel: (col: number, row: number) => PlanePoint | null, other: RasterFacts): GridTurn {
  const [from, right, down] = [
    toOpticalPixel(0, 0)!,
    toOpticalPixel(other.widthPx, 0)!,
    toOpticalPixel(0, other.heightPx)!,
  ];
  const [acrossX, acrossY] = [right[0] - from[0], right[1] - from[1]];
  const [downX, downY] = [down[0] - from[0], down[1] - from[1]];
  const isMirrored = acrossX * downY - acrossY * downX < 0;
  return { degrees: (Math.atan2(acrossY, acrossX) * 180) / Math.PI, isMirrored };
}

function upperLeft(outline: readonly PlanePoint[]): PlanePoint {
  return [Math.min(...outline.map(([col]) => col)), Math.min(...outline.map(([, row]) => row))];
}

function gapReport(
  optical: RasterFacts,
  other: RasterFacts,
  relation: PlacedGrids<"same-crs", Reprojection | null> | PlacedGrids<"other-crs", Reprojection>,
  offset: PlanePoint,
  resolutionRatio: number,
  label: string,
  warnings: readonly Remark[],
): AlignmentReport {
  const gapMetres = measureGap(optical, other, relation);
  return {
    verdict: "refused",
    offsetPx: [offset[0], offset[1]],
    resolutionRatio,
    overlapFraction: 0,
    overlapRect: null,
    gapMetres,
    warnings: [...warnings, { say: "no-overlap", label, gapMetres }],
    summary: { say: "grid-apart", gapMetres },
  };
}

/** @param file The one without a position; null for both. */
function matchBySize(optical: RasterFacts, other: RasterFacts, label: string, file: string | null): AlignmentReport {
  const [dx, dy] = [other.widthPx - optical.widthPx, other.heightPx - optical.heightPx];
  const ratio = Math.sqrt((optical.widthPx / other.widthPx) * (optical.heightPx / other.heightPx));
  const sameShape = Math.abs(optical.widthPx / other.widthPx / (optical.heightPx / other.heightPx) - 1) < 0.01;
  const nearlySame = Math.abs(dx) <= SIZE_TOLERANCE_PX && Math.abs(dy) <= SIZE_TOLERANCE_PX;
  const sizes = [
    [other.widthPx, other.heightPx],
    [optical.widthPx, optical.heightPx],
  ] as const;
  if (!nearlySame && !sameShape) return refuse({ say: "size-tells-nothing", file, sizes });
  const warnings: Remark[] = [{ say: "matched-by-size", file, label }];
  if (nearlySame && (dx !== 0 || dy !== 0)) warnings.push({ say: "corners-taken-as-equal", dx, dy });
  else if (!nearlySame) warnings.push({ say: "stretched", label, sizes });
  return {
    verdict: "matched-by-size",
    offsetPx: [0, 0],
    resolutionRatio: nearlySame ? 1 : ratio,
    overlapFraction: nearlySame
      ? (Math.min(optical.widthPx, other.widthPx) * Math.min(optical.heightPx, other.heightPx)) /
        (optical.widthPx * optical.heightPx)
      : 1,
    overlapRect: {
      col: 0,
      row: 0,
      widthPx: nearlySame ? Math.min(optical.widthPx, other.widthPx) : optical.widthPx,
      heightPx: nearlySame ? Math.min(optical.heightPx, other.heightPx) : optical.heightPx,
    },
    gapMetres: null,
    warnings,
    summary: nearlySame ? { say: "grid-by-size" } : { say: "grid-by-shape", label },
  };
}

function refuse(reason: Remark): AlignmentReport {
  return {
    verdict: "refused",
    offsetPx: [Number.NaN, Number.NaN],
    resolutionRatio: Number.NaN,
    overlapFraction: 0,
    overlapRect: null,
    gapMetres: null,
    warnings: [reason],
    summary: { say: "grid-not-placed" },
  };
}

/** Whole pixels inside the outline's bounds. */
function boundingRect(outline: readonly PlanePoint[], optical: RasterFacts): PixelRect | null {
  const [cols, rows] = [outline.map(([col]) => col), outline.map(([, row]) => row)];
  // A corner that is a hundredth of a pixel short still counts as there.
  const [col, row] = [Math.ceil(Math.min(...cols) - 0.01), Math.ceil(Math.min(...rows) - 0.01)];
  const widthPx = Math.floor(Math.max(...cols) + 0.01) - col;
  const heightPx = Math.floor(Math.max(...rows) + 0.01) - row;
  return intersectRects(
    { col, row, widthPx, heightPx },
    { col: 0, row: 0, widthPx: optical.widthPx, heightPx: optical.heightPx },
  );
}

function localScale(toOpticalPixel: (col: number, row: number) => PlanePoint | null, col: number, row: number): number {
  const [origin, right, down] = [toOpticalPixel(col, row), toOpticalPixel(col + 1, row), toOpticalPixel(col, row + 1)];
  if (origin === null || right === null || down === null) return Number.NaN;
  const determinant = (right[0] - origin[0]) * (down[1] - origin[1]) - (right[1] - origin[1]) * (down[0] - origin[0]);
  return Math.sqrt(Math.abs(determinant));
}
