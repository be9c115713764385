/** Changes of height as bytes to be drawn: 127 is none, ends are ten metres up and down, 255 is unknown. */

/** Metres at the ends of the scale; what is more is drawn as that. */
export const HEIGHT_CHANGE_RANGE = 10;

const NONE = 127;
const UNKNOWN = 255;

export function heightChangeByte(metres: number): number {
  if (Number.isNaN(metres)) return UNKNOWN;
  return NONE + Math.round(NONE * Math.min(1, Math.max(-1, metres / HEIGHT_CHANGE_RANGE)));
}

/** −1 to 1, for 0 to 254. */
export function heightChangeShare(byte: number): number {
  return (byte - NONE) / NONE;
}
