/**
 * One head from the samples of strokes: standardised values and units around samples of strokes, a head that begins as the
 * old one and is pulled back to it, every stroke counting the same and every class that has strokes likewise. What is
 * common and what is rare is the old map's, which the head is held to where no stroke lies. The same samples give the same
 * head.
 */
import { nearness, type SampleShape, sampleLength, type TaughtHead, valuesOf } from "./head";
import { headLoss, type LossSamples } from "./head-loss";
import { minimise } from "./minimise";
import { NO_STROKE } from "./plan-samples";
import { softmax } from "./softmax";
import type { Standards } from "./standardise";

export interface TeachingSet {
  readonly shape: SampleShape;
  /** Old ones first, then new ones. */
  readonly classes: number;
  /** `[samples, features + bank + old logits]`. */
  readonly samples: Float32Array;
  /** Of each sample: position in `classOfStroke`, or `NO_STROKE`. */
  readonly strokeOf: Int32Array;
  readonly classOfStroke: readonly number[];
}

export interface LearnSettings {
  /** Of the squares of the weights where every class has one stroke: how hard the old head pulls; less with every stroke more. */
  readonly decay: number;
  /** What the samples without a stroke count together, those of strokes being 1, where the old map is trusted and sure. */
  readonly elsewhere: number;
  /**
   * Each of them counts by the old map's probability of its class to this power: errors lie where it is unsure, and
   * there it should not hold back what strokes say.
   */
  readonly certainty: number;
  /**
   * How much harder both pull while strokes are few: by 1 + this / strokes per class. One stroke per class at the errors
   * of a good map says little of the rest of it; many that agree say that the map is wrong.
   */
  readonly caution: number;
  /** Every class and every stroke of it counts the same; else every sample. */
  readonly isBalanced: boolean;
  /** At most so many radial units; 0 for a linear head. */
  readonly units: number;
  /** Of a unit: the distance from its centre at which it is exp(−½), in deviations of all values together. */
  readonly width: number;
  readonly mostFolds: number;
}

export const LEARN_SETTINGS: LearnSettings = {
  decay: 1e-2,
  elsewhere: 4,
  certainty: 2,
  caution: 8,
  isBalanced: true,
  units: 64,
  width: 0.45,
  mostFolds: 5,
};

/**
 * Strokes are drawn where the map is wrong, so a few say little of the rest: so many samples the old head is thought to
 * have told rightly besides.
 */
const TRUSTED_SAMPLES = 64;
const STEPS = { mostSteps: 60, leastGradient: 1e-5 };

/** Plain data, so that it can be done in another worker. */
export interface FitJob {
  readonly set: TeachingSet;
  readonly standards: Standards;
  readonly settings: LearnSettings;
  /** Strokes whose samples are not seen. */
  readonly leftOut: readonly number[];
}

export function fitHead({ set, standards, settings, leftOut }: FitJob): TaughtHead {
  const { classes, shape } = set;
  const values = valuesOf(shape);
  const unseen = new Set(leftOut);
  const kept = [...set.strokeOf.keys()].filter((at) => !unseen.has(set.strokeOf[at]!));
  const trust = trustInOld(set, kept);
  const strokes = new Set(kept.map((at) => set.strokeOf[at]!).filter((stroke) => stroke !== NO_STROKE));
  const taught = new Set([...strokes].map((stroke) => set.classOfStroke[stroke]!));
  const pull = 1 + (settings.caution * taught.size) / Math.max(1, strokes.size);
  const elsewhere = settings.elsewhere * pull;
  const radial = radialUnits(set, standards, settings, kept);
  const samples = lossSamples(set, standards, radial, { ...settings, elsewhere }, kept, trust);
  const decay = (settings.decay * pull * taught.size) / Math.max(1, strokes.size);
  const linear = { values: values + radial.units, classes, oldClasses: shape.oldClasses, decay };
  const start = new Float64Array(classes * (linear.values + 1));
  return headOf(minimise(headLoss(samples, linear), start, STEPS), classes, values, radial, standards);
}

type RadialUnits = Omit<NonNullable<TaughtHead["hidden"]>, "out">;

/** Around samples of strokes, every stroke's in turn. */
function radialUnits(
  { shape, samples, strokeOf }: TeachingSet,
  { means, scales }: Standards,
  { units, width }: Pick<LearnSettings, "units" | "width">,
  kept: readonly number[],
): RadialUnits {
  const values = valuesOf(shape);
  const told = scales.reduce((count, scale) => count + Number(scale > 0), 0);
  const scale = scales.map((scale) => scale / (width * Math.sqrt(2 * Math.max(1, told))));
  const named = kept.filter((at) => strokeOf[at] !== NO_STROKE);
  const count = Math.min(units, named.length);
  const centres = new Float64Array(count * values);
  for (let unit = 0; unit < count; unit++) {
    const from = named[Math.floor((unit * named.length) / count)]! * sampleLength(shape);
    for (let v = 0; v < values; v++) centres[unit * values + v] = (samples[from + v]! - means[v]!) * scale[v]!;
  }
  return { units: count, shift: means, scale, centres };
}

/**
 * Of each old class: how often it was right where strokes say what is there; 1 for one never met under them. The
 * old map counts elsewhere as far as that.
 */
function trustInOld({ shape, samples, strokeOf, classOfStroke }: TeachingSet, kept: readonly number[]): Float64Array {
  const [right, all] = [new Float64Array(shape.oldClasses), new Float64Array(shape.oldClasses)];
  for (const at of kept) {
    const stroke = strokeOf[at]!;
    if (stroke === NO_STROKE) continue;
    const old = largestOf(samples, at * sampleLength(shape) + valuesOf(shape), shape.oldClasses);
    all[old]!++;
    if (old === classOfStroke[stroke]) right[old]!++;
  }
  return right.map((count, id) => (count + TRUSTED_SAMPLES) / (all[id]! + TRUSTED_SAMPLES));
}

function largestOf(values: Float32Array, from: number, length: number): number {
  let best = 0;
  for (let at = 1; at < length; at++) if (values[from + at]! > values[from + best]!) best = at;
  return best;
}

function lossSamples(
  set: TeachingSet,
  { means, scales }: Standards,
  radial: RadialUnits,
  { elsewhere, certainty, isBalanced }: LearnSettings,
  kept: readonly number[],
  trust: Float64Array,
): LossSamples {
  const { shape, classes, samples, strokeOf, classOfStroke } = set;
  const [values, length] = [valuesOf(shape), sampleLength(shape)];
  const all = values + radial.units;
  const perStroke = new Map<number, number>();
  for (const at of kept) perStroke.set(strokeOf[at]!, (perStroke.get(strokeOf[at]!) ?? 0) + 1);
  const strokesOf = new Map<number, number>();
  for (const stroke of perStroke.keys()) {
    if (stroke !== NO_STROKE) strokesOf.set(classOfStroke[stroke]!, (strokesOf.get(classOfStroke[stroke]!) ?? 0) + 1);
  }
  const out = {
    count: kept.length,
    values: new Float64Array(kept.length * all),
    old: new Float64Array(kept.length * classes),
    targets: new Float64Array(kept.length * classes),
    weights: new Float64Array(kept.length),
    isNamed: new Uint8Array(kept.length),
  };
  for (const [i, at] of kept.entries()) {
    const from = at * length;
    for (let v = 0; v < values; v++) out.values[i * all + v] = (samples[from + v]! - means[v]!) * scales[v]!;
    out.values.set(nearness(radial, samples, from), i * all + values);
    for (let c = 0; c < shape.oldClasses; c++) out.old[i * classes + c] = samples[from + values + c]!;
    const stroke = strokeOf[at]!;
    if (stroke === NO_STROKE) {
      const old = largestOf(samples, from + values, shape.oldClasses);
      const shares = softmax(samples.subarray(from + values, from + length));
      out.weights[i] = (trust[old]! * elsewhere * shares[old]! ** certainty) / perStroke.get(stroke)!;
      out.targets.set(shares, i * classes);
    } else {
      const classId = classOfStroke[stroke]!;
      out.weights[i] = isBalanced
        ? 1 / (strokesOf.size * strokesOf.get(classId)! * perStroke.get(stroke)!)
        : 1 / kept.length;
      out.targets[i * classes + classId] = 1;
      out.isNamed[i] = 1;
    }
  }
  return out;
}

/** Parameters for standardised values and for units as weights for those of the graph. */
function headOf(
  parameters: Float64Array,
  classes: number,
  values: number,
  radial: RadialUnits,
  { means, scales }: Standards,
): TaughtHead {
  const { units } = radial;
  const weights = new Float64Array(classes * values);
  const bias = parameters.slice(classes * (values + units));
  const out = new Float64Array(classes * units);
  for (let c = 0; c < classes; c++) {
    const row = parameters.subarray(c * (values + units), (c + 1) * (values + units));
    out.set(row.subarray(values), c * units);
    for (let v = 0; v < values; v++) {
      weights[c * values + v] = row[v]! * scales[v]!;
      bias[c]! -= weights[c * values + v]! * means[v]!;
    }
  }
  return { classes, values, weights, bias, hidden: units === 0 ? null : { ...radial, out } };
}
