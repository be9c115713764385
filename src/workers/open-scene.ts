/** The rasters of a request, opened where the engine is, and laid on the grid of the photo. */
import type { Keep } from "../core/closing";
import { NadirError } from "../core/errors";
import { planPixelMapping } from "../core/georef/grid-relation";
import { mapPixel } from "../core/georef/pixel-mapping";
import type { RasterFacts, RasterSource } from "../core/raster/raster";
import type { AuxiliaryInput } from "../inference/strip-geometry";
import { aboveGround } from "../io/above-ground";
import { openRaster } from "../io/open-raster";
import { createReprojection } from "../io/reproject";
import type { SceneRequest, SecondRaster } from "./engine-protocol";

export interface OpenedScene {
  readonly optical: RasterSource;
  readonly auxiliary: AuxiliaryInput | null;
}

/** @throws {NadirError} `no-overlap` when it cannot be said where one raster lies on the other. */
export async function openScene(
  request: Pick<SceneRequest, "optical" | "auxiliary">,
  keep: Keep,
): Promise<OpenedScene> {
  const optical = keep(await openRaster(request.optical));
  const second = request.auxiliary === null ? null : await openSecond(request.auxiliary, keep);
  return { optical, auxiliary: second && onOpticalGrid(optical.facts, second) };
}

async function openSecond({ terrain, base, ...raster }: SecondRaster, keep: Keep): Promise<RasterSource> {
  const source = keep(await openRaster(raster));
  return base === undefined
    ? source
    : aboveGround(source, terrain === undefined ? null : keep(await openRaster(terrain)), base);
}

function onOpticalGrid(optical: RasterFacts, source: RasterSource): AuxiliaryInput {
  const mapping = planPixelMapping(optical, source.facts, createReprojection(optical.crs, source.facts.crs));
  if (mapping === null) {
    throw new NadirError({
      code: "no-overlap",
      subject: source.facts.fileName,
      found: `It cannot be placed on ${optical.fileName}: their coordinate systems differ and one is not understood.`,
      needed: "Both must be in known coordinate systems, or in the same one.",
      next: "Reproject one of them (gdalwarp -t_srs), or give both files their CRS.",
    });
  }
  return { source, mapping: ([col, row]) => mapPixel(mapping, col, row) };
}
