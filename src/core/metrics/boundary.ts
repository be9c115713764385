/**
 * "No boundary" truth: pixels close to another class are taken out of the score, as in the ISPRS benchmark's eroded
 * ground truth (a disc of 3 px; ISPRS 2D Semantic Labeling Contest, "full reference" and "eroded reference").
 *
 * A pixel is kept when every pixel of the disc around it has its class. Ignored pixels and pixels outside the raster
 * are no class and make no boundary, so eroding an already eroded truth takes away nothing at its black lines.
 */
import { NODATA_CLASS_ID } from "../run/run-settings";

/** The benchmark's radius. */
export const ISPRS_BOUNDARY_RADIUS_PX = 3;

/**
 * @param truth     Class ids, `[heightPx, widthPx]`, 255 = ignored.
 * @param radiusPx  ≥ 0; 0 returns a copy.
 * @returns A new array with 255 in place of boundary pixels.
 */
export function erodeBoundary(
  truth: Uint8Array,
  widthPx: number,
  heightPx: number,
  radiusPx: number = ISPRS_BOUNDARY_RADIUS_PX,
): Uint8Array {
  if (truth.length !== widthPx * heightPx) {
    throw new RangeError(`truth has ${truth.length} pixels, ${widthPx} × ${heightPx} are expected`);
  }
  const eroded = truth.slice();
  const discRows = halfWidths(radiusPx);
  for (let row = 0; row < heightPx; row++) {
    for (let col = 0; col < widthPx; col++) {
      const classId = truth[row * widthPx + col]!;
      if (classId !== NODATA_CLASS_ID && touchesOther(classId, col, row)) {
        eroded[row * widthPx + col] = NODATA_CLASS_ID;
      }
    }
  }
  return eroded;

  function touchesOther(classId: number, col: number, row: number): boolean {
    for (const { rowOffset, halfWidth } of discRows) {
      const discRow = row + rowOffset;
      if (discRow < 0 || discRow >= heightPx) {
        continue;
      }
      const last = discRow * widthPx + Math.min(widthPx - 1, col + halfWidth);
      for (let pixel = discRow * widthPx + Math.max(0, col - halfWidth); pixel <= last; pixel++) {
        const other = truth[pixel]!;
        if (other !== classId && other !== NODATA_CLASS_ID) {
          return true;
        }
      }
    }
    return false;
  }
}

/** The disc x² + y² ≤ r² as rows. */
function halfWidths(radiusPx: number): { rowOffset: number; halfWidth: number }[] {
  const reach = Math.floor(radiusPx);
  return Array.from({ length: 2 * reach + 1 }, (_, position) => {
    const rowOffset = position - reach;
    return { rowOffset, halfWidth: Math.floor(Math.sqrt(radiusPx * radiusPx - rowOffset * rowOffset)) };
  });
}
