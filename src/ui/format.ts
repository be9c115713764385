/** Numbers as the page writes them: in its language, units beside them, true minus signs, thin spaces between thousands. */
import { language } from "./language";

const MINUS = "−";
const THIN_SPACE = "\u2009";

/** A figure with a fixed number of decimals: −1234.5 → "−1 234.5". */
export function fixed(value: number, decimals: number): string {
  return written(value, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** A figure with so many significant digits, trailing zeros left out: 0.25 → "0.25". */
export function significant(value: number, digits: number): string {
  return written(value, { maximumSignificantDigits: digits });
}

export function whole(value: number): string {
  return fixed(value, 0);
}

/** By its options; making one takes longer than many figures. */
const formats = new Map<string, Intl.NumberFormat>();

function formatOf(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify(options);
  const known = formats.get(key) ?? new Intl.NumberFormat(language, { signDisplay: "negative", ...options });
  formats.set(key, known);
  return known;
}

function written(value: number, options: Intl.NumberFormatOptions): string {
  return formatOf(options)
    .formatToParts(value)
    .map((part) => (part.type === "minusSign" ? MINUS : part.type === "group" ? THIN_SPACE : part.value))
    .join("");
}

/** 0.8473 → "84.7"; null → "–". */
export function percent(fraction: number | null): string {
  // Eight digits: a share from map coordinates carries rounding noise, and 59.75 must not become 59.7 by it.
  return fraction === null ? "–" : fixed(Number((100 * fraction).toPrecision(8)), 1);
}

/** Difference of two fractions in points: 0.016 → "+1.6". */
export function signedPoints(difference: number | null): string {
  if (difference === null) {
    return "–";
  }
  return written(100 * difference, { minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: "exceptZero" });
}

const BYTES = [
  { unit: "gigabyte", least: 1024 ** 3, decimals: 1 },
  { unit: "megabyte", least: 1024 ** 2, decimals: 0 },
  { unit: "kilobyte", least: 1024, decimals: 0 },
  { unit: "byte", least: 1, decimals: 0 },
] as const;

/** 2048 → "2 kB", in French "2 ko". */
export function bytes(count: number): string {
  const { unit, least, decimals } = BYTES.find((size) => count >= size.least) ?? BYTES[3];
  const unitDisplay = unit === "byte" ? "long" : "short";
  return written(count / least, {
    style: "unit",
    unit,
    unitDisplay,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}

/** 4.2 → "4.2 s", 75 → "1 min 15 s". */
export function seconds(value: number): string {
  if (value < 10) {
    return `${fixed(value, 1)} s`;
  }
  const total = Math.round(value);
  if (total < 60) {
    return `${total} s`;
  }
  const minutes = Math.floor(total / 60);
  return minutes < 60 ? `${minutes} min ${total % 60} s` : `${whole(Math.floor(minutes / 60))} h ${minutes % 60} min`;
}

/** A time that is only guessed, rounded up: 34 → "40 s", 75 → "2 min", 5000 → "1 h 24 min". */
export function roughTime(valueSeconds: number): string {
  if (valueSeconds <= 60) return `${10 * Math.ceil(valueSeconds / 10)} s`;
  const minutes = Math.ceil(valueSeconds / 60);
  return minutes < 60 ? `${minutes} min` : `${whole(Math.floor(minutes / 60))} h ${minutes % 60} min`;
}

/** Ground sampling distance, always in metres so that two can be compared: 0.25 → "0.25 m". */
export function metres(value: number): string {
  return `${significant(value, 3)} m`;
}

/** A length for the scale bar. */
export function length(valueMetres: number): string {
  if (valueMetres >= 1000) {
    return `${significant(valueMetres / 1000, 6)} km`;
  }
  return valueMetres >= 1 ? `${significant(valueMetres, 6)} m` : `${whole(valueMetres * 100)} cm`;
}

/** A length measured on the map: 12.345 → "12.35 m", 2345.6 → "2.346 km". */
export function measuredLength(valueMetres: number): string {
  return valueMetres < 1000 ? `${fixed(valueMetres, 2)} m` : `${fixed(valueMetres / 1000, 3)} km`;
}

/** An area measured on the map: with one decimal below a hundred square metres. */
export function measuredArea(squareMetres: number): string {
  return squareMetres < 100 ? `${fixed(squareMetres, 1)} m²` : area(squareMetres);
}

/** Map coordinate with a thin space between thousands: 870042.61 → "870 042.6". */
export function coordinate(value: number): string {
  return fixed(value, 1);
}

/** Area with the unit that suits it. */
export function area(squareMetres: number): string {
  if (squareMetres >= 1e6) {
    return `${fixed(squareMetres / 1e6, 2)} km²`;
  }
  return squareMetres >= 1e4 ? `${fixed(squareMetres / 1e4, 2)} ha` : `${whole(squareMetres)} m²`;
}

export function parameters(count: number): string {
  return count >= 1e6 ? `${fixed(count / 1e6, 1)} M` : `${whole(count / 1e3)} k`;
}

/** A point in time in the user's own zone: "25 Nov 2026, 14:05". */
export function moment(msSince1970: number): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(msSince1970);
}
