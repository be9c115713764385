/** Facts of each band from tags, GDAL metadata and side files. */
import { recogniseBandRoles } from "../../core/raster/band-roles";
import { integerRange } from "../../core/raster/dtype";
import type { BandFacts } from "../../core/raster/raster";
import type { BandRole } from "../../core/vocabulary/band-roles";
import type { RasterMetadata } from "../gdal-metadata";
import type { SideInformation } from "../side-files";
import type { ImageLayout } from "./image-layout";

/** Role, type, scale and nodata of each band, from all that speaks of them. */
export function describeBands(from: {
  layout: ImageLayout;
  metadata: RasterMetadata | null;
  side: SideInformation;
  extraSamples: readonly number[];
  nodata: number | null;
  fileName: string;
  hasPalette: boolean;
  heightUnit: string | null;
}): BandFacts[] {
  const { layout, metadata, side, extraSamples, nodata, fileName, hasPalette, heightUnit } = from;
  const { bandCount, dtype, bits, photometric } = layout;
  const colour =
    photometric === 2 || photometric === 6
      ? "rgb"
      : hasPalette || photometric === 3
        ? "palette"
        : photometric === 0 || photometric === 1
          ? "grey"
          : "unknown";
  const details = Array.from({ length: bandCount }, (_, band) => ({
    ...metadata?.bands.get(band),
    ...side.metadata?.bands.get(band),
  }));
  const firstExtra = bandCount - extraSamples.length;
  const stated = details.map((detail, band): BandRole | null => {
    const extra = extraSamples[band - firstExtra];
    return detail.role ?? (band >= firstExtra && (extra === 1 || extra === 2) ? "alpha" : null);
  });
  const roles = recogniseBandRoles({
    fileName,
    bandCount,
    dtype,
    colour,
    stated,
    names: details.map((detail) => detail.name ?? null),
  });
  // A sign is none of the bits that a sensor has.
  const fullBits = integerRange(dtype)?.[0] === 0 ? Math.log2(integerRange(dtype)![1] + 1) : 0;
  return details.map((detail, index) => {
    const { role, reason } = roles[index]!;
    const unit = detail.unit ?? (role === "height" ? heightUnit : null);
    return {
      index,
      dtype,
      name: detail.name ?? null,
      role,
      roleReason: reason,
      nodata: detail.nodata ?? nodata,
      scale: detail.scale ?? 1,
      offset: detail.offset ?? 0,
      ...(unit === null || unit === "" ? {} : { unit }),
      ...(bits < fullBits ? { significantBits: bits } : {}),
    };
  });
}
