/**
 * How steep a surface is inside patches of a class map, away from their rims, while rows go by.
 *
 * Around each pixel a plane is fitted by least squares to the heights of a square; it counts where that square and one
 * pixel more on each side lie in the patch, so that no wall and no neighbour takes part. Chimneys and ridges tilt few of
 * the planes: the median of a patch is the slope of its larger faces.
 *
 * Source: the gradient of such a plane is Σ i·z / Σ i² in each direction (Evans 1980, for squares of any odd side).
 */

export interface SurfaceSlopes {
  /**
   * @param heights  Metres of the row's pixels; NaN where there are none.
   * @returns Degrees of the planes around pixels `lagRows` rows above, at their columns; they lie in the patches of the
   *   row's own pixels. NaN where none is fitted.
   */
  pushRow(classIds: Uint8Array, heights: Float32Array): Float32Array;
}

export interface PixelMetres {
  readonly across: number;
  readonly down: number;
}

/** Half of what a plane is fitted to, on the ground. */
const REACH_METRES = 0.5;

/** Pixels from the middle of a square to its edge. */
function slopeReachPx({ across, down }: PixelMetres): number {
  return Math.min(50, Math.max(1, Math.round(REACH_METRES / Math.sqrt(across * down))));
}

/** @param isWanted Whether slopes of a class are asked for. */
export function createSurfaceSlopes(
  widthPx: number,
  pixel: PixelMetres,
  isWanted: (classId: number) => boolean,
): SurfaceSlopes {
  const reach = slopeReachPx(pixel);
  const side = 2 * reach + 1;
  /** Heights of the square and of the row below it, the oldest first. */
  const rows: Float32Array[] = [];
  let idsAbove = new Uint8Array(widthPx);
  /** How many pixels of one class stand above one another. */
  const standing = new Uint32Array(widthPx);
  const sums = new Float64Array(widthPx);
  const downwards = new Float64Array(widthPx);
  const weight = (side * (reach * (reach + 1) * side)) / 3;

  function sumColumns(): void {
    sums.fill(0);
    downwards.fill(0);
    for (let line = 0; line < side; line++) {
      const row = rows[line]!;
      for (let col = 0; col < widthPx; col++) {
        sums[col]! += row[col]!;
        downwards[col]! += (line - reach) * row[col]!;
      }
    }
  }

  function slopeAt(col: number): number {
    let [east, south] = [0, 0];
    for (let step = -reach; step <= reach; step++) {
      east += step * sums[col + step]!;
      south += downwards[col + step]!;
    }
    const rise = Math.hypot(east / weight / pixel.across, south / weight / pixel.down);
    return (Math.atan(rise) * 180) / Math.PI;
  }

  return {
    pushRow(classIds, heights) {
      const slopes = new Float32Array(widthPx).fill(Number.NaN);
      for (let col = 0; col < widthPx; col++) standing[col] = classIds[col] === idsAbove[col] ? standing[col]! + 1 : 1;
      idsAbove = classIds.slice();
      rows.push(heights);
      if (rows.length <= side) return slopes;
      if (rows.length > side + 1) rows.shift();
      let isSummed = false;
      let inRow = 0;
      for (let col = 0; col < widthPx; col++) {
        const isTall = standing[col]! >= side + 2 && isWanted(classIds[col]!);
        inRow = !isTall ? 0 : col > 0 && classIds[col] === classIds[col - 1] ? inRow + 1 : 1;
        if (inRow < side + 2) continue;
        if (!isSummed) sumColumns();
        isSummed = true;
        slopes[col - reach - 1] = slopeAt(col - reach - 1);
      }
      return slopes;
    },
  };
}
