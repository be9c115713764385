/**
 * At which ground sampling distance a run computes: the model's own where the image lies outside what it was made for,
 * else the image's. One rule for page and command line.
 */

import type { ModelManifest } from "../manifest/manifest";
import type { GridSize } from "../raster/tile-grid";
import type { Remark } from "../remarks/remark";
import { planWindows } from "../windows/plan-windows";
import type { RunSettings } from "./run-settings";

/** By the rule, always the model's, always the image's, or image pixels along the side of a pixel computed on. */
export type AskedScale = (typeof SCALE_CHOICES)[number] | number;

export const SCALE_CHOICES = ["auto", "model", "image"] as const;
export const LEAST_SCALE = 0.1;
export const MOST_SCALE = 100;

/** Images this close to what a model was made for are left as they are, and so are scales this close to 1. */
const TOLERANCE = 0.01;
/** Nobody needs to read "1:3.508771929824561" in a map's labels. */
const SIGNIFICANT_DIGITS = 4;

/**
 * @param imageMetres Ground sampling distance of the image; where it is not known, its own grid is all there is.
 * @returns Image pixels along the side of a pixel computed on (`core/windows/working-grid.ts`); 1 for the image's grid.
 */
export function chooseScale(
  asked: AskedScale,
  { groundSamplingDistanceMetres: distance }: Pick<ModelManifest, "groundSamplingDistanceMetres">,
  imageMetres: number | null,
): number {
  if (typeof asked === "number") return asked;
  if (asked === "image" || imageMetres === null) return 1;
  const { min, max, best = Math.min(max, Math.max(min, imageMetres)) } = distance;
  const isMadeFor = imageMetres >= min * (1 - TOLERANCE) && imageMetres <= max * (1 + TOLERANCE);
  const scale = asked === "auto" && isMadeFor ? 1 : best / imageMetres;
  if (Math.abs(scale - 1) < TOLERANCE) return 1;
  return Number(Math.min(MOST_SCALE, Math.max(LEAST_SCALE, scale)).toPrecision(SIGNIFICANT_DIGITS));
}

/** As it stands in the settings of a run: nothing for the image's own grid. */
export function scaleSetting(scale: number): Pick<RunSettings, "scale"> {
  return scale === 1 ? {} : { scale };
}

/**
 * "5.7 cm image, run at 20 cm: 1/12 of the windows"; null at the image's own scale.
 *
 * @throws {NadirError} `bad-settings` for a stride or an area that no run can have.
 */
export function scaleRemark(
  settings: Pick<RunSettings, "scale" | "stridePx" | "blend" | "areaOfInterest">,
  image: GridSize,
  windowPx: number,
  imageMetres: number | null,
): Remark | null {
  const { scale = 1, stridePx, blend, areaOfInterest } = settings;
  if (scale === 1) return null;
  const windows = (scale: number) => {
    const { columns, rows } = planWindows({ ...image, windowPx, stridePx, blend, areaOfInterest, scale });
    return columns.length * rows.length;
  };
  return { say: "run-at", scale, imageMetres, windows: windows(scale) / windows(1) };
}

/** "1:4" of an image of 5.001 cm at 20 cm: the settings hold the scale itself. */
export function spellRatio(scale: number): string {
  return `1:${Number(scale.toPrecision(3))}`;
}

/** What a run warns of whose image is coarser than what it computes on. */
export function scaleWarnings({ scale = 1 }: Pick<RunSettings, "scale">): string[] {
  if (scale >= 1) return [];
  const times = Number((1 / scale).toPrecision(3));
  return [`The image was enlarged ${times} times for this model: what its pixels do not show cannot be found.`];
}
