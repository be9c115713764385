/**
 * Side of the squares a scene is scored in. It belongs to the scene, not to a model's window, so that runs of models
 * with different windows can be compared square by square.
 */
const LARGEST_PX = 256;
const SMALLEST_PX = 32;
/** Below this a bootstrap says little. */
const FEWEST_WINDOWS = 16;

/** Side of the squares that a mask is scored in: as large as leaves enough of them. */
export function scoringWindowPx(widthPx: number, heightPx: number): number {
  let side = LARGEST_PX;
  while (side > SMALLEST_PX && Math.ceil(widthPx / side) * Math.ceil(heightPx / side) < FEWEST_WINDOWS) {
    side /= 2;
  }
  return side;
}
