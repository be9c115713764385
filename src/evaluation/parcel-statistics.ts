/** What lies in each polygon: pixels count by the part of them that is covered, patches whole. */
import type { RowPixelArea } from "../core/georef/pixel-area";
import { letMessagesIn } from "../core/let-messages-in";
import { coverRows, type PixelRing, pixelBounds } from "../core/polygons/pixel-coverage";
import { rowBands } from "../core/raster/row-bands";
import { NODATA_CLASS_ID } from "../core/run/run-settings";
import type { MaskReader } from "../io/mask-store";
import { countObjects, type ObjectCounts } from "./count-objects";
import type { HeightsOnGrid } from "./heights-on-grid";
import type { PlacedPolygons } from "./place-polygons";

export interface ParcelStatistics {
  /** Area of each class inside, by its id, in the unit of the pixel areas. */
  readonly areas: ReadonlyMap<number, number>;
  /** Of the parcel as far as the raster reaches, with and without a class. */
  readonly seenArea: number;
  /** Mean of the heights that are known; null without heights, or where none is known. */
  readonly meanHeight: number | null;
  readonly objects: ObjectCounts;
}

/** @param heights On the map's grid; null for none. */
export async function measureParcels(
  mask: MaskReader,
  { parts, areaOf }: PlacedPolygons,
  heights: HeightsOnGrid | null,
  signal: AbortSignal,
): Promise<readonly ParcelStatistics[]> {
  const objects = await countObjects(mask, parts, signal);
  const measured: ParcelStatistics[] = [];
  for (const [index, own] of parts.entries()) {
    measured.push({ ...(await measureParcel(mask, own, areaOf, heights, signal)), objects: objects[index]! });
    await letMessagesIn();
  }
  return measured;
}

async function measureParcel(
  mask: MaskReader,
  parts: readonly (readonly PixelRing[])[],
  areaOf: RowPixelArea,
  heights: HeightsOnGrid | null,
  signal: AbortSignal,
): Promise<Omit<ParcelStatistics, "objects">> {
  const areas = new Map<number, number>();
  let [seenArea, knownArea, heightSum] = [0, 0, 0];
  for (const rings of parts) {
    const bounds = pixelBounds(rings, mask);
    if (bounds === null) continue;
    for await (const band of rowBands(bounds, signal)) {
      const ids = await mask.read(band);
      const metres = await heights?.read(band);
      coverRows(rings, band, ({ row, coverage }) => {
        const pixelArea = areaOf(row);
        const start = (row - band.row) * band.widthPx;
        for (const [at, part] of coverage.entries()) {
          if (part === 0) continue;
          const id = ids[start + at]!;
          const area = part * pixelArea;
          seenArea += area;
          if (id !== NODATA_CLASS_ID) areas.set(id, (areas.get(id) ?? 0) + area);
          const height = metres?.[start + at] ?? Number.NaN;
          if (Number.isNaN(height)) continue;
          knownArea += area;
          heightSum += area * height;
        }
      });
    }
  }
  return { areas, seenArea, meanHeight: knownArea === 0 ? null : heightSum / knownArea };
}
