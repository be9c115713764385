/** Display tiles by what they show; ids change exactly when the pixels do, so textures can be kept under them. */
import type { GridSize, TileAddress } from "../../core/raster/tile-grid";
import type { SceneRecord } from "../../store/scenes";
import type { Studio } from "../studio";

/** Fits `TileSource` of the layers. */
export interface TileFeed extends GridSize {
  readonly id: string;
  readonly format: "rgba" | "ids";
  load(tile: TileAddress, signal: AbortSignal): Promise<Uint8Array>;
}

const feeds = new WeakMap<Studio, Map<string, TileFeed>>();

/** One object per id, so that layers see an unchanged prop while nothing changed. */
function feed(studio: Studio, id: string, size: GridSize, rest: Pick<TileFeed, "format" | "load">): TileFeed {
  let known = feeds.get(studio);
  if (known === undefined) {
    known = new Map();
    feeds.set(studio, known);
  }
  let found = known.get(id);
  if (found === undefined) {
    found = { id, widthPx: size.widthPx, heightPx: size.heightPx, ...rest };
    known.set(id, found);
  }
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
