/** The sentences for a margin of a photo that its file does not call missing. */
import { type Collar, isCollarMissing } from "./collar";
import { type DType, integerRange } from "./dtype";
import type { RasterFacts } from "./raster";

/** "34.5 % black (0), in one piece with its edge". */
export function describeCollarColours({ colours }: Collar, dtype: DType): string {
  const parts = colours.map(({ values, tolerance, share }) => {
    const near = tolerance > 0 ? "nearly " : "";
    return `${spellShare(share)} ${colourName(values, dtype, near)}`;
  });
  return `${parts.join(" and ")}, in one piece with its edge`;
}

/** For notes, warnings of a run and the command line. */
export function describeCollar({ fileName, bands }: Pick<RasterFacts, "fileName" | "bands">, collar: Collar): string {
  const done = isCollarMissing(collar) ? "taken as missing" : "taken as ground";
  const by = collar.answer === null ? "" : ", as you said";
  return `${fileName} is ${describeCollarColours(collar, bands[0]!.dtype)}, and does not declare it as missing; it was ${done}${by}.`;
}

function colourName(values: readonly number[], dtype: DType, near: string): string {
  const [first = 0] = values;
  const isGrey = values.every((value) => value === first);
  const white = integerRange(dtype)?.[1];
  const spelled = isGrey ? `${first}` : values.join(", ");
  if (isGrey && (first === 0 || near !== "") && first * 2 < (white ?? Infinity)) return `${near}black (${spelled})`;
  if (isGrey && white !== undefined && (first === white || near !== "")) return `${near}white (${spelled})`;
  return `of the one colour ${spelled}`;
}

function spellShare(share: number): string {
  return `${Number((100 * share).toPrecision(share < 0.1 ? 2 : 3))} %`;
}
