/** Which band of a scene feeds which channel of a model; what is not there is refused in words, never guessed. */
import { NadirError } from "../errors";
import type { BandName, ModelManifest } from "../manifest/manifest";
import type { BandFacts, BandRole, RasterFacts } from "../raster/raster";

const COLOURS: readonly BandRole[] = ["red", "green", "blue", "nir"];

export const ROLE_NAMES: Readonly<Record<BandRole, string>> = {
  red: "red",
  green: "green",
  blue: "blue",
  nir: "near infrared",
  alpha: "alpha",
  grey: "grey",
  height: "height",
  sar: "SAR",
  class: "class",
  unknown: "unknown",
};

export function isAuxiliaryBand(name: BandName): boolean {
  return name === "height" || name === "sar";
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
  if (!candidates.some((band) => COLOURS.includes(band.role)) && candidates.length >= wanted.length) {
    notes.push(
      `${facts.fileName} does not say which band is which: its first ${wanted.length} bands were taken as ${wanted.join(", ")}.`,
    );
    return candidates[wanted.indexOf(name)]!;
  }
  throw new NadirError({
    code: "wrong-bands",
    subject: facts.fileName,
    found: `Its bands are ${listRoles(facts)}.`,
    needed: `${manifest.name} needs ${wanted.map((band) => ROLE_NAMES[band]).join(", ")}; there is no ${ROLE_NAMES[name]} band.`,
    next: "Set the band roles in the scene list, or choose a model made for these bands.",
  });
}

/** Heights never stand in for SAR, nor SAR for heights. */
function findAuxiliaryBand(facts: RasterFacts, name: BandName, manifest: ModelManifest): BandFacts {
  const other: BandRole = name === "sar" ? "height" : "sar";
  const first = facts.bands[0];
  if (first !== undefined && first.role !== other) return first;
  throw new NadirError({
    code: "wrong-bands",
    subject: facts.fileName,
    found: name === "sar" ? "It holds heights." : "It is a SAR image.",
    needed: `${manifest.name} needs ${name === "sar" ? "a SAR image" : "a height raster"} beside the image.`,
    next: "Set what the file is in the scene list, or choose a model made for it.",
  });
}

export function missingAuxiliary(manifest: ModelManifest, optical: RasterFacts): NadirError {
  const kind = manifest.inputs.find((input) => input.role !== "optical")?.kind ?? "height raster";
  return new NadirError({
    code: "wrong-bands",
    subject: optical.fileName,
    found: "The scene has an optical raster only.",
    needed: `${manifest.name} also needs a ${kind.toUpperCase()} raster of the same place.`,
    next: "Add the height file to the scene, or choose a model that needs the image alone.",
  });
}

/** "near infrared, red, green". */
export function listRoles(facts: RasterFacts): string {
  return facts.bands.map(({ role }) => ROLE_NAMES[role]).join(", ");
}
