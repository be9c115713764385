/**
 * Which second raster a run reads, and what is made of it: what the model asks for, from what the scene has. One rule
 * for page and command line.
 */
import { NadirError } from "../errors";
import type { AlignmentReport } from "../georef/alignment";
import { refusedAlignment } from "../georef/refused-alignment";
import type { ModelManifest } from "../manifest/manifest";
import { unsaidHeightUnit } from "../raster/height-unit";
import type { RasterFacts } from "../raster/raster";
import { AUXILIARY_KINDS, type AuxiliaryKind, isAuxiliaryKind, kindOfBand } from "../vocabulary/auxiliary-kinds";
import { isAuxiliaryBand } from "../vocabulary/band-roles";
import { fitsImage } from "./find-band";
import type { HeightsMade } from "./heights-made";
import type { RunSettings } from "./run-settings";

/** A second raster of a scene. */
export interface PlacedAuxiliary {
  readonly kind: AuxiliaryKind;
  readonly facts: RasterFacts;
  readonly alignment: AlignmentReport;
}

export interface HeightsPlan<T> {
  readonly how: Extract<HeightsMade["how"], "as-given" | "minus-terrain" | "from-surface">;
  /** What is read, or what the ground is taken from. */
  readonly raster: T;
  /** Taken from it; null unless `how` is "minus-terrain". */
  readonly terrain: T | null;
  /** What speaks against it, one sentence each. */
  readonly notes: readonly string[];
}

/** The kind of second raster a model was made for; null for one that reads the image alone. */
function wantedAuxiliary({ inputs }: Pick<ModelManifest, "inputs">): AuxiliaryKind | null {
  for (const { kind, bands } of inputs) {
    const band = bands.find(isAuxiliaryBand);
    // "optical+dsm" for one tensor that holds both.
    const said = kind.split("+").at(-1)!;
    if (band !== undefined) return isAuxiliaryKind(said) ? said : kindOfBand(band);
  }
  return null;
}

/** Whether a model runs on the image alone. */
export function runsWithoutAuxiliary({ inputs }: Pick<ModelManifest, "inputs">): boolean {
  return inputs.every(({ bands, optional }) => optional === true || !bands.some(isAuxiliaryBand));
}

/** Heights above the ground from what there is; null when nothing there holds heights. */
export function planAboveGround<T extends PlacedAuxiliary>(
  rasters: readonly T[],
): Omit<HeightsPlan<T>, "notes"> | null {
  const of = (kind: AuxiliaryKind) => usable(rasters).find((raster) => raster.kind === kind) ?? null;
  const [given, surface, terrain] = [of("ndsm"), of("dsm"), of("dem")];
  if (given !== null) return { how: "as-given", raster: given, terrain: null };
  if (surface !== null && terrain !== null) return { how: "minus-terrain", raster: surface, terrain };
  const raster = surface ?? terrain;
  return raster && { how: "from-surface", raster, terrain: null };
}

/** The surface itself, for slopes: what heights above the ground are made of, or what lies beside those that are given. */
export function findSurface<T extends PlacedAuxiliary>(rasters: readonly T[]): T | null {
  const plan = planAboveGround(rasters);
  return plan && (usable(rasters).find(({ kind }) => kind === "dsm") ?? plan.raster);
}

/** What the model reads of these second rasters; null when it reads none, or none of them lies on the image. */
export function findHeights<T extends PlacedAuxiliary>(
  manifest: ModelManifest,
  rasters: readonly T[],
): HeightsPlan<T> | null {
  const wanted = wantedAuxiliary(manifest);
  const plan = wanted === "ndsm" ? planAboveGround(rasters) : wanted && planAsGiven(rasters, wanted);
  return plan && { ...plan, notes: [...mismatch(manifest, wanted!, plan), ...unsaidUnits(manifest, plan)] };
}

/**
 * The same, where a run is asked for.
 *
 * @param rasters   Second rasters of the scene, the one it shows first.
 * @param heights   Flat heights need none.
 * @param others    Models to choose from, for the refusal.
 * @returns         Null for a run on the image alone or over flat heights without a raster.
 * @throws {NadirError} `no-overlap` or `wrong-bands` when the model cannot do without what is not there.
 */
export function planHeights<T extends PlacedAuxiliary>(
  manifest: ModelManifest,
  optical: RasterFacts,
  rasters: readonly T[],
  heights: RunSettings["heights"],
  others: readonly ModelManifest[] = [],
): HeightsPlan<T> | null {
  const plan = findHeights(manifest, rasters);
  const wanted = wantedAuxiliary(manifest);
  if (plan !== null || wanted === null || runsWithoutAuxiliary(manifest) || heights === "flattened") return plan;
  const refused = rasters[0];
  throw refused === undefined
    ? missingAuxiliary(manifest, optical, others)
    : new NadirError(refusedAlignment(refused.facts, refused.alignment, AUXILIARY_KINDS[refused.kind].name));
}

/** What a run by this plan says of its heights; null for a model that reads none. */
export function madeOf(
  manifest: ModelManifest,
  plan: HeightsPlan<PlacedAuxiliary> | null,
  heights: RunSettings["heights"],
): HeightsMade | null {
  if (wantedAuxiliary(manifest) === null) return null;
  const files = plan === null ? [] : [plan.raster, ...(plan.terrain === null ? [] : [plan.terrain])];
  const how = heights === "flattened" ? "flat" : (plan?.how ?? "absent");
  return { how, files: files.map(({ facts }) => facts.fileName) };
}

function planAsGiven<T extends PlacedAuxiliary>(rasters: readonly T[], wanted: AuxiliaryKind) {
  const found = usable(rasters);
  const raster = found.find(({ kind }) => kind === wanted) ?? found[0] ?? null;
  return raster && { how: "as-given" as const, raster, terrain: null };
}

function usable<T extends PlacedAuxiliary>(rasters: readonly T[]): readonly T[] {
  return rasters.filter(({ alignment }) => alignment.verdict !== "refused");
}

/** Nothing where the bands differ: that is refused when the band is looked for. */
function mismatch(
  { name }: ModelManifest,
  wanted: AuxiliaryKind,
  { how, raster: { kind, facts } }: Omit<HeightsPlan<PlacedAuxiliary>, "notes">,
): string[] {
  const found = how === "as-given" ? kind : kind === "dsm" ? wanted : kind;
  if (found === wanted || AUXILIARY_KINDS[found].band !== AUXILIARY_KINDS[wanted].band) return [];
  return [`${name} was made for ${withArticle(wanted)}; ${facts.fileName} is ${withArticle(found)}.`];
}

/** Of no weight to a model that sees heights from the lowest to the highest. */
function unsaidUnits(
  { inputs }: Pick<ModelManifest, "inputs">,
  { how, raster, terrain }: Omit<HeightsPlan<PlacedAuxiliary>, "notes">,
): string[] {
  if (how === "as-given" && inputs.every(({ scale }) => scale.kind !== "fixed")) return [];
  return [raster, terrain].flatMap((used) => (used === null ? [] : (unsaidHeightUnit(used.facts) ?? [])));
}

function withArticle(kind: AuxiliaryKind): string {
  return `${kind === "ndsm" ? "an" : "a"} ${AUXILIARY_KINDS[kind].name}`;
}

/** @param others Models to choose from instead. */
export function missingAuxiliary(
  manifest: ModelManifest,
  optical: RasterFacts,
  others: readonly ModelManifest[],
): NadirError {
  const wanted = wantedAuxiliary(manifest) ?? "dsm";
  const models = others.filter((other) => runsWithoutAuxiliary(other) && fitsImage(optical, other));
  const names = models.map(({ name }) => name);
  const needs = wanted === "ndsm" ? "a DSM or an nDSM" : withArticle(wanted);
  const instead =
    names.length > 0
      ? `choose ${names.join(" or ")}, which ${names.length === 1 ? "works" : "work"} on the image alone`
      : "run it over flat heights as an experiment: it was never trained for that";
  return new NadirError({
    code: "wrong-bands",
    subject: optical.fileName,
    found: "The scene has an optical raster only.",
    needed: `${manifest.name} also needs ${needs} raster of the same place.`,
    next: `Add the ${AUXILIARY_KINDS[wanted].band === "height" ? "height" : AUXILIARY_KINDS[wanted].name} file to the scene, or ${instead}.`,
  });
}
