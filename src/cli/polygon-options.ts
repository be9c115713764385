/** Options of every command that writes polygons: how they are made, and the heights they get. */
import { MOST_SIMPLIFY_PX, POLYGON_DEFAULTS, type PolygonOptions } from "../core/polygons/polygon-options";
import { UsageError } from "./exit-codes";

export const POLYGON_OPTIONS = {
  simplify: { type: "string" },
  "roof-classes": { type: "string" },
  "least-iou": { type: "string" },
} as const;

export const POLYGON_USAGE = `  --simplify PX        corners of polygons may lie so far off the pixels' edges; shared borders stay shared (0 by default)
  --roof-classes NAMES classes whose outlines may be right-angled and whose roofs have a slope (buildings by default)
  --least-iou N        right-angled outlines count from this IoU with the map on, 0 to 1 (${POLYGON_DEFAULTS.leastIou} by default)`;

/** @throws {UsageError} Naming the option at fault. */
export function readPolygonOptions(
  values: {
    readonly [Option in keyof typeof POLYGON_OPTIONS]?: string | undefined;
  },
): PolygonOptions {
  const { simplify, "roof-classes": roofs, "least-iou": leastIou } = values;
  return {
    simplifyPx: numberFrom0(simplify, "simplify", MOST_SIMPLIFY_PX) ?? POLYGON_DEFAULTS.simplifyPx,
    roofClasses: roofs?.split(",").map((name) => name.trim()) ?? POLYGON_DEFAULTS.roofClasses,
    leastIou: numberFrom0(leastIou, "least-iou", 1) ?? POLYGON_DEFAULTS.leastIou,
  };
}

function numberFrom0(value: string | undefined, option: string, most: number): number | null {
  if (value === undefined) return null;
  const number = value.trim() === "" ? Number.NaN : Number(value);
  if (!(number >= 0 && number <= most)) {
    throw new UsageError(`--${option} is "${value}"; a number from 0 to ${most} is needed.`);
  }
  return number;
}
