/** A scene's truth, read from its file into class ids. */
import { correctionKey } from "../../core/raster/band-corrections";
import type { Scene } from "../../core/scene/scene";
import { withResultState } from "../../store/results";
import { findScene, withTruth } from "../../store/scenes";
import { update } from "../../store/studio-store";
import { declareResult, inTurn } from "../results/keep-results";
import { errorFacts, isCancelled, type Studio } from "../studio";

/** Reads a truth again that could not be read. */
export async function retryTruth(studio: Studio, sceneId: string): Promise<void> {
  const record = findScene(studio.store.getState().scenes, sceneId);
  if (record?.truth.status === "failed") {
    update(studio.store, "scenes", (state) => withTruth(state, sceneId, { status: "decoding" }));
    await readTruth(studio, record.scene);
  }
}

/** Its classes as a raster on the optical grid; what fails stays beside the scene. */
export async function readTruth(studio: Studio, scene: Scene): Promise<void> {
  if (scene.truth === null) {
    return;
  }
  const { rasterId: truthId, facts } = scene.truth;
  const opticalId = scene.optical.rasterId;
  const id = declareResult(studio, { kind: "truth", rasterId: truthId, opticalId }, [scene.id], { status: "making" });
  try {
    const decoded = await inTurn(studio, [id], (signal) =>
      studio.rasters.call(
        "decodeTruth",
        {
          opticalId,
          truthId,
          scheme: studio.store.getState().corrections[correctionKey(facts)]?.scheme ?? null,
        },
        { signal },
      ),
    );
    update(studio.store, "results", (state) => withResultState(state, id, { status: "ready" }));
    update(studio.store, "scenes", (state) => withTruth(state, scene.id, { status: "ready", ...decoded }));
  } catch (error) {
    if (!isCancelled(error)) {
      const failed = { status: "failed", error: errorFacts(error) } as const;
      update(studio.store, "results", (state) => withResultState(state, id, failed));
      update(studio.store, "scenes", (state) => withTruth(state, scene.id, failed));
    }
  }
}
