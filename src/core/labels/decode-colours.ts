/**
 * Truth pixels → class ids of a scheme: from colours, from a palette, or from index values.
 *
 * Colours near a class colour (resampling, JPEG) go to the nearest class within a tolerance. All others become 255 and
 * are counted by colour, so that they can be shown; they never become class 0.
 */
import { NODATA_CLASS_ID } from "../run/run-settings";
import type { ClassScheme, Colour } from "./class-scheme";

/** Euclidean distance in RGB below which a colour counts as a class colour: half the distance of ISPRS neighbours. */
const DEFAULT_COLOUR_TOLERANCE = 60;

interface LabelCounts {
  /** Pixels per class id. */
  readonly perClass: ReadonlyMap<number, number>;
  /** Pixels the truth itself leaves undefined (black boundary, ignore id, nodata). */
  readonly ignored: number;
  /** Pixels whose colour or value belongs to no class, by value: "12,40,200" or "17". */
  readonly unknown: ReadonlyMap<string, number>;
  /** Pixels that are not exactly a class colour but were taken for the nearest. */
  readonly approximated: number;
}

/** Kinds of different unknown colours that are told apart; the rest is counted together as "other". */
const MAX_UNKNOWN_KINDS = 64;

/** Decodes block after block and keeps the counts of all. */
export interface LabelDecoder {
  /**
   * @param bands Red, green, blue; or one band of index values.
   * @param valid 0 where the pixel is missing, or null.
   * @param out Class ids, 255 where undefined or unknown; may be one of `bands`.
   */
  decode(bands: readonly ArrayLike<number>[], valid: Uint8Array | null, out: Uint8Array): void;
  readonly counts: LabelCounts;
}

/** Truth in colours. */
export function createColourDecoder(scheme: ClassScheme, tolerance = DEFAULT_COLOUR_TOLERANCE): LabelDecoder {
  const tally = new Tally();
  const known = new Map<number, ColourMatch>();
  const resolve = (key: number): ColourMatch => {
    let match = known.get(key);
    if (match === undefined) {
      match = matchColour([key >> 16, (key >> 8) & 255, key & 255], scheme, tolerance);
      // JPEG truth can hold any of 16 million colours; the cache must not.
      if (known.size < 1 << 16) known.set(key, match);
    }
    return match;
  };
  return {
    counts: tally,
    decode([red, green, blue], valid, out) {
      if (red === undefined || green === undefined || blue === undefined) {
        throw new RangeError("colour truth needs three bands");
      }
      for (let pixel = 0; pixel < out.length; pixel++) {
        if (valid !== null && valid[pixel] === 0) {
          out[pixel] = tally.ignore();
          continue;
        }
        const colour = [red[pixel]!, green[pixel]!, blue[pixel]!] as const;
        const match = colour.every(isByte) ? resolve((colour[0] << 16) | (colour[1] << 8) | colour[2]) : UNKNOWN;
        out[pixel] = tally.count(match, () => colour.join());
      }
    },
  };
}

/** Truth as index values, with the scheme's ids; or, when `palette` is given, judged by the colour of each index. */
export function createIndexDecoder(
  scheme: ClassScheme,
  palette: readonly Colour[] | null = null,
  tolerance = DEFAULT_COLOUR_TOLERANCE,
): LabelDecoder {
  const tally = new Tally();
  const byId = new Map(scheme.classes.map((entry) => [entry.id, entry.id]));
  for (const { id, value } of scheme.aliases ?? []) if (value !== undefined) byId.set(value, id);
  const matches = new Map<number, ColourMatch>();
  const resolve = (value: number): ColourMatch => {
    let match = matches.get(value);
    if (match === undefined) {
      const colour = palette?.[value];
      match =
        colour !== undefined
          ? matchColour(colour, scheme, tolerance)
          : scheme.ignoreIds.includes(value)
            ? { kind: "ignored" }
            : byId.has(value)
              ? { kind: "class", id: byId.get(value)!, exact: true }
              : { kind: "unknown" };
      matches.set(value, match);
    }
    return match;
  };
  return {
    counts: tally,
    decode([band], valid, out) {
      if (band === undefined) throw new RangeError("index truth needs one band");
      for (let pixel = 0; pixel < out.length; pixel++) {
        const value = band[pixel]!;
        out[pixel] =
          valid !== null && valid[pixel] === 0 ? tally.ignore() : tally.count(resolve(value), () => String(value));
      }
    },
  };
}

type ColourMatch =
  | { readonly kind: "class"; readonly id: number; readonly exact: boolean }
  | { readonly kind: "ignored" }
  | { readonly kind: "unknown" };

const UNKNOWN: ColourMatch = { kind: "unknown" };

/** Colours of classes are bytes; samples of 16 bits or fractions are another encoding, not a near colour. */
function isByte(value: number): boolean {
  return value >= 0 && value <= 255 && Number.isInteger(value);
}

function matchColour(colour: Colour, scheme: ClassScheme, tolerance: number): ColourMatch {
  let best = UNKNOWN;
  let bestDistance = tolerance * tolerance + 1;
  for (const { id, colour: classColour } of [...scheme.classes, ...(scheme.aliases ?? [])]) {
    if (classColour === undefined) continue;
    const distance = squaredDistance(colour, classColour);
    if (distance < bestDistance) {
      bestDistance = distance;
      best = { kind: "class", id, exact: distance === 0 };
    }
  }
  for (const ignored of scheme.ignoreColours) {
    const distance = squaredDistance(colour, ignored);
    if (distance < bestDistance) {
      bestDistance = distance;
      best = { kind: "ignored" };
    }
  }
  return best;
}

function squaredDistance(a: Colour, b: Colour): number {
  return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2;
}

class Tally implements LabelCounts {
  readonly perClass = new Map<number, number>();
  readonly unknown = new Map<string, number>();
  ignored = 0;
  approximated = 0;

  ignore(): number {
    this.ignored++;
    return NODATA_CLASS_ID;
  }

  count(match: ColourMatch, valueText: () => string): number {
    if (match.kind === "class") {
      this.perClass.set(match.id, (this.perClass.get(match.id) ?? 0) + 1);
      if (!match.exact) this.approximated++;
      return match.id;
    }
    if (match.kind === "ignored") return this.ignore();
    const value = valueText();
    const key = this.unknown.has(value) || this.unknown.size < MAX_UNKNOWN_KINDS ? value : "other";
    this.unknown.set(key, (this.unknown.get(key) ?? 0) + 1);
    return NODATA_CLASS_ID;
  }
}
