/** `window.nadir`: what the pixels cannot tell, for tests. Reads only; everything is done through the page. */
import { type RefObject, useEffect } from "react";
import { cellCount } from "../actions/evaluation/evaluate-run";
import type { Studio } from "../actions/studio";
import type { Scores } from "../core/metrics/scores";
import { maskInUse } from "../store/masks-in-use";
import type { Camera } from "../store/panes";
import { isDone, type RunRecord } from "../store/runs";
import type { StudioState } from "../store/studio-store";
import { scoreRun } from "./evaluation/scored-runs";
import type { PaneDeck } from "./view/pane-deck";
import { shownPanes } from "./view/shown-panes";

export interface NadirBridge {
  state(): StudioState;
  runs(): readonly RunRecord[];
  /** Pixels per byte value of a finished run's mask, read from the mask store. */
  histogram(runId: string): Promise<readonly number[]>;
  scores(runId: string): { readonly scored: Scores; readonly all: Scores; readonly counts: readonly number[] } | null;
  cellCount(runId: string, truthClass: number, predictedClass: number): number | null;
  /** Cameras of the panes on screen. */
  cameras(): readonly (Camera | null)[];
  tiles(): { readonly uploads: number; readonly bytes: number; readonly settled: boolean };
}

declare global {
  interface Window {
    nadir?: NadirBridge;
  }
}

export function useBridge(studio: Studio, deck: RefObject<PaneDeck | null>): void {
  useEffect(() => {
    const done = (runId: string) => {
      const run = studio.store.getState().runs.records.find(({ id }) => id === runId);
      return run !== undefined && isDone(run) ? run : null;
    };
    window.nadir = {
      state: () => studio.store.getState(),
      runs: () => studio.store.getState().runs.records,
      async histogram(runId) {
        const run = done(runId);
        if (run === null) {
          return [];
        }
        const { result } = run.state.result;
        const { maskId } = maskInUse(studio.store.getState(), run);
        return studio.rasters.call("histogram", {
          maskId,
          size: { widthPx: result.widthPx, heightPx: result.heightPx },
        });
      },
      scores(runId) {
        const run = done(runId);
        const scored = run === null ? null : scoreRun(studio.store.getState().evaluation, run);
        return scored === null ? null : { scored: scored.scored, all: scored.all, counts: [...scored.matrix.counts] };
      },
      cellCount: (runId, truthClass, predictedClass) => cellCount(studio, runId, truthClass, predictedClass),
      cameras() {
        const count = shownPanes(studio.store.getState().panes);
        return Array.from({ length: count }, (_, pane) => deck.current?.cameraOf(pane) ?? null);
      },
      tiles() {
        const textures = deck.current?.textures;
        return { uploads: textures?.uploads ?? 0, bytes: textures?.bytes ?? 0, settled: textures?.settled ?? true };
      },
    };
    return () => {
      delete window.nadir;
    };
  }, [studio, deck]);
}
