/** Whether a model can run over a scene, judged before the run by the same rules the run applies. */

import { describeError, NadirError } from "../errors";
import type { ModelManifest } from "../manifest/manifest";
import type { Remark, Sentence } from "../remarks/remark";
import { auxiliariesOf, type Scene } from "../scene/scene";
import { isAuxiliaryBand } from "../vocabulary/band-roles";
import { bandsOf, findBand } from "./find-band";
import { madeOf, planHeights } from "./plan-heights";
import type { RunSettings } from "./run-settings";

export interface ModelFit {
  readonly tone: "bad" | "warn" | "good";
  /** One sentence or two: what the scene has, what the model needs, what to do; or what the run does with it. */
  readonly text: Sentence;
}

/**
 * Empty when nothing is to be said; `bad` entries make the run impossible.
 *
 * @param others Models to choose from instead.
 */
export function checkModelFit(
  manifest: ModelManifest,
  scene: Scene,
  others: readonly ModelManifest[] = [],
  heights: RunSettings["heights"] = "as-is",
): ModelFit[] {
  const { optical } = scene;
  const notes: string[] = [];
  try {
    const plan = planHeights(manifest, optical.facts, auxiliariesOf(scene), heights, others);
    for (const name of manifest.inputs.flatMap((input) => bandsOf(input, optical.facts, notes))) {
      const facts = isAuxiliaryBand(name) ? plan?.raster.facts : optical.facts;
      if (facts !== undefined) findBand(facts, name, manifest, notes);
    }
    const made = madeOf(manifest, plan, heights);
    const said: Remark[] = made !== null && made.how !== "as-given" ? [{ say: "runs-with", made }] : [];
    return [
      ...said.map((text): ModelFit => ({ tone: "good", text })),
      ...[...new Set([...notes, ...(plan?.notes ?? [])])].map((text): ModelFit => ({ tone: "warn", text })),
    ];
  } catch (error) {
    if (!(error instanceof NadirError)) throw error;
    return [{ tone: "bad", text: describeError(error.facts) }];
  }
}
