/**
 * Where several runs agree: the share of runs that chose the commonest class, and the entropy of their votes.
 */
import { NODATA_CLASS_ID } from "../run/run-settings";

export interface Agreement {
  /** Commonest class per pixel, the lowest id on a tie; 255 where no run predicts. */
  readonly majority: Uint8Array;
  /** Share of the predicting runs that chose it × 255. */
  readonly agreement: Uint8Array;
  /** Shannon entropy of the votes ÷ ln(number of runs), × 255; 0 = all agree, 255 = all differ. */
  readonly entropy: Uint8Array;
}

/**
 * @param masks  Class ids of at least two runs, all of one length.
 * @throws {RangeError} If there are fewer than two masks or their lengths differ.
 */
export function measureAgreement(masks: readonly Uint8Array[], classCount: number): Agreement {
  const pixelCount = masks[0]?.length ?? 0;
  if (masks.length < 2 || masks.some(({ length }) => length !== pixelCount)) {
    throw new RangeError(`agreement needs two or more masks of one size, found ${masks.map((mask) => mask.length)}`);
  }
  const majority = new Uint8Array(pixelCount).fill(NODATA_CLASS_ID);
  const agreement = new Uint8Array(pixelCount);
  const entropy = new Uint8Array(pixelCount);
  const mostEntropy = Math.log(masks.length);
  const votes = new Uint8Array(classCount);
  for (let pixel = 0; pixel < pixelCount; pixel++) {
    votes.fill(0);
    let voters = 0;
    for (const mask of masks) {
      const classId = mask[pixel]!;
      if (classId < classCount) {
        votes[classId]!++;
        voters++;
      }
    }
    if (voters === 0) {
      continue;
    }
    let best = 0;
    let nats = 0;
    for (let classId = 0; classId < classCount; classId++) {
      const count = votes[classId]!;
      if (count > votes[best]!) {
        best = classId;
      }
      if (count > 0) {
        nats -= (count / voters) * Math.log(count / voters);
      }
    }
    majority[pixel] = best;
    agreement[pixel] = Math.round((votes[best]! / voters) * 255);
    entropy[pixel] = Math.round((nats / mostEntropy) * 255);
  }
  return { majority, agreement, entropy };
}
