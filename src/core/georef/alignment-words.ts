/** What is said of how two rasters lie on each other. */
import { tidyLeftOut } from "../heights/left-out";
import { metresPerHeightUnit } from "../raster/height-unit";
import type { RasterFacts } from "../raster/raster";
import type { BandStatistics } from "../raster/statistics";
import type { Direction, GridWay, Remark } from "../remarks/remark";
import type { PlanePoint } from "./convex-overlap";
import { columnDistanceMetres, groundSamplingDistanceMetres } from "./ground-sampling-distance";
import type { ReprojectionAccuracy } from "./reprojection";

/** Corners count as equal when they agree to this share of an optical pixel. */
export const SAME_GRID_TOLERANCE_PX = 0.01;

/** What is known of the second raster's values once its statistics are. */
export interface ValueDescription {
  /** Missing pixels of the second raster, 0–1; null before its statistics are known. */
  readonly nodataFraction?: number | null;
  /** Range of its values in its own unit; null before its statistics are known. */
  readonly valueRange?: { readonly min: number; readonly max: number; readonly unit: string | null } | null;
  /** What an expert would say. */
  readonly warnings: readonly Remark[];
}

/** How the other raster's rows and columns run on the image. */
export interface GridTurn {
  /** From the image's rows to its own, clockwise, −180 to 180. */
  readonly degrees: number;
  /** Its columns run up where its rows run to the right. */
  readonly isMirrored: boolean;
}

/** How two grids differ. */
interface GridDifference {
  /** Where the other one begins, in optical pixels. */
  readonly start: PlanePoint;
  readonly turn: GridTurn;
  /** The other raster's pixel size over the optical one. */
  readonly ratio: number;
  /** Share of the optical raster, 0–1. */
  readonly overlap: number;
}

/** Less is what other projections turn by themselves. */
const LEAST_TURN_DEGREES = 0.001;

/** True where rows and columns run along the image's, in whatever direction. */
export function isAlongAxes({ degrees }: GridTurn): boolean {
  return Math.abs(degrees - 90 * Math.round(degrees / 90)) < LEAST_TURN_DEGREES;
}

/** What to know before a run. */
export function gridWarnings({ start, turn, ratio, overlap }: GridDifference, label: string): Remark[] {
  const warnings: Remark[] = [];
  if (overlap < 0.999) warnings.push({ say: "covers-part", label, share: overlap });
  if (ratio > 2.5) warnings.push({ say: "coarser-than-image", label, times: ratio });
  if (ratio < 0.4) warnings.push({ say: "finer-than-image", label, times: 1 / ratio });
  // Without the whole pixels that only say where the raster begins.
  const [right, down] = start;
  const px: [number, number] = [right - Math.round(right), down - Math.round(down)];
  const isShifted = px.some((value) => Math.abs(value) > SAME_GRID_TOLERANCE_PX);
  if (isAlongAxes(turn) && ratio > 0.99 && ratio < 1.01 && isShifted) {
    warnings.push({ say: "shifted-by-fraction", label, px });
  }
  return warnings;
}

/**
 * What was converted, how well, and that it is too coarse for the pixels where it is.
 *
 * @param pixelSizeMetres Of the image, on the ground; null when unknown.
 */
export function describeReprojection(
  { from, to }: { readonly from: string; readonly to: string },
  accuracy: ReprojectionAccuracy,
  pixelSizeMetres: number | null,
): Remark {
  const pixels = accuracy.kind !== "within" || pixelSizeMetres === null ? 0 : accuracy.metres / pixelSizeMetres;
  return { say: "reprojected", from, to, accuracy, pixels };
}

/** One line on how two grids differ. */
export function summarise(optical: RasterFacts, difference: GridDifference, label: string): Remark {
  return { say: "grid-lies", label, way: wayOf(optical, difference), share: difference.overlap };
}

function wayOf(optical: RasterFacts, { start, turn, ratio }: GridDifference): GridWay {
  if (ratio > 1.01) return { is: "coarser", times: ratio };
  if (ratio < 0.99) return { is: "finer", times: 1 / ratio };
  if (turn.isMirrored) return { is: "mirrored" };
  // Turns by less than a degree are those of projections.
  const degrees = Math.round(turn.degrees);
  if (degrees !== 0) return { is: "turned", degrees };
  // Only less than a pixel is a shift; more says where the other raster begins, and none that it ends elsewhere.
  if (start.every((value) => Math.abs(value) < SAME_GRID_TOLERANCE_PX)) return { is: "on-grid" };
  return start.every((value) => Math.abs(value) < 1)
    ? { is: "shifted", px: [start[0], start[1]] }
    : { is: "starts", ...stepsTo(optical, start) };
}

/** From the image's upper-left corner; in pixels where metres or north are not known. */
function stepsTo(optical: RasterFacts, [right, down]: PlanePoint): Omit<Extract<GridWay, { is: "starts" }>, "is"> {
  const [, a = 0, b = 0, , d = 0, e = 0] = optical.geotransform ?? [];
  const [side, across] = [groundSamplingDistanceMetres(optical), columnDistanceMetres(optical)];
  const isNorthUp = a > 0 && b === 0 && d === 0 && e < 0;
  const isKnown = isNorthUp && side !== null && across !== null;
  const [perCol, perRow] = isKnown ? [across, side ** 2 / across] : [1, 1];
  const ways: readonly (readonly [number, Direction, Direction])[] = [
    [right * perCol, ...(isNorthUp ? (["east", "west"] as const) : (["right", "left"] as const))],
    [down * perRow, ...(isNorthUp ? (["south", "north"] as const) : (["down", "up"] as const))],
  ];
  const steps = ways.flatMap(([signed, positive, negative]) => {
    const distance = Number(Math.abs(signed).toFixed(1));
    return distance === 0 ? [] : [{ distance, to: signed > 0 ? positive : negative }];
  });
  return { unit: isKnown ? "m" : "px", steps };
}

export function describeValues(
  other: RasterFacts,
  statistics: BandStatistics | null,
  label: string,
  warnings: readonly Remark[],
): ValueDescription {
  if (statistics === null) return { nodataFraction: null, valueRange: null, warnings };
  const band = other.bands[0]!;
  const nodataFraction = 1 - statistics.validCount / statistics.totalCount;
  const added: Remark[] = [];
  if (statistics.validCount === 0) added.push({ say: "no-valid-pixel", label });
  else if (nodataFraction > 0.05) added.push({ say: "nodata-share", label, share: nodataFraction });
  if (statistics.validCount > 0 && statistics.min === statistics.max) {
    added.push({ say: "same-value", label, value: statistics.min });
  }
  if (band.role === "height" && metresPerHeightUnit(band) !== 1) {
    added.push({ say: "height-unit", unit: band.unit ?? "" });
  }
  for (const values of statistics.leftOut) {
    added.push({ say: "no-heights", values: tidyLeftOut(values, band), unit: band.unit ?? "m" });
  }
  const scaled = [statistics.min, statistics.max].map((value) => value * band.scale + band.offset);
  const valueRange =
    statistics.validCount === 0
      ? null
      : { min: Math.min(...scaled), max: Math.max(...scaled), unit: band.unit ?? null };
  return { nodataFraction, valueRange, warnings: [...warnings, ...added] };
}
