/** Values of very different sizes brought to mean 0 and deviation 1, over all samples. */
import { type SampleShape, sampleLength, valuesOf } from "./head";

export interface Standards {
  readonly means: Float64Array;
  /** One over the deviation; 0 for a value that is the same everywhere. */
  readonly scales: Float64Array;
}

/** A deviation below this share of the value itself is rounding. */
const LEAST_DEVIATION = 1e-6;

/** Of the values a head multiplies. @param samples `[samples, features + bank + old logits]`. */
export function standardise(samples: Float32Array, shape: SampleShape): Standards {
  const [values, length] = [valuesOf(shape), sampleLength(shape)];
  const count = samples.length / length;
  const [means, scales] = [new Float64Array(values), new Float64Array(values)];
  for (let v = 0; v < values; v++) {
    let sum = 0;
    for (let at = v; at < samples.length; at += length) sum += samples[at]!;
    const mean = sum / Math.max(1, count);
    let squares = 0;
    for (let at = v; at < samples.length; at += length) squares += (samples[at]! - mean) ** 2;
    const deviation = Math.sqrt(squares / Math.max(1, count));
    means[v] = mean;
    scales[v] = deviation > LEAST_DEVIATION * Math.max(1, Math.abs(mean)) ? 1 / deviation : 0;
  }
  return { means, scales };
}
