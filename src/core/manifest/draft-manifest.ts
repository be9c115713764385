/**
 * From what an ONNX file says to a first draft of its manifest, for the user to complete; or the reason why it cannot
 * be a segmentation model here. Deepness keys (`class_names`, `resolution`, `tile_size`, `standardization_*`) are read
 * tolerantly: values may be JSON or Python literals.
 */
import { NadirError } from "../errors";
import { ISPRS_SCHEME } from "../labels/class-scheme";
import { kindOfBand } from "../vocabulary/auxiliary-kinds";
import { type BandName, isAuxiliaryBand } from "../vocabulary/band-roles";
import type { InputScale, ModelClass } from "./manifest";
import type { OnnxFacts, OnnxValue } from "./read-onnx";

export interface DraftInput {
  readonly name: string;
  readonly channels: number;
  readonly bands: readonly BandName[];
  /** What its heights are measured from: the sea (`dsm`) or the ground (`ndsm`); nothing for an input without heights. */
  readonly heights: "dsm" | "ndsm";
  readonly scale: InputScale["kind"];
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

export interface ModelDraft {
  readonly name: string;
  readonly inputs: readonly DraftInput[];
  readonly output: {
    readonly name: string;
    readonly kind: "logits" | "probabilities";
    readonly stride: number;
    /** Class ids, the largest chosen inside the graph; how many classes there are it does not say. */
    readonly isClassMap: boolean;
    /** The file leaves the output's size open. */
    readonly strideOpen: boolean;
  };
  readonly windowPx: number;
  /** The window comes from the file and cannot be chosen. */
  readonly windowFixed: boolean;
  readonly classes: readonly ModelClass[];
  readonly groundSamplingDistanceMetres: number;
  /** What had to be guessed, one sentence each. */
  readonly guesses: readonly string[];
}

/** Of heights above the ground: storeys and trees use most of it. */
export const FIXED_HEIGHT_METRES = { min: 0, max: 20 } as const;

const DEFAULT_WINDOW_PX = 256;
const DEFAULT_GSD_METRES = 0.1;
const MAX_CLASSES = 255;

/** @throws {NadirError} `bad-model` with the reason when the file is no segmentation model that can run here. */
export function draftManifest(facts: OnnxFacts, fileName: string): ModelDraft {
  const refuse = refusalOf(fileName);
  const guesses: string[] = [];
  requireInputs(facts, refuse);
  const { output, isMap, outputCount } = chooseOutput(facts, refuse);
  const classCount = isMap ? classesOfMap(facts, guesses) : (output.shape[1] as number);
  requireClasses(output, isMap, classCount, refuse);
  if (outputCount > 1) {
    guesses.push(`Of its ${outputCount} outputs ${output.name} is used.`);
  }
  const size = windowOf(facts, guesses);
  const producer = facts.producedBy[output.name] ?? "";
  return {
    name: fileName.replace(/\.onnx$/i, ""),
    inputs: facts.inputs.map((input) => draftInput(input, facts, guesses)),
    output: {
      name: output.name,
      kind: isMap || producer === "Softmax" ? "probabilities" : "logits",
      ...strideOf(output, size.px, refuse),
      isClassMap: isMap,
    },
    windowPx: size.px,
    windowFixed: size.fixed,
    classes: draftClasses(facts, classCount, guesses),
    groundSamplingDistanceMetres: resolutionOf(facts, guesses),
    guesses,
  };
}

type Refuse = (found: string, needed: string) => never;

function refusalOf(fileName: string): Refuse {
  return (found, needed) => {
    throw new NadirError({
      code: "bad-model",
      subject: fileName,
      found,
      needed,
      next: "Export the segmentation network alone, with an output of classes × height × width.",
    });
  };
}

/** Images of floating point in square windows, of a graph that does not call itself something else. */
function requireInputs(facts: OnnxFacts, refuse: Refuse): void {
  const type = metadataText(facts, "model_type");
  if (type !== null && !/^segmentor$/i.test(type)) {
    refuse(`Its metadata calls it a ${type}.`, "A segmentation model (Segmentor) is needed.");
  }
  const wrong = facts.inputs.find((input) => !isImage(input) || typeof input.shape[1] !== "number");
  if (facts.inputs.length === 0 || wrong !== undefined) {
    refuse(
      wrong === undefined ? "It has no input." : `Its input ${wrong.name} is ${spellShape(wrong)}.`,
      "Inputs of batch × channels × height × width with a known number of channels are needed.",
    );
  }
  const whole = facts.inputs.find((input) => !isFloating(input));
  if (whole !== undefined) {
    refuse(`Its input ${whole.name} is not of floating point.`, "float32 or float16 inputs are needed.");
  }
  const [height, width] = [facts.inputs[0]!.shape[2], facts.inputs[0]!.shape[3]];
  if (typeof height === "number" && typeof width === "number" && height !== width) {
    refuse(`Its windows have ${height} × ${width} px.`, "Windows as high as wide are needed.");
  }
}

/** The first output of logits, else the first class map. */
function chooseOutput(facts: OnnxFacts, refuse: Refuse): { output: OnnxValue; isMap: boolean; outputCount: number } {
  const maps = facts.outputs.filter(isClassMap);
  const logits = facts.outputs.filter(
    (value) => isImage(value) && !isClassMap(value) && typeof value.shape[1] === "number",
  );
  const outputs = logits.length > 0 ? logits : maps;
  const output = outputs[0];
  if (output === undefined) {
    return refuse(
      `Its outputs are ${facts.outputs.map((value) => `${value.name} ${spellShape(value)}`).join(", ")}.`,
      "One output of batch × classes × height × width is needed.",
    );
  }
  return { output, isMap: logits.length === 0, outputCount: outputs.length };
}

function requireClasses(output: OnnxValue, isMap: boolean, classCount: number, refuse: Refuse): void {
  if (!isMap && !isFloating(output)) {
    refuse(
      `Its output ${output.name} is not of floating point.`,
      "float32 or float16 logits, or a class map, are needed.",
    );
  }
  if (classCount < 2 || classCount > MAX_CLASSES) {
    refuse(
      `Its output ${output.name} has ${classCount} channel${classCount === 1 ? " (a threshold, not a choice of classes)" : "s"}.`,
      "2 to 255 classes are needed, one channel each.",
    );
  }
}

/** Window pixels per pixel of the output; 1 where the file leaves it open. */
function strideOf(output: OnnxValue, windowPx: number, refuse: Refuse): { stride: number; strideOpen: boolean } {
  const [rows, cols] = output.shape.slice(-2) as [number | string | null, number | string | null];
  const strideOpen = typeof rows !== "number" || typeof cols !== "number";
  const stride = strideOpen ? 1 : windowPx / rows;
  if (!Number.isInteger(stride) || (!strideOpen && rows !== cols)) {
    refuse(
      `It turns windows of ${windowPx} px into ${rows} × ${cols} px.`,
      "The output must have the window's size, or a whole fraction of it.",
    );
  }
  return { stride, strideOpen };
}

function isImage({ shape }: OnnxValue): boolean {
  return shape.length === 4;
}

/** float32 or float16 of `TensorProto.DataType`. */
function isFloating({ elementType }: OnnxValue): boolean {
  return elementType === 1 || elementType === 10;
}

/** The same draft with another number of classes: names and colours that fit stay. */
export function withClassCount(draft: ModelDraft, count: number): ModelDraft {
  const classes = Array.from(
    { length: Math.min(MAX_CLASSES, Math.max(2, count)) },
    (_, id) => draft.classes[id] ?? { id, name: `class ${id}`, colour: distinctColour(id, count), scored: true },
  );
  return { ...draft, classes };
}

/** Whole numbers (uint8, int32, int64 of `TensorProto.DataType`) of batch × height × width, or with one channel. */
function isClassMap({ elementType, shape }: OnnxValue): boolean {
  return [2, 6, 7].includes(elementType) && (shape.length === 3 || (shape.length === 4 && shape[1] === 1));
}

function classesOfMap(facts: OnnxFacts, guesses: string[]): number {
  const names = parseTolerantly(facts.metadata.class_names ?? facts.metadata.names ?? "");
  const named =
    typeof names === "object" && names !== null ? Object.keys(Array.isArray(names) ? (names[0] ?? {}) : names) : [];
  const count = Array.isArray(names) && typeof names[0] === "string" ? names.length : named.length;
  if (count >= 2) return count;
  guesses.push(`It gives class ids and not how many there are: ${ISPRS_SCHEME.classes.length} taken.`);
  return ISPRS_SCHEME.classes.length;
}

function draftInput(input: OnnxValue, facts: OnnxFacts, guesses: string[]): DraftInput {
  const channels = input.shape[1] as number;
  const named: Readonly<Record<number, readonly BandName[]>> = {
    1: ["height"],
    3: ["red", "green", "blue"],
    4: ["red", "green", "blue", "height"],
    5: ["red", "green", "blue", "nir", "height"],
  };
  const bands = named[channels] ?? Array.from({ length: channels }, (): BandName => "red");
  guesses.push(
    `Input ${input.name} has ${channels} channel${channels === 1 ? "" : "s"}: taken as ${bands.join(", ")}.`,
  );
  const numbers = (key: string) => {
    const values = parseTolerantly(facts.metadata[key] ?? "");
    return Array.isArray(values) && values.length === channels && values.every(Number.isFinite)
      ? (values as number[])
      : null;
  };
  const isAbove = isAuxiliaryBand(bands[0]!) && kindOfBand("height", input.name) === "ndsm";
  if (isAbove) guesses.push(`Input ${input.name} is taken as heights above the ground, by its name.`);
  return {
    name: input.name,
    channels,
    bands,
    heights: isAbove ? "ndsm" : "dsm",
    scale: isAbove ? "fixed" : isAuxiliaryBand(bands[0]!) ? "min-max" : "declared-type",
    mean: numbers("standardization_mean") ?? bands.map(() => 0),
    std: numbers("standardization_std") ?? bands.map(() => 1),
  };
}

function windowOf(facts: OnnxFacts, guesses: string[]): { px: number; fixed: boolean } {
  const sizes = facts.inputs.flatMap(({ shape }) => [shape[2], shape[3]]).filter((value) => typeof value === "number");
  if (sizes[0] !== undefined) {
    return { px: sizes[0], fixed: true };
  }
  const tile = Number(parseTolerantly(facts.metadata.tile_size ?? facts.metadata.tiles_size ?? ""));
  if (Number.isInteger(tile) && tile > 0) {
    return { px: tile, fixed: false };
  }
  guesses.push(`The file leaves the window open: ${DEFAULT_WINDOW_PX} px taken.`);
  return { px: DEFAULT_WINDOW_PX, fixed: false };
}

function draftClasses(facts: OnnxFacts, count: number, guesses: string[]): ModelClass[] {
  let names = parseTolerantly(facts.metadata.class_names ?? facts.metadata.names ?? "");
  if (Array.isArray(names) && typeof names[0] === "object") {
    names = names[0];
  }
  const table = (typeof names === "object" && names !== null ? names : {}) as Readonly<Record<string, unknown>>;
  const known = Object.keys(table).length >= count;
  if (!known) {
    guesses.push("The file does not name its classes.");
  }
  return Array.from({ length: count }, (_, id) => {
    const name = String(table[id] ?? `class ${id}`).replace(/^_/, "");
    const usual = ISPRS_SCHEME.classes.find((entry) => entry.name === name.toLowerCase());
    return { id, name, colour: usual?.colour ?? distinctColour(id, count), scored: usual?.scored ?? true };
  });
}

function resolutionOf(facts: OnnxFacts, guesses: string[]): number {
  const centimetres = Number(parseTolerantly(facts.metadata.resolution ?? ""));
  if (centimetres > 0) {
    return Number((centimetres / 100).toPrecision(3));
  }
  guesses.push(`The file does not say its ground sampling distance: ${DEFAULT_GSD_METRES} m taken.`);
  return DEFAULT_GSD_METRES;
}

function metadataText(facts: OnnxFacts, key: string): string | null {
  const value = facts.metadata[key];
  return value === undefined ? null : String(parseTolerantly(value));
}

/** JSON, or a Python literal made JSON (single quotes, True, None, tuples); the text itself when it is neither. */
function parseTolerantly(value: string): unknown {
  const python = value
    .replaceAll("'", '"')
    .replaceAll(/\bTrue\b/g, "true")
    .replaceAll(/\bFalse\b/g, "false")
    .replaceAll(/\bNone\b/g, "null")
    .replaceAll(/([{,]\s*)(\d+)\s*:/g, '$1"$2":')
    .replace(/^\((.*)\)$/, "[$1]");
  for (const text of [value, python]) {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      // The next spelling.
    }
  }
  return value;
}

/** Evenly spread hues, alternating lightness. */
function distinctColour(id: number, count: number): [number, number, number] {
  const hue = (id / count) * 6;
  const high = id % 2 === 0 ? 235 : 185;
  const channel = (offset: number) => {
    const k = (offset + hue) % 6;
    return Math.round(high - (high - 50) * Math.max(0, Math.min(k, 4 - k, 1)));
  };
  return [channel(5), channel(3), channel(1)];
}

function spellShape({ shape }: OnnxValue): string {
  return shape.map((size) => size ?? "?").join(" × ");
}
