/** Which part of a scene a raster plays, judged by its bands and its name, with the reason in words. */
import { looksLikeLabels, looksLikeSar } from "../raster/band-roles";
import type { AuxiliaryKind, RasterFacts } from "../raster/raster";
import { parseSceneFileName } from "./scene-file-name";

export type RasterPart =
  | { readonly part: "optical"; readonly reason: string }
  | { readonly part: "auxiliary"; readonly kind: AuxiliaryKind; readonly reason: string }
  | { readonly part: "truth"; readonly boundaryEroded: boolean; readonly reason: string };

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
  if (role === "sar" || name.part === "sar" || (looksLikeSar(fileName) && colourBands < 3)) {
    return { part: "auxiliary", kind: "sar", reason: "file name says SAR" };
  }
  if (colourBands === 1) {
    if (role === "class") return { part: "truth", boundaryEroded: name.boundaryEroded, reason: "palette raster" };
    if (role === "height") {
      return { part: "auxiliary", ...heightKind(fileName), reason: bands[0]!.roleReason };
    }
    if (name.part === "height") return { part: "auxiliary", ...heightKind(fileName), reason: "file name says heights" };
  }
  return { part: "optical", reason: colourBands >= 3 ? `${colourBands} bands` : "single grey band" };
}

/** DSM, nDSM or DEM, by name; a DSM when the name does not say. */
export function heightKind(fileName: string): { readonly kind: AuxiliaryKind } {
  const name = fileName.toLowerCase();
  if (/ndsm|ndhm|normali[sz]ed|chm|hag|mnh|height_above/.test(name)) return { kind: "ndsm" };
  if (/(^|[^a-z])(dem|dtm|mnt)([^a-z]|$)/.test(name)) return { kind: "dem" };
  return { kind: "dsm" };
}
