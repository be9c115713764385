/** How far several heads tell a sample differently: what one of them is sure of by chance the others are not. */
import { applyHead, type SampleShape, type TaughtHead } from "./head";
import { softmax } from "./softmax";

/**
 * Mean total variation distance between each head's probabilities and their mean: 0 where all agree, below 1.
 *
 * @param offset Of the sample in `samples`.
 */
export function disagreement(
  heads: readonly TaughtHead[],
  shape: SampleShape,
  samples: ArrayLike<number>,
  offset: number,
): number {
  if (heads.length === 0) return 0;
  const told = heads.map((head) => {
    const logits = new Float64Array(head.classes);
    applyHead(head, shape, samples, offset, logits);
    return softmax(logits);
  });
  const mean = told[0]!.map((_, id) => told.reduce((sum, shares) => sum + shares[id]!, 0) / told.length);
  const distance = (shares: Float64Array) =>
    shares.reduce((sum, share, id) => sum + Math.abs(share - mean[id]!), 0) / 2;
  return told.reduce((sum, shares) => sum + distance(shares), 0) / told.length;
}
