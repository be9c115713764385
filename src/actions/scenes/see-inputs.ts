/** What a model would see of a scene, asked for when somebody looks. */
import { resultId } from "../../core/results/result";
import { planHeights } from "../../core/run/plan-heights";
import { auxiliariesOf } from "../../core/scene/scene";
import type { SceneRecord } from "../../store/scenes";
import { sceneToRun } from "../../store/selectors";
import type { SeenInputs } from "../../workers/raster-protocol";
import { aboveGroundBase } from "../results/above-ground";
import type { Studio } from "../studio";

export type { SeenInputs };

/** @throws {NadirError} When the model cannot read this scene. @throws AbortError when cancelled. */
export async function seeInputs(
  studio: Studio,
  record: SceneRecord,
  modelId: string,
  signal: AbortSignal,
): Promise<SeenInputs> {
  const model = studio.registry.models.get(modelId);
  if (model === undefined) throw new DOMException("the model was removed", "AbortError");
  const { manifest } = model;
  const { optical, ...scene } = sceneToRun(record);
  const plan = planHeights(manifest, optical.facts, auxiliariesOf({ optical, ...scene }), "as-is");
  let auxiliaryId = plan?.raster.rasterId ?? null;
  if (plan !== null && plan.how !== "as-given") {
    const terrainId = plan.terrain?.rasterId ?? null;
    const of = { kind: "above-ground", surfaceId: plan.raster.rasterId, terrainId } as const;
    await aboveGroundBase(studio, of, record.scene.id, signal);
    auxiliaryId = resultId(of, studio.sessionId);
  }
  const asked = { manifest, opticalId: optical.rasterId, auxiliaryId };
  return studio.rasters.call("seeInputs", asked, { signal });
}
