/** Display tiles by what they show; ids change exactly when the pixels do, so textures can be kept under them. */
import type { GridSize } from "../../core/raster/tile-grid";
import type { RunResult } from "../../core/run/run-result";
import { auxiliariesOf } from "../../core/scene/scene";
import { maskInUse } from "../../store/masks-in-use";
import type { DoneRun } from "../../store/runs";
import type { SceneRecord } from "../../store/scenes";
import type { StudioState } from "../../store/studio-store";
import type { ReliefStyle } from "../../workers/raster-protocol";
import { aboveGroundRaster } from "../results/above-ground";
import { currentAboveGround } from "../results/current-results";
import type { Studio } from "../studio";
import type { TileFeed } from "../working-state";

function feed(
  { working: { feeds } }: Studio,
  id: string,
  size: GridSize,
  rest: Pick<TileFeed, "format" | "load" | "before">,
): TileFeed {
  const found = feeds.get(id) ?? { id, widthPx: size.widthPx, heightPx: size.heightPx, ...rest };
  feeds.set(id, found);
  return found;
}

/** Forgets the feeds of rasters and results that are gone; returns their ids, for whoever keeps their tiles. */
export function dropGoneFeeds(studio: Studio): string[] {
  const { feeds } = studio.working;
  const { scenes, results } = studio.store.getState();
  const kept = [...feeds.values()].filter(
    ({ id }) => id in results || scenes.records.some((record) => isOf(studio, record, id)),
  );
  // Drawn under another until its tiles come, and then no longer: what such a one was drawn over is gone already.
  const under = new Set(kept.map(({ before }) => before?.id));
  const needed = new Set(kept.flatMap(({ id, before }) => (under.has(id) ? [id] : [id, before?.id])));
  const gone = [...feeds.keys()].filter((id) => !needed.has(id));
  for (const id of gone) {
    feeds.delete(id);
  }
  return gone;
}

function isOf(studio: Studio, record: SceneRecord, feedId: string): boolean {
  const { feeds } = studio.working;
  const { optical } = record.scene;
  const styles = ["hillshade", "ramp", "above-ground", "holes"] as const;
  const current = feeds.get(photoId(record));
  // Until the new photo is asked for, and then until its tiles come, the last one stays.
  const isPhoto = feedId === optical.rasterId || feedId.startsWith(`${optical.rasterId}:`);
  if (isPhoto) return current === undefined || feedId === current.id || feedId === current.before?.id;
  const heights = [...auxiliariesOf(record.scene).map(({ rasterId }) => rasterId), aboveGroundRaster(studio, record)];
  return heights.some(
    (rasterId) => rasterId !== null && styles.some((style) => feedId === reliefId(style, optical, { rasterId })),
  );
}

interface OpenedId {
  readonly rasterId: string;
}

function reliefId(style: ReliefStyle, optical: OpenedId, auxiliary: OpenedId): string {
  return `${style}:${optical.rasterId}:${auxiliary.rasterId}`;
}

function photoId({ scene, display }: SceneRecord): string {
  const { rasterId } = scene.optical;
  return display === undefined ? rasterId : `${rasterId}:${JSON.stringify(display)}`;
}

/** The way of showing a photo that was chosen last, if another one was. */
function lastPhoto({ working: { feeds } }: Studio, opticalId: string, id: string): { before?: TileFeed } {
  const last = [...feeds.values()].findLast(
    (known) => known.id !== id && (known.id === opticalId || known.id.startsWith(`${opticalId}:`)),
  );
  if (last === undefined) return {};
  const { before: _, ...before } = last;
  return { before };
}

export function opticalFeed(studio: Studio, record: SceneRecord): TileFeed {
  const { scene, display = {} } = record;
  const opticalId = scene.optical.rasterId;
  const id = photoId(record);
  return feed(studio, id, scene.optical.facts, {
    format: "rgba",
    ...lastPhoto(studio, opticalId, id),
    load: (tile, signal) => studio.rasters.call("opticalTile", { opticalId, display, tile }, { signal }),
  });
}

/** Null when the scene has no height raster that meets the orthophoto. */
export function reliefFeed(studio: Studio, { scene }: SceneRecord, style: "hillshade" | "ramp"): TileFeed | null {
  const { auxiliary, optical } = scene;
  if (auxiliary === null || auxiliary.alignment.verdict === "refused") {
    return null;
  }
  const ids = { opticalId: optical.rasterId, auxiliaryId: auxiliary.rasterId };
  return feed(studio, reliefId(style, optical, auxiliary), optical.facts, {
    format: "rgba",
    load: (tile, signal) => studio.rasters.call("reliefTile", { ...ids, style, tile }, { signal }),
  });
}

/** Where a run's heights were missing and closed from their rim; null where none were, or the raster is gone. */
export function closedHolesFeed(
  studio: Studio,
  record: SceneRecord,
  { heightsMade }: Pick<RunResult, "heightsMade">,
): TileFeed | null {
  const { scene } = record;
  const { optical } = scene;
  const surface = auxiliariesOf(scene).find(({ facts }) => facts.fileName === heightsMade?.files[0]);
  if (heightsMade?.closedShare === undefined || surface === undefined) {
    return null;
  }
  // What a terrain model lacks is missing in the difference alone.
  const isDifference = heightsMade.how === "minus-terrain" && currentAboveGround(record) !== null;
  const auxiliaryId = (isDifference ? aboveGroundRaster(studio, record) : null) ?? surface.rasterId;
  const ids = { opticalId: optical.rasterId, auxiliaryId };
  return feed(studio, reliefId("holes", optical, { rasterId: auxiliaryId }), optical.facts, {
    format: "rgba",
    load: (tile, signal) => studio.rasters.call("reliefTile", { ...ids, style: "holes", tile }, { signal }),
  });
}

/** Null while there are no heights above the ground. */
export function aboveGroundFeed(studio: Studio, record: SceneRecord): TileFeed | null {
  const { optical } = record.scene;
  const auxiliaryId = aboveGroundRaster(studio, record);
  if (auxiliaryId === null) {
    return null;
  }
  const ids = { opticalId: optical.rasterId, auxiliaryId };
  return feed(studio, reliefId("above-ground", optical, { rasterId: auxiliaryId }), optical.facts, {
    format: "rgba",
    load: (tile, signal) => studio.rasters.call("reliefTile", { ...ids, style: "above-ground", tile }, { signal }),
  });
}

/** The mask of a finished run that counts; until its own tiles come those of what it was before are drawn. */
export function correctedFeed(studio: Studio, state: StudioState, run: DoneRun, size: GridSize): TileFeed {
  const { feeds, shownMasks } = studio.working;
  const { maskId } = maskInUse(state, run);
  const shown = shownMasks.get(run.id);
  if (shown !== undefined && feeds.get(maskId) === shown) return shown;
  const found = maskFeed(studio, maskId, size, WHOLE);
  const { before: _, ...before } = shown ?? found;
  const next = before.id === maskId ? found : { ...found, before };
  feeds.set(maskId, next);
  shownMasks.set(run.id, next);
  return next;
}

/** Revision of a mask that is complete. */
const WHOLE = Number.MAX_SAFE_INTEGER;

/**
 * A one-byte raster of the mask store: class ids, confidence, agreement.
 *
 * @param revision  Grows while rows are being added to it.
 */
export function maskFeed(studio: Studio, maskId: string, { widthPx, heightPx }: GridSize, revision = 0): TileFeed {
  const size = { widthPx, heightPx };
  const found = feed(studio, maskId, size, {
    format: "ids",
    load: (tile, signal) => studio.rasters.call("classTile", { maskId, size, tile }, { signal }),
  });
  if ((found.revision ?? 0) >= revision) {
    return found;
  }
  const grown = { ...found, revision };
  studio.working.feeds.set(maskId, grown);
  return grown;
}
