/** The sentences of an alignment report. */
import { describeLeftOut } from "../heights/left-out";
import { metresPerHeightUnit } from "../raster/height-unit";
import type { RasterFacts } from "../raster/raster";
import type { BandStatistics } from "../raster/statistics";
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
  /** Sentences an expert would say. */
  readonly warnings: readonly string[];
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
export function gridWarnings({ start, turn, ratio, overlap }: GridDifference, label: string): string[] {
  const warnings: string[] = [];
  if (overlap < 0.999) {
    warnings.push(`The ${label} covers ${percent(overlap)} of the image; the rest has none and is treated as missing.`);
  }
  if (ratio > 2.5)
    warnings.push(`The ${label} is ${times(ratio)} coarser than the image: small objects have no shape in it.`);
  if (ratio < 0.4)
    warnings.push(`The ${label} is ${times(1 / ratio)} finer than the image; only every so many of its pixels count.`);
  const fractions = start.map((value) => Math.abs(value - Math.round(value)));
  if (isAlongAxes(turn) && ratio > 0.99 && ratio < 1.01 && fractions.some((value) => value > SAME_GRID_TOLERANCE_PX)) {
    warnings.push(`The ${label}'s grid is shifted by a fraction of a pixel (${fractionsOf(start)}).`);
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
): string {
  const what = `Reprojected from ${from} to ${to}`;
  if (accuracy.kind === "exact") return `${what}.`;
  if (accuracy.kind === "not-stated") {
    return `${what}, to an accuracy that is not known: a file names no datum, or brings parameters of its own.`;
  }
  const { metres, betterGrids, usedGrids } = accuracy;
  const through = usedGrids.length === 0 ? "" : ` through ${usedGrids.join(" and ")}`;
  const grids = betterGrids.length === 0 ? "" : `: exact only with the grid ${betterGrids.join(" and ")}`;
  const pixels = pixelSizeMetres === null ? 0 : metres / pixelSizeMetres;
  const inPixels = Number(pixels.toFixed(pixels < 10 ? 1 : 0));
  return pixels <= 0.5
    ? `${what}${through}, ± ${metres} m${grids}.`
    : `${what}${through}, ± ${metres} m${grids}. That is ± ${inPixels} pixels of the image: check that both lie on each other.`;
}

/** Signed parts of a pixel, without the whole pixels that only say where the raster begins. */
function fractionsOf(start: PlanePoint): string {
  return start.map((value) => (value - Math.round(value)).toFixed(2)).join(", ");
}

/** One line on how two grids differ. */
export function summarise(
  optical: RasterFacts,
  { start: offset, turn, ratio, overlap }: GridDifference,
  label: string,
): string {
  const partly = overlap < 0.999 ? `, covers ${percent(overlap)}` : "";
  if (ratio > 1.01) return `${label} ${times(ratio)} coarser${partly}, resampled`;
  if (ratio < 0.99) return `${label} ${times(1 / ratio)} finer${partly}, resampled`;
  const turned = describeTurn(turn);
  if (turned !== null) return `${label} ${turned}${partly || "; covers all of it"}, resampled`;
  // Only less than a pixel is a shift; more says where the other raster begins, and none that it ends elsewhere.
  if (offset.every((value) => Math.abs(value) < SAME_GRID_TOLERANCE_PX)) {
    return `${label} on the image's grid${partly || "; covers all of it"}`;
  }
  return offset.every((value) => Math.abs(value) < 1)
    ? `${label} shifted by ${offset.map((value) => value.toFixed(1)).join(", ")} px${partly}, resampled`
    : `${label} starts ${describeStart(optical, offset)}${partly || "; covers all of it"}, resampled`;
}

/** Turns by less than a degree are those of projections. */
function describeTurn({ degrees, isMirrored }: GridTurn): string | null {
  if (isMirrored) return "mirrored";
  const whole = Math.round(degrees);
  return whole === 0 ? null : `turned by ${whole}°`;
}

/** "3.1 m west, 3.4 m north" of the image's upper-left corner; in pixels where metres or north are not known. */
function describeStart(optical: RasterFacts, [right, down]: PlanePoint): string {
  const [, a = 0, b = 0, , d = 0, e = 0] = optical.geotransform ?? [];
  const [side, across] = [groundSamplingDistanceMetres(optical), columnDistanceMetres(optical)];
  const isNorthUp = a > 0 && b === 0 && d === 0 && e < 0;
  const isKnown = isNorthUp && side !== null && across !== null;
  const [perCol, perRow, unit] = isKnown ? [across, side ** 2 / across, "m"] : [1, 1, "px"];
  const [east, west, south, north] = isNorthUp ? ["east", "west", "south", "north"] : ["right", "left", "down", "up"];
  const parts = [
    { distance: right * perCol, positive: east, negative: west },
    { distance: down * perRow, positive: south, negative: north },
  ].flatMap(({ distance, positive, negative }) => {
    const rounded = Number(Math.abs(distance).toFixed(1));
    return rounded === 0 ? [] : [`${rounded} ${unit} ${distance > 0 ? positive : negative}`];
  });
  return parts.join(", ");
}

export function describeValues(
  other: RasterFacts,
  statistics: BandStatistics | null,
  label: string,
  warnings: readonly string[],
): ValueDescription {
  if (statistics === null) return { nodataFraction: null, valueRange: null, warnings };
  const band = other.bands[0]!;
  const nodataFraction = 1 - statistics.validCount / statistics.totalCount;
  const added: string[] = [];
  if (statistics.validCount === 0) added.push(`The ${label} has no valid pixel.`);
  else if (nodataFraction > 0.05) added.push(`${percent(nodataFraction)} of the ${label} is missing (nodata).`);
  if (statistics.validCount > 0 && statistics.min === statistics.max) {
    added.push(`The ${label} has the same value everywhere (${statistics.min}).`);
  }
  if (band.role === "height" && metresPerHeightUnit(band) !== 1) {
    added.push(`Heights are in ${band.unit}, not metres.`);
  }
  for (const values of statistics.leftOut) {
    added.push(`Not declared as nodata, but no heights: ${describeLeftOut(values, band)}. They are taken as missing.`);
  }
  const scaled = [statistics.min, statistics.max].map((value) => value * band.scale + band.offset);
  const valueRange =
    statistics.validCount === 0
      ? null
      : { min: Math.min(...scaled), max: Math.max(...scaled), unit: band.unit ?? null };
  return { nodataFraction, valueRange, warnings: [...warnings, ...added] };
}

function percent(fraction: number): string {
  // Nearly all is not all.
  const value = fraction < 1 ? Math.min(fraction * 100, 99.9) : 100;
  if (value > 99.5 && value < 100) return `${value.toFixed(1)} %`;
  return `${value >= 9.95 || value === 0 ? Math.round(value) : value.toFixed(1)} %`;
}

function times(ratio: number): string {
  return `${Number(ratio.toFixed(ratio < 10 ? 2 : 1))}×`;
}

/** Whole metres, or kilometres from ten on. */
export function formatDistance(metres: number): string {
  return metres >= 10_000 ? `${Math.round(metres / 1000).toLocaleString("en")} km` : `${Math.round(metres)} m`;
}
