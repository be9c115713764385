/** The system that a file names by its EPSG code. */
import type { Crs } from "../../core/georef/crs";
import { badVector } from "../../core/vector/vector-layer";
import { crsOfEpsg } from "../crs-definition";

/** @throws {NadirError} `bad-vector` when it is none that is known here. */
export async function knownCrs(epsg: number, fileName: string): Promise<Crs> {
  const crs = await crsOfEpsg(epsg);
  if (crs === null) {
    throw badVector(
      fileName,
      `Its coordinate system, EPSG:${epsg}, is not known here.`,
      "Save the layer in the map's coordinate system and try again.",
    );
  }
  return crs;
}
