/** Objects that appeared or are gone: patches of changed pixels of one class, counted while the rows go by. */
import type { ChangedObjects } from "../core/metrics/map-changes";
import { createPolygonTracer } from "../core/polygons/trace-polygons";
import { NODATA_CLASS_ID } from "../core/run/run-settings";

/** Coarse: only sums are asked for, which are not rounded. */
const HEIGHT_STEP_METRES = 1;

export interface ObjectCounter {
  /**
   * One row.
   *
   * @param classIds   255 where nothing changed.
   * @param pixelArea  Square metres of a pixel of it; null where that is not known.
   * @param heights    Later minus earlier height, NaN where unknown; null for none at all.
   */
  pushRow(classIds: Uint8Array, pixelArea: number | null, heights: Float32Array | null): void;
  finish(): readonly ChangedObjects[];
}

/** @param least Of an object, in square metres where pixels have a known size, else in pixels. */
export function createObjectCounter(
  classCount: number,
  widthPx: number,
  isMeasured: boolean,
  least: number,
): ObjectCounter {
  const sums = Array.from({ length: classCount }, () => ({ count: 0, pixels: 0, area: 0, heights: 0, known: 0 }));
  const tracer = createPolygonTracer({
    widthPx,
    ignoredId: NODATA_CLASS_ID,
    measureSteps: [HEIGHT_STEP_METRES],
    onPolygon({ classId, pixelCount, area, measures: [rise] }) {
      if (area < least) return;
      const sum = sums[classId]!;
      sum.count++;
      sum.pixels += pixelCount;
      sum.area += area;
      sum.heights += rise!.sums.sum;
      sum.known += rise!.sums.count;
    },
  });
  return {
    pushRow: (classIds, pixelArea, heights) =>
      tracer.pushRow(classIds, null, pixelArea ?? 1, heights === null ? [] : [heights]),
    finish() {
      tracer.finish();
      return sums.map(({ count, pixels, area, heights, known }) => ({
        count,
        pixels,
        squareMetres: isMeasured ? area : null,
        heightChangeMetres: known === 0 ? null : heights / known,
      }));
    },
  };
}
