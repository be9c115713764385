/** The mask of a taught model beside that of the model it was taught from. */
import { type PanesState, withContent, withPaneCount } from "../../store/panes";
import { isDone, type RunRecord } from "../../store/runs";
import { selectManifest } from "../../store/selectors";
import { type StudioState, update } from "../../store/studio-store";
import type { Studio } from "../studio";

/**
 * In the pane that shows an earlier version, else in the last one; a single pane becomes two.
 *
 * @param others The other runs of the scene, oldest first.
 */
export function showBeside(studio: Studio, run: RunRecord, others: readonly RunRecord[]): void {
  const state = studio.store.getState();
  const base = selectManifest(state, run.modelId)?.taught?.base.sha256;
  const earlier = others.filter(({ modelId }) => selectManifest(state, modelId)?.taught?.base.sha256 === base);
  const old = others.filter((other) => isDone(other) && graphOf(state, other) === base).at(-1);
  update(studio.store, "panes", (before) => {
    const panes = before.count === 1 ? withPaneCount(before, 2) : before;
    const takenOver = paneOf(panes, earlier);
    const pane = takenOver ?? panes.count - 1;
    const shown = withContent(panes, pane, { kind: "mask", runId: run.id });
    return old === undefined || paneOf(shown, [old]) !== null
      ? shown
      : withContent(shown, pane === 0 ? 1 : 0, { kind: "mask", runId: old.id });
  });
}

/** The first pane on screen that shows the mask of one of these runs. */
function paneOf({ contents, count }: PanesState, runs: readonly RunRecord[]): number | null {
  const pane = contents
    .slice(0, count)
    .findIndex((content) => content.kind === "mask" && runs.some(({ id }) => id === content.runId));
  return pane < 0 ? null : pane;
}

function graphOf(state: StudioState, { modelId }: RunRecord): string | undefined {
  return selectManifest(state, modelId)?.graph.sha256;
}
