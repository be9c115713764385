/**
 * Random numbers that are the same on every machine: xorshift with three shifts.
 *
 * Source: Marsaglia, Xorshift RNGs (2003), the triple 13, 17, 5.
 *
 * @returns Numbers in [0, 1), one a call.
 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
