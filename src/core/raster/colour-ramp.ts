/** The one colour ramp for continuous values: dark violet over teal to yellow, even to the eye, stops after viridis. */
export type RampColour = readonly [red: number, green: number, blue: number];

const STOPS: readonly RampColour[] = [
  [68, 1, 84],
  [59, 82, 139],
  [33, 145, 140],
  [94, 201, 98],
  [253, 231, 37],
];

/** Colour at `fraction` of the ramp; clamped to 0–1. */
export function rampColour(fraction: number): RampColour {
  const position = Math.min(Math.max(fraction, 0), 1) * (STOPS.length - 1);
  const index = Math.min(Math.floor(position), STOPS.length - 2);
  const rest = position - index;
  const [from, to] = [STOPS[index]!, STOPS[index + 1]!];
  const mix = (channel: 0 | 1 | 2) => Math.round(from[channel] + (to[channel] - from[channel]) * rest);
  return [mix(0), mix(1), mix(2)];
}
