/**
 * How many points a stratified sample needs.
 *
 * Source: Olofsson et al. 2014 (see `area-estimates.ts`), eq. 13, after Cochran, Sampling Techniques (1977), eq. 5.25.
 *
 * @param areas          Of each class of the map, in any unit.
 * @param usersAccuracy  Of each class, as it is expected, 0–1.
 * @param standardError  That the overall accuracy shall have, as a fraction.
 */
export function pointsForStandardError(
  areas: readonly number[],
  usersAccuracy: readonly number[],
  standardError: number,
): number {
  const total = areas.reduce((sum, area) => sum + area, 0);
  const spread = areas.reduce((sum, area, at) => {
    const accuracy = usersAccuracy[at]!;
    return sum + (area / total) * Math.sqrt(accuracy * (1 - accuracy));
  }, 0);
  // Twelve digits: 0.3 / 0.01 is a hair more than 30.
  return Math.ceil(Number(((spread / standardError) ** 2).toPrecision(12)));
}
