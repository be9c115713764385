/** What a run writes into: its masks, or the response of one class. */
import { NadirError } from "../core/errors";
import type { RasterFacts } from "../core/raster/raster";
import { NODATA_CLASS_ID } from "../core/run/run-settings";
import type { FinishedRows, RowSink } from "../inference/backend";
import type { EngineRunRequest } from "./engine-protocol";
import { type MaskHandlers, openRemoteMask, type WrittenMask } from "./mask-line";
import type { WorkerClient } from "./rpc";

/** Where a run writes to. */
export interface RunTarget {
  readonly sink: RowSink;
  keep(): Promise<void>;
  /** The run ended before its end. */
  abandon(): Promise<void>;
}

/**
 * The masks of a run, from its checkpoint on when it goes on.
 *
 * @throws {NadirError} `bad-settings` when the confidence is asked for without a place to keep it.
 */
export async function openMasks(
  line: WorkerClient<MaskHandlers>,
  request: EngineRunRequest,
  size: RasterFacts,
): Promise<RunTarget> {
  const { maskId, confidenceId, settings } = request;
  if (settings.confidence && confidenceId === null) {
    throw new NadirError({
      code: "bad-settings",
      found: "The confidence was asked for without a place to keep it.",
      needed: "A mask for it is needed.",
      next: "Run again without the confidence.",
    });
  }
  const open = (id: string, which: WrittenMask["which"]) =>
    openRemoteMask(
      line,
      id,
      size,
      request.resume === undefined ? null : { which, written: request.resume.written ?? [] },
    );
  const classIds = await open(maskId, "classIds");
  const confidence =
    settings.confidence && confidenceId !== null
      ? await open(confidenceId, "confidence").catch(async (error: unknown) => {
          await classIds.close();
          throw error;
        })
      : null;
  const both = confidence === null ? [classIds] : [classIds, confidence];
  const sink: RowSink = {
    async writeRows(rows: FinishedRows) {
      const { classIds: values, confidence: confidences, ...rect } = rows;
      await classIds.sink.writeRows({ ...rect, values });
      if (confidence !== null && confidences !== null) {
        await confidence.sink.writeRows({ ...rect, values: confidences });
      }
    },
  };
  // Rows above the last checkpoint stay, so that the run can go on; whoever asked for it deletes what is not wanted.
  const close = async () => void (await Promise.all(both.map((mask) => mask.close())));
  return { sink, keep: close, abandon: close };
}

/** Probability × 254 of one class; 255 stays where nothing was predicted. */
export async function openResponse(
  line: WorkerClient<MaskHandlers>,
  responseId: string,
  size: RasterFacts,
): Promise<RunTarget> {
  const mask = await openRemoteMask(line, responseId, size);
  return {
    sink: {
      async writeRows({ classIds, confidence, ...rect }) {
        const values = classIds.map((id, at) =>
          id === NODATA_CLASS_ID ? NODATA_CLASS_ID : Math.round((confidence![at]! * 254) / 255),
        );
        await mask.sink.writeRows({ ...rect, values });
      },
    },
    keep: () => mask.close(),
    abandon: () => mask.delete(),
  };
}
