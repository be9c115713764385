/** Confidence 0–1 as float GeoTIFF, NaN where the mask has no class. */
import { writeConfidenceCog } from "../../io/write-confidence";
import type { RunWriter } from "../run-format";

/** @throws {RangeError} If the run kept no confidence. */
export const writeConfidence: RunWriter = async ({ mask, confidence, grid }, open, signal) => {
  if (confidence === null) {
    throw new RangeError("this run kept no confidence");
  }
  await writeConfidenceCog({ confidence, mask, grid, sink: await open("main", "image/tiff"), signal });
};
