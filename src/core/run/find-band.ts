/** Which band of a scene feeds which channel of a model; what is not there is refused in words, never guessed. */
import { NadirError } from "../errors";
import type { ModelInput, ModelManifest } from "../manifest/manifest";
import type { BandFacts, RasterFacts } from "../raster/raster";
import {
  AUXILIARY_BANDS,
  type AuxiliaryBand,
  BAND_ROLES,
  type BandName,
  type BandRole,
  isAuxiliaryBand,
  isOpticalBand,
} from "../vocabulary/band-roles";

/**
 * What the channels of an input show of this image: the input's bands, or one of its other combinations where the image
 * lacks one of them and has all of that.
 *
 * @param notes Gets a sentence for another combination.
 */
export function bandsOf(input: ModelInput, optical: RasterFacts, notes: string[] = []): readonly BandName[] {
  const isThere = (bands: readonly BandName[]) =>
    bands.every((name) => isAuxiliaryBand(name) || optical.bands.some(({ role }) => role === name));
  const other = isThere(input.bands) ? undefined : input.otherBands?.find(isThere);
  if (other === undefined) return input.bands;
  notes.push(
    `${optical.fileName} shows ${nameAll(other)}, which this model takes in place of ${nameAll(input.bands)}.`,
  );
  return other;
}

/**
 * The band of that role. Only an image that names none of its bands is taken in file order, with a note.
 *
 * @param notes Gets a sentence for everything that was assumed.
 * @throws {NadirError} `wrong-bands` when there is no such band.
 */
export function findBand(facts: RasterFacts, name: BandName, manifest: ModelManifest, notes: string[]): BandFacts {
  const byRole = facts.bands.find((band) => band.role === name);
  if (byRole !== undefined) {
    if (byRole.roleReason.startsWith("assumed")) {
      notes.push(`${facts.fileName} does not say which band is which: file order was taken as ${listRoles(facts)}.`);
    }
    return byRole;
  }
  if (isAuxiliaryBand(name)) return findAuxiliaryBand(facts, name, manifest);
  const wanted = manifest.inputs.flatMap((input) => input.bands).filter((band) => !isAuxiliaryBand(band));
  const candidates = facts.bands.filter((band) => band.role !== "alpha");
  if (!candidates.some((band) => isOpticalBand(band.role)) && candidates.length >= wanted.length) {
    notes.push(
      `${facts.fileName} does not say which band is which: its first ${wanted.length} bands were taken as ${wanted.join(", ")}.`,
    );
    return candidates[wanted.indexOf(name)]!;
  }
  throw new NadirError({
    code: "wrong-bands",
    subject: facts.fileName,
    found: `Its bands are ${listRoles(facts)}.`,
    needed: `${manifest.name} needs ${nameAll(wanted)}; there is no ${BAND_ROLES[name].name} band.`,
    next: "Set the band roles in the scene list, or choose a model made for these bands.",
  });
}

/** One auxiliary band never stands in for another: no heights for SAR, no SAR for heights. */
function findAuxiliaryBand(facts: RasterFacts, name: AuxiliaryBand, manifest: ModelManifest): BandFacts {
  const first = facts.bands[0];
  if (first !== undefined && !isAuxiliaryBand(first.role)) return first;
  throw new NadirError({
    code: "wrong-bands",
    subject: facts.fileName,
    found: first === undefined ? "It holds no band." : AUXILIARY_BANDS[first.role as AuxiliaryBand].found,
    needed: `${manifest.name} needs ${AUXILIARY_BANDS[name].needed} beside the image.`,
    next: "Set what the file is in the scene list, or choose a model made for it.",
  });
}

/** Whether the image has every band of its own that the model reads. */
export function fitsImage(facts: RasterFacts, manifest: ModelManifest): boolean {
  const names = manifest.inputs.flatMap((input) => bandsOf(input, facts)).filter((name) => !isAuxiliaryBand(name));
  try {
    for (const name of names) findBand(facts, name, manifest, []);
    return true;
  } catch (error) {
    if (!(error instanceof NadirError)) throw error;
    return false;
  }
}

/** "near infrared, red, green". */
function listRoles(facts: RasterFacts): string {
  return nameAll(facts.bands.map(({ role }) => role));
}

function nameAll(roles: readonly BandRole[]): string {
  return roles.map((role) => BAND_ROLES[role].name).join(", ");
}
