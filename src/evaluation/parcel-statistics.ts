/** How much of each class lies in each polygon: pixels count by the part of them that is covered. */
import type { RowPixelArea } from "../core/georef/pixel-area";
import { coverRows, type PixelRing, pixelBounds } from "../core/polygons/pixel-coverage";
import { rowBands } from "../core/raster/row-bands";
import { NODATA_CLASS_ID } from "../core/run/run-settings";
import type { MaskReader } from "../io/mask-store";

export interface ParcelStatistics {
  /** Area of each class inside, by its id, in the unit of the pixel areas. */
  readonly areas: ReadonlyMap<number, number>;
  /** Of the parcel as far as the raster reaches, with and without a class. */
  readonly seenArea: number;
}

/**
 * @param parts   Polygons in pixels, each with its outline first (`ringsInPixels`).
 * @param areaOf  Area of a pixel of a row.
 */
export async function parcelStatistics(
  mask: MaskReader,
  parts: readonly (readonly PixelRing[])[],
  areaOf: RowPixelArea,
  signal: AbortSignal,
): Promise<ParcelStatistics> {
  const areas = new Map<number, number>();
  let seenArea = 0;
  for (const rings of parts) {
    const bounds = pixelBounds(rings, mask);
    if (bounds === null) continue;
    for (const band of rowBands(bounds, signal)) {
      const ids = await mask.read(band);
      coverRows(rings, band, ({ row, coverage }) => {
        const pixelArea = areaOf(row);
        const start = (row - band.row) * band.widthPx;
        for (const [at, part] of coverage.entries()) {
          if (part === 0) continue;
          const id = ids[start + at]!;
          seenArea += part * pixelArea;
          if (id !== NODATA_CLASS_ID) areas.set(id, (areas.get(id) ?? 0) + part * pixelArea);
        }
      });
    }
  }
  return { areas, seenArea };
}
