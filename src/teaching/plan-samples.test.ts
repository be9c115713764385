/** Which windows are looked at: those that strokes touch, and some spread around them. */
import { expect, test } from "vitest";
import { planWindows } from "../core/windows/plan-windows";
import { NO_STROKE, planSamples } from "./plan-samples";

const plan = (widthPx: number, heightPx: number, windowPx: number) =>
  planWindows({ widthPx, heightPx, windowPx, stridePx: windowPx * 0.75, blend: "flat", areaOfInterest: null });

/** 5 × 5 pixels. */
function dot({ widthPx }: { readonly widthPx: number }, col: number, row: number): number[] {
  return Array.from({ length: 25 }, (_, at) => (row + Math.floor(at / 5)) * widthPx + col + (at % 5));
}

test("windows spread over a scene are looked at besides those that strokes touch, the same whatever the strokes", () => {
  const scene = plan(2000, 1500, 64);
  const windowsOf = (...strokes: readonly number[][]) => planSamples(strokes, scene);
  const one = windowsOf(dot(scene, 1000, 700));
  const other = windowsOf(dot(scene, 990, 800), dot(scene, 1100, 700));
  expect(one.length).toBeGreaterThanOrEqual(64);
  expect(one.length).toBeLessThanOrEqual(65);
  const placeOf = ({ column, row }: (typeof one)[number]) => `${column.startPx},${row.startPx}`;
  const places = new Set(one.map(placeOf));
  expect(other.filter((window) => places.has(placeOf(window))).length).toBeGreaterThanOrEqual(64 - 1);
  const elsewhere = one.flatMap(({ sites }) => sites).filter(({ stroke }) => stroke === NO_STROKE);
  const quarters = new Set(elsewhere.map(({ col, row }) => `${col < 1000} ${row < 750}`));
  expect(quarters.size).toBe(4);
  expect(elsewhere.length).toBeGreaterThan(900);
});

test("large windows are few, and a far corner of a huge scene is let be", () => {
  const scene = plan(40_000, 40_000, 256);
  const windows = planSamples([dot(scene, 500, 600)], scene);
  expect(windows.length).toBeGreaterThanOrEqual(4);
  expect(windows.length).toBeLessThanOrEqual(5);
  expect(Math.max(...windows.map(({ column }) => column.startPx))).toBeLessThan(2000);
});

test("without a stroke on the photo there is nothing to look at", () => {
  expect(planSamples([[]], plan(300, 300, 64))).toEqual([]);
});
