/** The largest of 1, 2 and 5 times a power of ten that is no longer than `longest`: the length of a scale bar. */
export function roundLength(longest: number): number {
  const power = 10 ** Math.floor(Math.log10(longest));
  const lead = longest / power;
  return (lead >= 5 ? 5 : lead >= 2 ? 2 : 1) * power;
}
