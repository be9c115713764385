/** Response maps: the probability of one class for what a pane has in view, computed when asked for. */
import type { PixelRect } from "../../core/raster/raster";
import type { RunProgress } from "../../core/run/run-settings";
import { findResponse, type ResponseRecord, responseKey, withResponse } from "../../store/responses";
import { withResultState } from "../../store/results";
import { isDone } from "../../store/runs";
import { selectRun } from "../../store/selectors";
import { update } from "../../store/studio-store";
import { declareResult, dropResults } from "../results/keep-results";
import { errorFacts, isCancelled, type Studio } from "../studio";
import { refreshPin } from "../view/probe-pixel";
import { askPatiently } from "./ask-patiently";
import { engineInputs } from "./engine-inputs";
import { endProgress, reportProgress } from "./report-progress";

/**
 * Runs the run's model again over the windows that touch `view` and shows the softmax of the blended logits at one
 * class. Settings are those of the run, so the map is exactly what the mask was decided from. Does nothing while the
 * same map is being computed; a picture made before stays until the new one is there.
 */
export async function computeResponse(studio: Studio, runId: string, classId: number, view: PixelRect): Promise<void> {
  const run = selectRun(studio.store.getState(), runId);
  const before = findResponse(studio.store.getState().responses, runId, classId);
  if (run === null || !isDone(run) || before?.work.status === "computing") {
    return;
  }
  const controller = new AbortController();
  const { signal } = controller;
  const key = responseKey(runId, classId);
  studio.registry.runControllers.set(key, controller);
  const change = (next: Partial<ResponseRecord>) => {
    // A run removed meanwhile takes its maps with it.
    if (selectRun(studio.store.getState(), runId) !== null) {
      update(studio.store, "responses", (state) => {
        const record = findResponse(state, runId, classId) ?? { runId, classId, shown: null, work: IDLE };
        return withResponse(state, { ...record, ...next });
      });
    }
  };
  change({ work: { status: "computing" } });
  const of = { kind: "response", runId, classId, view } as const;
  const responseId = declareResult(studio, of, [runId, run.sceneId], { status: "making" });
  try {
    const area = await studio.working.engineQueue.add(async () => {
      signal.throwIfAborted();
      const { backend, batch, areaOfInterest: asked } = run.settings;
      const settings = { ...run.settings, confidence: true, areaOfInterest: { ...asked, ...view } };
      const inputs = await engineInputs(studio, run, signal);
      return askPatiently(
        studio.engine,
        (asking) => studio.engine.call("respond", { ...inputs, backend, batch, settings, classId, responseId }, asking),
        {
          signal,
          onProgress: (progress: RunProgress) => {
            if (!signal.aborted) {
              reportProgress(studio, key, progress);
            }
          },
        },
        studio.patience,
      );
    });
    const old = findResponse(studio.store.getState().responses, runId, classId)?.shown ?? null;
    update(studio.store, "results", (state) => withResultState(state, responseId, { status: "ready" }));
    change({ shown: { responseId, area }, work: IDLE });
    void refreshPin(studio);
    if (old !== null && old.responseId !== responseId) {
      dropResults(studio, [old.responseId]);
    }
  } catch (error) {
    dropResults(studio, [responseId]);
    change({ work: isCancelled(error) ? IDLE : { status: "failed", error: errorFacts(error) } });
  } finally {
    endProgress(studio, key);
    studio.registry.runControllers.delete(key);
  }
}

export function cancelResponse(studio: Studio, runId: string, classId: number): void {
  studio.registry.runControllers.get(responseKey(runId, classId))?.abort();
}

const IDLE = { status: "idle" } as const;
