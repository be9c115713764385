/** Which part of a scene a raster plays, judged by its bands and its name, with the reason in words. */
import { auxiliaryBandByName, looksLikeLabels } from "../raster/band-roles";
import type { RasterFacts } from "../raster/raster";
import { AUXILIARY_KINDS, type AuxiliaryKind, kindOfBand } from "../vocabulary/auxiliary-kinds";
import { AUXILIARY_BAND_IDS, AUXILIARY_BANDS, type AuxiliaryBand } from "../vocabulary/band-roles";
import { isLabelFolder, lastFolder, parseSceneFileName } from "./scene-file-name";

export type RasterPart =
  | { readonly part: "optical"; readonly reason: string }
  | { readonly part: "auxiliary"; readonly kind: AuxiliaryKind; readonly reason: string }
  | { readonly part: "truth"; readonly boundaryEroded: boolean; readonly reason: string };

/** What part a raster plays in a scene, with the reason in words; what the user said comes first. */
export function recogniseRasterPart(facts: RasterFacts): RasterPart {
  const { fileName, bands, use } = facts;
  const name = parseSceneFileName(fileName);
  if (use === "optical") return { part: "optical", reason: "set by you" };
  if (use === "truth") return { part: "truth", boundaryEroded: name.boundaryEroded, reason: "set by you" };
  if (use !== undefined) return { part: "auxiliary", kind: use, reason: "set by you" };
  const role = bands[0]?.role;
  const colourBands = bands.filter(({ role: band }) => band !== "alpha").length;
  if (name.part === "truth" || looksLikeLabels(fileName)) {
    return { part: "truth", boundaryEroded: name.boundaryEroded, reason: "file name says labels" };
  }
  if (facts.labelColours !== undefined) {
    const reason = `all its colours are class colours of ${facts.labelColours}`;
    return { part: "truth", boundaryEroded: name.boundaryEroded, reason };
  }
  const isSingle = colourBands === 1;
  const holds = (band: AuxiliaryBand) =>
    AUXILIARY_BANDS[band].inBands === "all"
      ? role === band || name.part === band || (colourBands < 3 && auxiliaryBandByName(fileName) === band)
      : isSingle && (role === band || (name.part === band && role !== "class"));
  const band = AUXILIARY_BAND_IDS.find(holds);
  if (band !== undefined) {
    // Where the name says nothing of heights its folder may: ndsm/tile_1.tif.
    const kind = kindOfBand(band, name.part === null ? `${lastFolder(facts.folder ?? "")} ${fileName}` : fileName);
    const said = `file name says ${AUXILIARY_KINDS[kind].name}`;
    return { part: "auxiliary", kind, reason: role === band ? bands[0]!.roleReason : said };
  }
  if (isSingle && role === "class") {
    return { part: "truth", boundaryEroded: name.boundaryEroded, reason: "palette raster" };
  }
  if (isSingle && name.part === null && isLabelFolder(facts.folder ?? "")) {
    const reason = `its folder ${facts.folder} says labels`;
    return { part: "truth", boundaryEroded: name.boundaryEroded, reason };
  }
  return { part: "optical", reason: colourBands >= 3 ? `${colourBands} bands` : "single grey band" };
}
