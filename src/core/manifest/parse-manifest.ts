/**
 * Reads a model manifest and says precisely what is wrong when it cannot.
 *
 * All faults are collected, so that a hand-written manifest is mended in one go.
 */
import { NadirError } from "../errors";
import { type Fault, listFaults, readFields } from "../json/faults";
import type { ModelInput, ModelManifest } from "./manifest";
import { MANIFEST_FORMAT, manifestSchema } from "./manifest-schema";

const MAX_CLASSES = 255;

/**
 * @param json     Parsed JSON of unknown origin.
 * @param subject  File name for the message.
 * @throws {NadirError} `bad-manifest`, naming the fields that are missing or wrong.
 */
export function parseManifest(json: unknown, subject: string): ModelManifest {
  const read = readFields<ModelManifest>(manifestSchema, json);
  const faults = "faults" in read ? read.faults.map(spell) : inconsistencies(read.value);
  if ("value" in read && faults.length === 0) {
    return read.value;
  }
  throw new NadirError({
    code: "bad-manifest",
    subject,
    found: `This model manifest has ${listFaults(faults)}.`,
    needed: `A manifest of format "${MANIFEST_FORMAT}" is needed.`,
    next: "Export the model again with nadir_models, or mend the fields named here.",
  });
}

function spell({ place, found, needed }: Fault): string {
  return `${place === "" ? "the manifest" : place} is ${found}, ${needed} is needed`;
}

/** What single fields cannot show: counts and sizes that must agree with each other. */
function inconsistencies(manifest: ModelManifest): string[] {
  const faults: string[] = [];
  const { classes, inputs, output, window, groundSamplingDistanceMetres: distance } = manifest;
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
  inputs.forEach((input, position) => {
    faults.push(...inputFaults(input, `inputs[${position}]`, paddedPx));
  });
  if (output.shape[1] !== classes.length) {
    faults.push(`output.shape has ${output.shape[1]} channels for ${classes.length} classes`);
  }
  if (output.shape[2] * output.stride !== paddedPx || output.shape[3] * output.stride !== paddedPx) {
    faults.push(
      `output.shape ${output.shape[2]} × ${output.shape[3]} times stride ${output.stride} is not the padded window of ${paddedPx} px`,
    );
  }
  if (distance.best !== undefined && (distance.best < distance.min || distance.best > distance.max)) {
    faults.push(
      `groundSamplingDistanceMetres.best ${distance.best} lies outside ${distance.min} to ${distance.max}, its own range`,
    );
  }
  if (window.suggestedStridePx > window.sizePx) {
    faults.push(
      `window.suggestedStridePx ${window.suggestedStridePx} is larger than the window of ${window.sizePx} px`,
    );
  }
  return faults;
}

function inputFaults(input: ModelInput, where: string, paddedPx: number): string[] {
  const faults: string[] = [];
  const { role, bands, otherBands = [], mean, std, shape, optional, absent } = input;
  if (optional === true && role !== "auxiliary") {
    faults.push(`${where} is optional, which only an input of role "auxiliary" can be`);
  }
  if (optional === true && absent === undefined) {
    faults.push(`${where}.absent is missing, a number is needed for an optional input`);
  }
  if (bands.length === 0) {
    faults.push(`${where}.bands is empty`);
  }
  // A height band may be repeated by the graph itself, so channels equal bands exactly.
  if (shape[1] !== bands.length || mean.length !== bands.length || std.length !== bands.length) {
    faults.push(
      `${where} names ${bands.length} bands, but has ${shape[1]} channels, ${mean.length} means and ${std.length} standard deviations`,
    );
  }
  for (const [at, other] of otherBands.entries()) {
    if (other.length === bands.length) continue;
    faults.push(`${where}.otherBands[${at}] names ${other.length} bands, its bands are ${bands.length}`);
  }
  if (std.some((value) => value === 0)) {
    faults.push(`${where}.std holds a zero`);
  }
  if (shape[2] !== paddedPx || shape[3] !== paddedPx) {
    faults.push(`${where}.shape is ${shape[2]} × ${shape[3]} px, the padded window ${paddedPx} px`);
  }
  return faults;
}
