/** What makes the golden pair of a taught model again, and the heads that tell where it is unsure, as a project keeps them. */
import type { ProjectGolden } from "../../core/project/project";
import { fromBase64, toBase64 } from "../../io/base64";
import type { TaughtHead } from "../../teaching/head";
import { parameterParts } from "../../teaching/head-loss";
import type { GoldenRecipe, TaughtModel } from "../../workers/engine-protocol";

type Sizes = Pick<ProjectGolden, "classes" | "values" | "units">;

export function goldenToKeep({ recipe, committee }: Pick<TaughtModel, "recipe" | "committee">): ProjectGolden {
  const { head, samplesSha256 } = recipe;
  const sizes = { classes: head.classes, values: head.values, units: head.hidden?.units ?? 0 };
  // Those taught with fewer strokes may have no hidden units yet.
  const alike = committee.filter(({ hidden }) => (hidden?.units ?? 0) === sizes.units);
  return { ...sizes, parameters: parametersOf(head), samplesSha256, committee: alike.map(parametersOf) };
}

/** Null where its numbers are too few or too many for its sizes. */
export function keptGolden({ parameters, samplesSha256, ...sizes }: ProjectGolden): GoldenRecipe | null {
  const head = headOf(parameters, sizes);
  return head && { head, samplesSha256 };
}

export function keptCommittee({ committee, ...sizes }: ProjectGolden): readonly TaughtHead[] {
  return committee.flatMap((parameters) => headOf(parameters, sizes) ?? []);
}

function parametersOf({ weights, bias, hidden }: TaughtHead): string {
  const parts = [weights, bias, ...(hidden === null ? [] : [hidden.weights, hidden.bias, hidden.out])];
  const bytes = new DataView(new ArrayBuffer(8 * parts.reduce((sum, { length }) => sum + length, 0)));
  for (const [at, value] of parts.flatMap((part) => [...part]).entries()) bytes.setFloat64(8 * at, value, true);
  return toBase64(new Uint8Array(bytes.buffer));
}

function headOf(parameters: string, { classes, values, units }: Sizes): TaughtHead | null {
  const { bias, into, intoBias, out, length } = parameterParts({ classes, values, units });
  const bytes = fromBase64(parameters);
  if (bytes.length !== 8 * length) return null;
  const view = new DataView(bytes.buffer);
  const all = Float64Array.from({ length }, (_, at) => view.getFloat64(8 * at, true));
  return {
    classes,
    values,
    weights: all.slice(0, bias),
    bias: all.slice(bias, into),
    hidden:
      units === 0
        ? null
        : { units, weights: all.slice(into, intoBias), bias: all.slice(intoBias, out), out: all.slice(out) },
  };
}
