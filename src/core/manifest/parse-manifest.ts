/**
 * Reads a model manifest and says precisely what is wrong when it cannot.
 *
 * All faults are collected, so that a hand-written manifest is mended in one go.
 */
import { NadirError } from "../errors";
import { BAND_NAMES } from "../vocabulary/band-roles";
import { BLEND_PROFILES } from "../vocabulary/blends";
import type { InputScale, ModelInput, ModelManifest, TensorShape } from "./manifest";

const MAX_CLASSES = 255;

/**
 * @param json     Parsed JSON of unknown origin.
 * @param subject  File name for the message.
 * @throws {NadirError} `bad-manifest`, naming every field that is missing or wrong.
 */
export function parseManifest(json: unknown, subject: string): ModelManifest {
  const faults: string[] = [];
  const reader = new FieldReader(json, "", faults);
  const manifest = readManifest(reader);
  if (faults.length === 0) {
    checkConsistency(manifest, faults);
  }
  if (faults.length > 0) {
    throw new NadirError({
      code: "bad-manifest",
      subject,
      found: `This model manifest has ${faults.length === 1 ? "a fault" : `${faults.length} faults`}: ${faults.join("; ")}.`,
      needed: 'A manifest of format "nadir-model/1" is needed.',
      next: "Export the model again with nadir_models, or mend the fields named here.",
    });
  }
  return manifest;
}

function readManifest(root: FieldReader): ModelManifest {
  root.oneOf("format", ["nadir-model/1"] as const);
  const graph = root.object("graph");
  const output = root.object("output");
  const window = root.object("window");
  const distance = root.object("groundSamplingDistanceMetres");
  const stitch = root.object("stitch");
  const golden = root.optionalObject("golden");
  const network = root.optionalObject("network");
  const paper = root.optionalObject("paper");
  const licence = root.optionalText("licence");
  const trainedOn = root.optionalText("trainedOn");
  return {
    format: "nadir-model/1",
    id: root.text("id"),
    name: root.text("name"),
    version: root.text("version"),
    description: root.text("description"),
    ...(network && {
      network: {
        family: network.text("family"),
        variant: network.text("variant"),
        ...optional("parameters", network.optionalNumber("parameters")),
        ...optional("macsPerWindow", network.optionalNumber("macsPerWindow")),
      },
    }),
    ...(paper && { paper: { title: paper.text("title"), url: paper.text("url") } }),
    ...optional("licence", licence),
    ...optional("trainedOn", trainedOn),
    scores: root.list("scores", (score) => ({
      dataset: score.text("dataset"),
      split: score.text("split"),
      convention: score.text("convention"),
      ...optional("miou", score.optionalNumber("miou")),
      ...optional("oa", score.optionalNumber("oa")),
      ...optional("ioUPerClass", score.optionalNumberTable("ioUPerClass")),
    })),
    graph: {
      file: graph.fileName("file"),
      sha256: graph.matching("sha256", /^[0-9a-f]{64}$/, "64 hexadecimal digits"),
      bytes: graph.integer("bytes", 1),
      opset: graph.integer("opset", 7),
      precision: graph.oneOf("precision", ["fp32", "fp16"] as const),
      weights: graph.oneOf("weights", ["fp32", "fp16"] as const),
    },
    externalData: root.list("externalData", (entry) => ({
      file: entry.fileName("file"),
      path: entry.text("path"),
      sha256: entry.matching("sha256", /^[0-9a-f]{64}$/, "64 hexadecimal digits"),
      bytes: entry.integer("bytes", 1),
    })),
    inputs: root.list("inputs", readInput),
    output: {
      name: output.text("name"),
      kind: output.oneOf("kind", ["logits", "probabilities"] as const),
      stride: output.integer("stride", 1),
      shape: output.shape("shape"),
    },
    window: {
      sizePx: window.integer("sizePx", 1),
      padPx: window.integer("padPx", 0),
      suggestedStridePx: window.integer("suggestedStridePx", 1),
      fixed: window.flag("fixed"),
    },
    groundSamplingDistanceMetres: { min: distance.positive("min"), max: distance.positive("max") },
    classes: root.list("classes", (entry) => ({
      id: entry.integer("id", 0),
      name: entry.text("name"),
      colour: entry.colour("colour"),
      scored: entry.flag("scored"),
    })),
    stitch: {
      accumulate: stitch.oneOf("accumulate", ["sum-logits"] as const),
      blend: stitch.oneOf("blend", BLEND_PROFILES),
      papersStridePx: stitch.nullableInteger("papersStridePx", 1),
    },
    golden: golden && { file: golden.fileName("file"), tolerance: golden.positive("tolerance") },
  };
}

function readInput(input: FieldReader): ModelInput {
  return {
    name: input.text("name"),
    role: input.oneOf("role", ["optical", "auxiliary", "stack"] as const),
    kind: input.text("kind"),
    bands: input.names("bands", BAND_NAMES),
    shape: input.shape("shape"),
    scale: readScale(input.object("scale")),
    mean: input.numbers("mean"),
    std: input.numbers("std"),
    nodataFill: input.number("nodataFill"),
  };
}

function readScale(scale: FieldReader): InputScale {
  const kind = scale.oneOf("kind", ["declared-type", "min-max", "fixed", "none"] as const);
  switch (kind) {
    case "min-max":
      return { kind, scope: scale.oneOf("scope", ["raster"] as const) };
    case "fixed":
      return { kind, min: scale.number("min"), max: scale.number("max") };
    default:
      return { kind };
  }
}

/** What single fields cannot show: counts and sizes that must agree with each other. */
function checkConsistency(manifest: ModelManifest, faults: string[]): void {
  const { classes, inputs, output, window } = manifest;
  const paddedPx = window.sizePx + window.padPx;
  if (classes.length === 0 || classes.length > MAX_CLASSES) {
    faults.push(`classes holds ${classes.length} entries, 1 to ${MAX_CLASSES} are possible`);
  }
  classes.forEach(({ id }, position) => {
    if (id !== position) {
      faults.push(`classes[${position}].id is ${id}, ids run from 0 in order`);
    }
  });
  if (inputs.length === 0) {
    faults.push("inputs is empty");
  }
  for (const [position, { bands, mean, std, shape }] of inputs.entries()) {
    const where = `inputs[${position}]`;
    if (bands.length === 0) {
      faults.push(`${where}.bands is empty`);
    }
    // A height band may be repeated by the graph itself, so channels equal bands exactly.
    if (shape[1] !== bands.length || mean.length !== bands.length || std.length !== bands.length) {
      faults.push(
        `${where} names ${bands.length} bands, but has ${shape[1]} channels, ${mean.length} means and ${std.length} standard deviations`,
      );
    }
    if (std.some((value) => value === 0)) {
      faults.push(`${where}.std holds a zero`);
    }
    if (shape[2] !== paddedPx || shape[3] !== paddedPx) {
      faults.push(`${where}.shape is ${shape[2]} × ${shape[3]} px, the padded window ${paddedPx} px`);
    }
  }
  if (output.shape[1] !== classes.length) {
    faults.push(`output.shape has ${output.shape[1]} channels for ${classes.length} classes`);
  }
  if (output.shape[2] * output.stride !== paddedPx || output.shape[3] * output.stride !== paddedPx) {
    faults.push(
      `output.shape ${output.shape[2]} × ${output.shape[3]} times stride ${output.stride} is not the padded window of ${paddedPx} px`,
    );
  }
  if (window.suggestedStridePx > window.sizePx) {
    faults.push(
      `window.suggestedStridePx ${window.suggestedStridePx} is larger than the window of ${window.sizePx} px`,
    );
  }
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: V });
}

/** Reads fields of one object, noting faults with their full path; a faulty field yields a harmless value. */
class FieldReader {
  private readonly fields: Readonly<Record<string, unknown>>;

  constructor(
    value: unknown,
    private readonly path: string,
    private readonly faults: string[],
  ) {
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    if (!isObject) {
      faults.push(`${path === "" ? "the manifest" : path} is ${spell(value)}, an object is needed`);
    }
    this.fields = isObject ? (value as Record<string, unknown>) : {};
  }

  private at(key: string): string {
    return this.path === "" ? key : `${this.path}.${key}`;
  }

  private take<T>(key: string, accept: (value: unknown) => value is T, needed: string, fallback: T): T {
    const value = this.fields[key];
    if (accept(value)) {
      return value;
    }
    this.faults.push(`${this.at(key)} is ${spell(value)}, ${needed} is needed`);
    return fallback;
  }

  text(key: string): string {
    return this.take(key, isText, "text", "");
  }

  optionalText(key: string): string | undefined {
    return this.fields[key] === undefined ? undefined : this.text(key);
  }

  matching(key: string, pattern: RegExp, needed: string): string {
    return this.take(key, (value): value is string => isText(value) && pattern.test(value), needed, "");
  }

  /** A plain name: files lie beside the manifest, never elsewhere. */
  fileName(key: string): string {
    return this.matching(key, /^(?!\.\.?$)[^/\\:]+$/, "a file name without a path");
  }

  number(key: string): number {
    return this.take(key, isFiniteNumber, "a number", 0);
  }

  optionalNumber(key: string): number | undefined {
    return this.fields[key] === undefined || this.fields[key] === null ? undefined : this.number(key);
  }

  positive(key: string): number {
    return this.take(key, (value): value is number => isFiniteNumber(value) && value > 0, "a number greater than 0", 1);
  }

  integer(key: string, least: number): number {
    const accept = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= least;
    return this.take(key, accept, `a whole number of at least ${least}`, least);
  }

  nullableInteger(key: string, least: number): number | null {
    return (this.fields[key] ?? null) === null ? null : this.integer(key, least);
  }

  flag(key: string): boolean {
    return this.take(key, (value): value is boolean => typeof value === "boolean", "true or false", false);
  }

  oneOf<const T extends string>(key: string, choices: readonly T[]): T {
    const accept = (value: unknown): value is T => choices.includes(value as T);
    return this.take(key, accept, choices.map((choice) => `"${choice}"`).join(" or "), choices[0]!);
  }

  names<const T extends string>(key: string, choices: readonly T[]): readonly T[] {
    const accept = (value: unknown): value is T[] =>
      Array.isArray(value) && value.every((entry) => choices.includes(entry as T));
    return this.take(key, accept, `a list of ${choices.join(", ")}`, []);
  }

  numbers(key: string): readonly number[] {
    const accept = (value: unknown): value is number[] => Array.isArray(value) && value.every(isFiniteNumber);
    return this.take(key, accept, "a list of numbers", []);
  }

  optionalNumberTable(key: string): Readonly<Record<string, number>> | undefined {
    if (this.fields[key] === undefined) {
      return undefined;
    }
    const accept = (value: unknown): value is Record<string, number> =>
      typeof value === "object" && value !== null && Object.values(value).every(isFiniteNumber);
    return this.take(key, accept, "a table of numbers", {});
  }

  shape(key: string): TensorShape {
    const accept = (value: unknown): value is TensorShape =>
      Array.isArray(value) &&
      value.length === 4 &&
      value[0] === "batch" &&
      value.slice(1).every((size) => Number.isSafeInteger(size) && (size as number) > 0);
    return this.take(key, accept, '["batch", channels, height, width]', ["batch", 1, 1, 1]);
  }

  colour(key: string): readonly [number, number, number] {
    const accept = (value: unknown): value is [number, number, number] =>
      Array.isArray(value) &&
      value.length === 3 &&
      value.every((part) => Number.isInteger(part) && (part as number) >= 0 && (part as number) <= 255);
    return this.take(key, accept, "three whole numbers from 0 to 255", [0, 0, 0]);
  }

  object(key: string): FieldReader {
    return new FieldReader(this.fields[key], this.at(key), this.faults);
  }

  optionalObject(key: string): FieldReader | null {
    return (this.fields[key] ?? null) === null ? null : this.object(key);
  }

  list<T>(key: string, read: (entry: FieldReader) => T): readonly T[] {
    const entries = this.take(key, (value): value is unknown[] => Array.isArray(value), "a list", []);
    return entries.map((entry, position) => read(new FieldReader(entry, `${this.at(key)}[${position}]`, this.faults)));
  }
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function spell(value: unknown): string {
  if (value === undefined) {
    return "missing";
  }
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
