/** Probabilities of logits; they sum to 1. */
export function softmax(logits: Float32Array | Float64Array): Float64Array {
  const most = Math.max(...logits);
  const powers = Float64Array.from(logits, (logit) => Math.exp(logit - most));
  const sum = powers.reduce((all, power) => all + power, 0);
  return powers.map((power) => power / sum);
}
