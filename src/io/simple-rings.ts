/** Outlines of a map's patches with fewer corners: which corners there are is read once, before the patches are traced. */
import type { CancelSignal } from "../core/cancel";
import { type BoundaryCorners, findBoundaryCorners } from "../core/polygons/boundary-corners";
import { simplifyOutline } from "../core/polygons/simplify-outline";
import type { TracedPolygon } from "../core/polygons/trace-polygons";
import { rowBands } from "../core/raster/row-bands";
import type { GridSize } from "../core/raster/tile-grid";
import type { MaskReader } from "./mask-store";

interface ReadMap {
  readonly mask: Pick<MaskReader, "read">;
  readonly grid: GridSize;
  readonly signal?: CancelSignal;
}

export async function readCorners({ mask, grid, signal }: ReadMap): Promise<BoundaryCorners> {
  const { widthPx, heightPx } = grid;
  const corners = findBoundaryCorners(widthPx, heightPx);
  for await (const rect of rowBands(grid, signal)) {
    const ids = await mask.read(rect);
    for (let at = 0; at < ids.length; at += widthPx) corners.pushRow(ids.subarray(at, at + widthPx));
  }
  corners.finish();
  return corners;
}

/** All rings of a patch. */
export function simplifyRings(
  { rings, marks }: TracedPolygon,
  tolerancePx: number,
  corners: BoundaryCorners,
): number[][] {
  return rings.map((ring, at) => simplifyOutline(ring, marks[at]!, tolerancePx, corners));
}
