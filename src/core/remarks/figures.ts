/** Figures inside remarks. Languages differ in the mark before decimals only. */

interface Figures {
  /** As JavaScript writes it. */
  readonly plain: (value: number) => string;
  readonly fixed: (value: number, decimals: number) => string;
  /** "93 %" of a share; nearly all is not all, and little is not nothing. */
  readonly share: (fraction: number) => string;
  /** Of pixels: one decimal below ten per cent. */
  readonly part: (fraction: number) => string;
  /** "3.1 %"; "less than 0.01 %" of nearly nothing. */
  readonly closed: (fraction: number, lessThan: string) => string;
  /** "2.5×". */
  readonly times: (ratio: number) => string;
  /** "1:4" of image pixels to pixels computed on. */
  readonly ratio: (scale: number) => string;
  /** Side of a pixel: "5.7 cm". */
  readonly pixel: (metres: number) => string;
  /** Whole metres, or kilometres from ten on. */
  readonly distance: (metres: number) => string;
}

export function figuresWith(mark: "." | ",", locale: string): Figures {
  const marked = (text: string) => text.replace(".", mark);
  const plain = (value: number) => marked(String(value));
  const fixed = (value: number, decimals: number) => marked(value.toFixed(decimals));
  const percent = (fraction: number) => {
    const value = fraction < 1 ? Math.min(fraction * 100, 99.9) : 100;
    if (value > 99.5 && value < 100) return fixed(value, 1);
    return value >= 9.95 || value === 0 ? String(Math.round(value)) : fixed(value, 1);
  };
  return {
    plain,
    fixed,
    share: (fraction) => `${percent(fraction)} %`,
    part: (fraction) => `${plain(Number((100 * fraction).toFixed(100 * fraction < 10 ? 1 : 0)))} %`,
    closed: (fraction, lessThan) =>
      100 * fraction < 0.01 ? `${lessThan} ${plain(0.01)} %` : `${plain(Number((100 * fraction).toPrecision(2)))} %`,
    ratio: (scale) => `1:${plain(Number(scale.toPrecision(3)))}`,
    pixel: (metres) =>
      metres < 1 ? `${plain(Number((100 * metres).toPrecision(2)))} cm` : `${plain(Number(metres.toPrecision(2)))} m`,
    times: (ratio) => `${plain(Number(ratio.toFixed(ratio < 10 ? 2 : 1)))}×`,
    distance: (metres) =>
      metres >= 10_000 ? `${Math.round(metres / 1000).toLocaleString(locale)} km` : `${Math.round(metres)} m`,
  };
}

export function spellSizes(sizes: readonly (readonly [number, number])[], and: string): string {
  return sizes.map(([width, height]) => `${width} × ${height}`).join(` ${and} `);
}

export function capital(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}`;
}
