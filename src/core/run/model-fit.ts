/** Whether a model can run over a scene, judged before the run by the same rules the run applies. */
import { describeError, NadirError } from "../errors";
import type { ModelManifest } from "../manifest/manifest";
import type { Scene } from "../scene/scene";
import { AUXILIARY_KINDS, isAuxiliaryKind } from "../vocabulary/auxiliary-kinds";
import { isAuxiliaryBand } from "../vocabulary/band-roles";
import { findBand, missingAuxiliary } from "./find-band";

export interface ModelFit {
  readonly tone: "bad" | "warn";
  /** One sentence or two: what the scene has, what the model needs, what to do. */
  readonly text: string;
}

/** Empty when nothing speaks against it; `bad` entries make the run impossible. */
export function checkModelFit(manifest: ModelManifest, { optical, auxiliary }: Scene): ModelFit[] {
  const notes: string[] = [];
  const bad = new Set<string>();
  for (const input of manifest.inputs) {
    for (const name of input.bands) {
      try {
        const facts = isAuxiliaryBand(name) ? auxiliary?.facts : optical.facts;
        if (facts === undefined) throw missingAuxiliary(manifest, optical.facts);
        findBand(facts, name, manifest, notes);
      } catch (error) {
        if (!(error instanceof NadirError)) throw error;
        bad.add(describeError(error.facts));
      }
    }
  }
  const [refusal] = bad;
  if (refusal !== undefined) return [{ tone: "bad", text: refusal }];
  const warnings = [...new Set(notes)].map((text): ModelFit => ({ tone: "warn", text }));
  const wanted = manifest.inputs.find(({ bands }) => bands.some(isAuxiliaryBand))?.kind;
  if (auxiliary !== null && wanted !== undefined && isAuxiliaryKind(wanted) && wanted !== auxiliary.kind) {
    const [needs, has] = [AUXILIARY_KINDS[wanted].name, AUXILIARY_KINDS[auxiliary.kind].name];
    warnings.push({
      tone: "warn",
      text: `${manifest.name} was made for a ${needs}; ${auxiliary.facts.fileName} is a ${has}.`,
    });
  }
  return warnings;
}
