/** Display tiles by what they show; ids change exactly when the pixels do, so textures can be kept under them. */
import type { GridSize } from "../../core/raster/tile-grid";
import type { SceneRecord } from "../../store/scenes";
import type { Studio } from "../studio";
import type { TileFeed } from "../working-state";

function feed(
  { working: { feeds } }: Studio,
  id: string,
  size: GridSize,
  rest: Pick<TileFeed, "format" | "load">,
): TileFeed {
  const found = feeds.get(id) ?? { id, widthPx: size.widthPx, heightPx: size.heightPx, ...rest };
  feeds.set(id, found);
  return found;
}

export function opticalFeed(studio: Studio, { scene }: SceneRecord): TileFeed {
  const opticalId = scene.optical.rasterId;
  return feed(studio, opticalId, scene.optical.facts, {
    format: "rgba",
    load: (tile, signal) => studio.rasters.call("opticalTile", { opticalId, tile }, { signal }),
  });
}

/** Null when the scene has no height raster that meets the orthophoto. */
export function reliefFeed(studio: Studio, { scene }: SceneRecord, style: "hillshade" | "ramp"): TileFeed | null {
  const { auxiliary, optical } = scene;
  if (auxiliary === null || auxiliary.alignment.verdict === "refused") {
    return null;
  }
  const ids = { opticalId: optical.rasterId, auxiliaryId: auxiliary.rasterId };
  return feed(studio, `${style}:${ids.opticalId}:${ids.auxiliaryId}`, optical.facts, {
    format: "rgba",
    load: (tile, signal) => studio.rasters.call("reliefTile", { ...ids, style, tile }, { signal }),
  });
}

/** A one-byte raster of the mask store: class ids, confidence, agreement. */
export function maskFeed(studio: Studio, maskId: string, { widthPx, heightPx }: GridSize): TileFeed {
  const size = { widthPx, heightPx };
  return feed(studio, maskId, size, {
    format: "ids",
    load: (tile, signal) => studio.rasters.call("classTile", { maskId, size, tile }, { signal }),
  });
}
