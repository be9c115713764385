/** A run as what its polygons are traced of. */
import type { MapPolygonsRequest } from "../io/map-polygons";
import type { RunToWrite } from "./run-format";
import { madeBy } from "./run-labels";

/** Heights are opened, and the ground under them is looked for, only now. */
export async function polygonRequest(run: RunToWrite, signal: AbortSignal): Promise<MapPolygonsRequest> {
  const { mask, confidence, grid, classes, labels, polygons } = run;
  const heights = (await run.heights?.()) ?? null;
  return {
    mask,
    confidence,
    heights,
    grid,
    classes,
    made: madeBy(grid, labels),
    signal,
    ...(polygons && { options: polygons }),
  };
}
