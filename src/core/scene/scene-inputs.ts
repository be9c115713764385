/** What a run reads of a scene, in one line: two runs over equal lines saw equal pixels in equal channels. */

import type { ModelManifest } from "../manifest/manifest";
import type { RasterFacts } from "../raster/raster";
import { findHeights } from "../run/plan-heights";
import { BAND_ROLES } from "../vocabulary/band-roles";
import { auxiliariesOf, type Scene } from "./scene";

/** "a.tif: near infrared, red, green; b.tif: height, nodata −9999". */
export function describeInputs(scene: Scene, manifest: ModelManifest): string {
  const plan = findHeights(manifest, auxiliariesOf(scene));
  const rasters = [scene.optical, plan?.raster, plan?.terrain].filter((raster) => raster != null);
  return rasters.map(({ facts }) => describeRaster(facts)).join("; ");
}

function describeRaster({ fileName, bands }: RasterFacts): string {
  const parts = bands.map(
    ({ role, nodata }) => `${BAND_ROLES[role].name}${nodata === null ? "" : ` (nodata ${nodata})`}`,
  );
  return `${fileName}: ${parts.join(", ")}`;
}
