/** What a run reads of a scene, in one line: two runs over equal lines saw equal pixels in equal channels. */

import type { RasterFacts } from "../raster/raster";
import { BAND_ROLES } from "../vocabulary/band-roles";
import type { Scene } from "./scene";

/** "a.tif: near infrared, red, green; b.tif: height, nodata −9999". */
export function describeInputs({ optical, auxiliary }: Scene): string {
  return [optical, ...(auxiliary === null ? [] : [auxiliary])].map(({ facts }) => describeRaster(facts)).join("; ");
}

function describeRaster({ fileName, bands }: RasterFacts): string {
  const parts = bands.map(
    ({ role, nodata }) => `${BAND_ROLES[role].name}${nodata === null ? "" : ` (nodata ${nodata})`}`,
  );
  return `${fileName}: ${parts.join(", ")}`;
}
