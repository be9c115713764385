/** Where the finished runs of a scene agree: two maps, counted when they are asked for. */
import { canonicalClass } from "../../core/labels/class-mapping";
import { withContent } from "../../store/panes";
import { selectDoneRuns, selectScene } from "../../store/selectors";
import { update } from "../../store/studio-store";
import { notifyError, type Studio } from "../studio";

export async function showAgreement(studio: Studio, pane: number, kind: "agreement" | "entropy"): Promise<void> {
  const state = studio.store.getState();
  const record = selectScene(state);
  const runs = selectDoneRuns(state);
  if (record === null || runs.length < 2) {
    return;
  }
  // Runs of different models vote by the name of the class.
  const keys = [...new Set(runs.flatMap(({ classes }) => classes.map(({ name }) => canonicalClass(name))))];
  const masks = runs.map(({ classes, state: { result } }) => {
    const toClass: (number | null)[] = [];
    for (const { id, name } of classes) {
      toClass[id] = keys.indexOf(canonicalClass(name));
    }
    return { maskId: result.maskId, toClass };
  });
  const { widthPx, heightPx } = record.scene.optical.facts;
  try {
    const ids = await studio.rasters.call("agreement", {
      size: { widthPx, heightPx },
      masks,
      classCount: keys.length,
      key: `${record.scene.id}:${runs.map(({ id }) => id).join("+")}`,
    });
    studio.registry.agreements.set(record.scene.id, ids);
    update(studio.store, "panes", (panes) => withContent(panes, pane, { kind }));
  } catch (error) {
    notifyError(studio, error);
  }
}
