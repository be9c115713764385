/**
 * Which truth class each model class is scored against.
 *
 * Several model classes may share one truth class (ground = impervious surface + low vegetation). Truth classes that no
 * model class maps to leave the score. Saved as JSON, by name, so that it survives another class order.
 */
import { NadirError } from "../errors";
import { listFaults, readFields, spellFault } from "../json/faults";
import { exactly, integer, list, nullable, objectOf, table, text } from "../json/fields";
import type { SchemeClass } from "./class-scheme";

const MAPPING_FORMAT = "nadir-class-mapping/1";

export interface ClassMapping {
  readonly format: typeof MAPPING_FORMAT;
  /** Truth classes in the order they are scored. */
  readonly truthClasses: readonly { readonly name: string; readonly id: number }[];
  /** Model class name → truth class name, or null when it takes part in no score. */
  readonly modelToTruth: Readonly<Record<string, string | null>>;
}

const MOST_CLASSES = 255;

const mappingSchema = objectOf<ClassMapping>({
  format: exactly(MAPPING_FORMAT),
  truthClasses: list(
    objectOf<ClassMapping["truthClasses"][number]>({ id: integer(0, MOST_CLASSES - 1), name: text }),
    MOST_CLASSES,
  ),
  modelToTruth: table(nullable(text), MOST_CLASSES),
});

interface NamedClass {
  readonly id: number;
  readonly name: string;
}

/** Words that name one thing in the data sets at hand; compared after lower-casing and dropping "s", "_" and "-". */
const SYNONYMS: readonly (readonly string[])[] = [
  ["impervious surface", "imperviou surface", "road", "impervious", "imsurf"],
  ["building", "house", "roof"],
  ["low vegetation", "lowveg", "grass", "grassland"],
  ["tree", "forest", "wood", "high vegetation"],
  ["car", "vehicle"],
  ["clutter", "background", "clutter/background", "other"],
  ["ground", "terrain", "bare earth"],
  ["water", "river", "lake"],
];

/** Coarser truth classes that take in a model's class when the truth has no class of its own for it. */
const BROADER: Readonly<Record<string, readonly string[]>> = {
  "impervious surface": ["ground"],
  "low vegetation": ["ground", "vegetation"],
  tree: ["vegetation"],
};

/** A first mapping by name; classes without a counterpart map to null for the user to decide. */
export function proposeClassMapping(model: readonly NamedClass[], truth: readonly SchemeClass[]): ClassMapping {
  const modelToTruth: Record<string, string | null> = {};
  for (const { name } of model) {
    const own = canonicalClass(name);
    const wanted = [own, ...(BROADER[own] ?? [])];
    const target = wanted
      .map((word) => truth.find((entry) => canonicalClass(entry.name) === word))
      .find((entry) => entry);
    modelToTruth[name] = target?.name ?? null;
  }
  return {
    format: MAPPING_FORMAT,
    truthClasses: truth.map(({ id, name }) => ({ id, name })),
    modelToTruth,
  };
}

/** The proposal with the user's word put over it; their choices of truth classes that are not there are left out. */
export function decideClassMapping(
  model: readonly NamedClass[],
  truth: readonly SchemeClass[],
  chosen: ClassMapping["modelToTruth"],
): ClassMapping {
  const proposed = proposeClassMapping(model, truth);
  const modelToTruth: Record<string, string | null> = {};
  for (const { name } of model) {
    const target = chosen[name];
    const isThere = target === null || truth.some((entry) => entry.name === target);
    modelToTruth[name] = target !== undefined && isThere ? target : (proposed.modelToTruth[name] ?? null);
  }
  return { ...proposed, modelToTruth };
}

export function formatClassMapping(mapping: ClassMapping): string {
  return `${JSON.stringify(mapping, null, 2)}\n`;
}

/** @throws {NadirError} `unknown-labels` when the text is no class mapping. */
export function parseClassMapping(text: string): ClassMapping {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new NadirError(badMapping(`It is no JSON (${(cause as Error).message}).`), { cause });
  }
  const { format } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (format !== MAPPING_FORMAT) throw new NadirError(badMapping(`Its format is ${JSON.stringify(format)}.`));
  const read = readFields(mappingSchema, value);
  if ("faults" in read) {
    throw new NadirError(badMapping(`This mapping has ${listFaults(read.faults.map(spellFault))}.`));
  }
  const names = new Set(read.value.truthClasses.map(({ name }) => name));
  for (const [name, target] of Object.entries(read.value.modelToTruth)) {
    if (target !== null && !names.has(target)) {
      throw new NadirError(badMapping(`It maps "${name}" to "${target}", which is no truth class.`));
    }
  }
  return read.value;
}

/** The one name of a class: spellings and synonyms of the known data sets become one word. */
export function canonicalClass(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[_-]/g, " ")
    .replace(/(?<!s)s\b/g, "")
    .trim();
  return SYNONYMS.find((group) => group.includes(plain))?.[0] ?? plain;
}

function badMapping(found: string) {
  return {
    code: "unknown-labels" as const,
    subject: "class mapping",
    found,
    needed: `A file saved by the studio ("${MAPPING_FORMAT}") is needed.`,
    next: "Make the table again and save it.",
  };
}
