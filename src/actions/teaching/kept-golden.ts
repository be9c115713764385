/** What makes the golden pair of a taught model again, and the heads that tell where it is unsure, as a project keeps them. */
import type { ProjectGolden } from "../../core/project/project";
import { fromBase64, toBase64 } from "../../io/base64";
import type { TaughtHead } from "../../teaching/head";
import type { GoldenRecipe, TaughtModel } from "../../workers/engine-protocol";

type Sizes = Pick<ProjectGolden, "classes" | "values" | "units">;

export function goldenToKeep({ recipe, committee }: Pick<TaughtModel, "recipe" | "committee">): ProjectGolden {
  const { head, samplesSha256 } = recipe;
  const sizes = { classes: head.classes, values: head.values, units: head.hidden?.units ?? 0 };
  // Those taught with few strokes may have fewer units.
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
  const radial = hidden === null ? [] : [hidden.shift, hidden.scale, hidden.centres, hidden.out];
  const parts = [weights, bias, ...radial];
  const bytes = new DataView(new ArrayBuffer(8 * parts.reduce((sum, { length }) => sum + length, 0)));
  for (const [at, value] of parts.flatMap((part) => [...part]).entries()) bytes.setFloat64(8 * at, value, true);
  return toBase64(new Uint8Array(bytes.buffer));
}

function headOf(parameters: string, { classes, values, units }: Sizes): TaughtHead | null {
  const lengths = [
    classes * values,
    classes,
    ...(units === 0 ? [] : [values, values, units * values, classes * units]),
  ];
  const bytes = fromBase64(parameters);
  if (bytes.length !== 8 * lengths.reduce((sum, length) => sum + length, 0)) return null;
  const view = new DataView(bytes.buffer);
  let at = 0;
  const [weights, bias, ...radial] = lengths.map((length) =>
    Float64Array.from({ length }, () => view.getFloat64(8 * at++, true)),
  );
  const [shift, scale, centres, out] = radial;
  return {
    classes,
    values,
    weights: weights!,
    bias: bias!,
    hidden: units === 0 ? null : { units, shift: shift!, scale: scale!, centres: centres!, out: out! },
  };
}
