/** Truth is read, masks are counted. */
import { compareRuns } from "../../core/metrics/compare-runs";
import { truthIdOf } from "../../core/run/mask-names";
import { classAreas } from "../../evaluation/class-areas";
import { decodePrediction, decodeTruth } from "../../evaluation/decode-truth";
import { countCell, evaluateMask, measureMaskAgreement } from "../../evaluation/evaluate-mask";
import { countLabelValues } from "../../evaluation/place-labels";
import { findUnsurePlaces } from "../../evaluation/unsure-places";
import { drawTruthPieces } from "../../teaching/truth-pieces";
import type { Calls, RasterWorker } from "./opened-rasters";

const HISTOGRAM_ROWS = 256;

type Evaluating =
  | "decodeTruth"
  | "decodePrediction"
  | "truthValues"
  | "evaluate"
  | "findCell"
  | "unsurePlaces"
  | "agreement";

/** Calls that read truths and predictions and count masks against them. */
export function evaluationHandlers({
  rasters,
  masks,
}: RasterWorker): Calls<Evaluating | "truthPieces" | "compare" | "histogram" | "areas"> {
  const factsOf = (rasterId: string) => rasters.find(rasterId).source.facts;
  return {
    decodeTruth: ({ opticalId, truthId, scheme }, { signal }) =>
      decodeTruth(
        masks,
        rasters.find(opticalId).source,
        rasters.find(truthId).source,
        truthIdOf(truthId, opticalId),
        scheme,
        signal,
      ),
    decodePrediction: ({ opticalId, predictionId, maskId, table }, { signal }) =>
      decodePrediction(masks, rasters.find(opticalId).source, rasters.find(predictionId).source, maskId, table, signal),
    truthValues: ({ truthId }, { signal }) => countLabelValues(rasters.find(truthId).source, signal),

    async truthPieces({ maskId, opticalId, share }, { signal }) {
      return drawTruthPieces(await masks.reader(maskId, factsOf(opticalId)), share, signal);
    },

    evaluate: (request, { signal }) => evaluateMask(masks, request, signal),
    findCell: (request, { signal }) => countCell(masks, request, signal),
    unsurePlaces: (request, { signal }) => findUnsurePlaces(masks, request, signal),
    agreement: (request, { signal }) => measureMaskAgreement(masks, request, signal),
    compare: ({ windowsA, windowsB, averaged }) => compareRuns(windowsA, windowsB, averaged),

    async histogram({ maskId, size }) {
      const reader = await masks.reader(maskId, size);
      const counts = new Array<number>(256).fill(0);
      for (let row = 0; row < size.heightPx; row += HISTOGRAM_ROWS) {
        const heightPx = Math.min(HISTOGRAM_ROWS, size.heightPx - row);
        for (const value of await reader.read({ col: 0, row, widthPx: size.widthPx, heightPx })) {
          counts[value]!++;
        }
      }
      return counts;
    },

    async areas({ maskId, opticalId }, { signal }) {
      const facts = factsOf(opticalId);
      return classAreas(await masks.reader(maskId, facts), facts, signal);
    },
  };
}
