/** Values of many pixels as counts of even steps: what quantiles need, in memory that does not grow with the pixels. */
export class ValueHistogram {
  readonly #step: number;
  readonly #counts = new Map<number, number>();
  #total = 0;
  #sum = 0;

  /** @param step Values are rounded to multiples of it. */
  constructor(step: number) {
    this.#step = step;
  }

  /** The values from one place to before another; NaN counts nowhere. */
  addRun(values: ArrayLike<number>, from: number, end: number): void {
    for (let at = from; at < end; at++) {
      const value = values[at]!;
      if (Number.isNaN(value)) continue;
      const bin = Math.round(value / this.#step);
      this.#counts.set(bin, (this.#counts.get(bin) ?? 0) + 1);
      this.#total++;
      this.#sum += value;
    }
  }

  /** Takes all of another one's. */
  take(other: ValueHistogram): void {
    for (const [bin, count] of other.#counts) this.#counts.set(bin, (this.#counts.get(bin) ?? 0) + count);
    this.#total += other.#total;
    this.#sum += other.#sum;
  }

  /** How many there are, and all of them added as they came. */
  get sums(): { readonly count: number; readonly sum: number } {
    return { count: this.#total, sum: this.#sum };
  }

  /**
   * Between the two values it falls between, linearly, as NumPy's `quantile` has it.
   *
   * @param share 0–1.
   * @returns Null without values.
   */
  quantile(share: number): number | null {
    if (this.#total === 0) return null;
    const bins = [...this.#counts].sort(([one], [other]) => one - other);
    const rank = share * (this.#total - 1);
    const [below, above] = [this.#at(bins, Math.floor(rank)), this.#at(bins, Math.ceil(rank))];
    return (below + (above - below) * (rank - Math.floor(rank))) * this.#step;
  }

  /** The bin of the value with so many before it. */
  #at(bins: readonly (readonly [number, number])[], rank: number): number {
    let before = 0;
    for (const [bin, count] of bins) {
      before += count;
      if (before > rank) return bin;
    }
    return bins.at(-1)![0];
  }
}
