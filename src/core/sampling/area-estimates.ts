/**
 * How good a map is and how large its classes really are, from a stratified random sample of points that somebody looked
 * at: the strata are the map's own classes.
 *
 * Source: Olofsson et al., Good practices for estimating area and assessing accuracy of land change, Remote Sensing of
 * Environment 148 (2014) 42–57, https://doi.org/10.1016/j.rse.2014.02.015, eq. 1–11.
 */

export interface Estimate {
  readonly value: number;
  /** In the unit of the value; null where a class has a single point. */
  readonly standardError: number | null;
}

export interface AreaEstimates {
  /** Share of the area that is of map class i and reference class j (eq. 4), index [i][j]. */
  readonly proportions: readonly (readonly number[])[];
  readonly overallAccuracy: Estimate;
  /** Per class: share of what the map calls so that is so; null for a class that the map does not have. */
  readonly usersAccuracy: readonly (Estimate | null)[];
  /** Per class: share of what is so that the map calls so; null for a class that nobody found. */
  readonly producersAccuracy: readonly (Estimate | null)[];
  /** Per class: the area that is of it, in the unit of the map's areas. */
  readonly areas: readonly Estimate[];
}

/** Half the width of a 95 % interval, in standard errors. */
export const Z_95 = 1.96;

/**
 * @param mapAreas  Area of each class on the map, in any unit.
 * @param counts    Points of map class i that are of reference class j, index [i][j].
 * @throws {RangeError} When a class of the map has no point.
 */
export function estimateAreas(mapAreas: readonly number[], counts: readonly (readonly number[])[]): AreaEstimates {
  const classes = mapAreas.map((_, index) => index);
  const total = sum(mapAreas);
  const points = counts.map(sum);
  const empty = classes.filter((i) => mapAreas[i]! > 0 && points[i] === 0);
  if (empty.length > 0 || total === 0) throw new RangeError("every class that the map has needs a point");
  /** Share of the points of map class i that are of class j; none where the map has no such class. */
  const share = (i: number, j: number) => (points[i] === 0 ? 0 : counts[i]![j]! / points[i]!);
  const weight = (i: number) => mapAreas[i]! / total;
  /** Variance of `share` as an estimate (eq. 6 for i = j). */
  const variance = (i: number, j: number) =>
    points[i]! > 1 ? (share(i, j) * (1 - share(i, j))) / (points[i]! - 1) : points[i] === 0 ? 0 : Number.NaN;

  const proportions = classes.map((i) => classes.map((j) => weight(i) * share(i, j)));
  const found = classes.map((j) => sum(proportions.map((row) => row[j]!)));
  const users = classes.map((i) => (points[i] === 0 ? null : estimate(share(i, i), variance(i, i))));
  const producers = classes.map((j) => {
    if (found[j] === 0) return null;
    const accuracy = proportions[j]![j]! / found[j]!;
    // Eq. 7 in shares of the area instead of pixels.
    const own = weight(j) ** 2 * (1 - accuracy) ** 2 * variance(j, j);
    const others = sum(classes.filter((i) => i !== j).map((i) => weight(i) ** 2 * variance(i, j)));
    return estimate(accuracy, (own + accuracy ** 2 * others) / found[j]! ** 2);
  });
  const areaVariance = (j: number) => sum(classes.map((i) => weight(i) ** 2 * variance(i, j)));
  return {
    proportions,
    overallAccuracy: estimate(
      sum(classes.map((i) => proportions[i]![i]!)),
      sum(classes.map((i) => weight(i) ** 2 * variance(i, i))),
    ),
    usersAccuracy: users,
    producersAccuracy: producers,
    areas: classes.map((j) => estimate(found[j]! * total, areaVariance(j) * total ** 2)),
  };
}

function estimate(value: number, variance: number): Estimate {
  return { value, standardError: Number.isNaN(variance) ? null : Math.sqrt(variance) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
