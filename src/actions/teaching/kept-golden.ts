/** What makes the golden pair of a taught model again, as a project keeps it. */
import type { ProjectGolden } from "../../core/project/project";
import { fromBase64, toBase64 } from "../../io/base64";
import type { TaughtHead } from "../../teaching/head";
import { parameterParts } from "../../teaching/head-loss";
import type { GoldenRecipe } from "../../workers/engine-protocol";

export function goldenToKeep({ head, samplesSha256 }: GoldenRecipe): ProjectGolden {
  const { classes, values, weights, bias, hidden } = head;
  const parts = [weights, bias, ...(hidden === null ? [] : [hidden.weights, hidden.bias, hidden.out])];
  const bytes = new DataView(new ArrayBuffer(8 * parts.reduce((sum, { length }) => sum + length, 0)));
  for (const [at, value] of parts.flatMap((part) => [...part]).entries()) bytes.setFloat64(8 * at, value, true);
  const parameters = toBase64(new Uint8Array(bytes.buffer));
  return { classes, values, units: hidden?.units ?? 0, parameters, samplesSha256 };
}

/** Null where its numbers are too few or too many for its sizes. */
export function keptGolden({ parameters, samplesSha256, ...sizes }: ProjectGolden): GoldenRecipe | null {
  const { classes, values, units } = sizes;
  const { bias, into, intoBias, out, length } = parameterParts(sizes);
  const bytes = fromBase64(parameters);
  if (bytes.length !== 8 * length) return null;
  const view = new DataView(bytes.buffer);
  const all = Float64Array.from({ length }, (_, at) => view.getFloat64(8 * at, true));
  const head: TaughtHead = {
    classes,
    values,
    weights: all.slice(0, bias),
    bias: all.slice(bias, into),
    hidden:
      units === 0
        ? null
        : { units, weights: all.slice(into, intoBias), bias: all.slice(intoBias, out), out: all.slice(out) },
  };
  return { head, samplesSha256 };
}
