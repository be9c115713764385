/** Compares rasters: element-wise matchers take seconds on a million pixels. */

/** Index of the first value that differs, −1 when none does. */
export function firstDifference(ours: Uint8Array, wanted: Uint8Array): number {
  if (Buffer.compare(ours, wanted) === 0) return -1;
  const at = ours.findIndex((value, index) => value !== wanted[index]);
  return at >= 0 ? at : ours.length;
}
