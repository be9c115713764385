/** What the raster worker has open, by id. */
import { loadOnce } from "../../core/load-once";
import { hideValues } from "../../core/raster/hide-values";
import type { RasterSource } from "../../core/raster/raster";
import type { BandStatistics } from "../../core/raster/statistics";
import type { PhotoDisplay } from "../../core/view/photo-display";
import { chooseStretch, type DisplayStretch } from "../../io/display-stretch";
import type { Masks } from "../../io/open-masks";
import { bandStatistics } from "../../io/raster-statistics";
import type { RasterFile } from "../../io/remote-file";
import { heightBandOf } from "../../io/sample-heights";
import { OpticalTiles } from "../optical-tiles";
import type { OpenedRaster, RasterHandlers, SceneIds } from "../raster-protocol";
import { ABOVE_GROUND_RANGE, type ReliefScene } from "../relief-tiles";
import type { TileTraffic } from "../tile-traffic";
import { type MeasuredRelief, measureRelief, placeRelief } from "./place-relief";

/** What the calls of the raster worker share. */
export interface RasterWorker {
  readonly rasters: OpenedRasters;
  /** Where results are kept; the engine writes into the same. */
  readonly masks: Masks;
  readonly traffic: TileTraffic;
}

/** The calls of one topic. */
export type Calls<Name extends keyof RasterHandlers> = Pick<RasterHandlers, Name>;

/** A file, open for reading. */
export interface OpenSource {
  readonly file: RasterFile;
  readonly sideFiles: readonly File[];
  readonly folder: string;
  readonly sha256Sampled: string;
  readonly source: RasterSource;
}

interface OpenedRasterState extends OpenSource {
  /** Of the height band, over the whole raster; one read for all the photos that it lies under. */
  readonly heights: () => Promise<BandStatistics>;
  readonly stretch: (display: PhotoDisplay) => Promise<DisplayStretch>;
  readonly tiles: (display: PhotoDisplay) => Promise<OpticalTiles>;
}

/** What is made for a display, made once for the newest one. */
function latest<T>(make: (display: PhotoDisplay) => Promise<T>): (display: PhotoDisplay) => Promise<T> {
  let kept: { readonly key: string; readonly load: () => Promise<T> } | null = null;
  return (display) => {
    const key = JSON.stringify(display);
    if (kept?.key !== key) kept = { key, load: loadOnce(() => make(display)) };
    return kept.load();
  };
}

/** Opened rasters with what was measured of them, and the heights above the ground that were made of them. */
export class OpenedRasters {
  readonly #states = new Map<string, OpenedRasterState>();
  /** Heights above the ground, over the sources of opened rasters. */
  readonly #derived = new Map<string, RasterSource>();
  readonly #reliefs = new Map<string, Promise<MeasuredRelief>>();
  readonly #traffic: TileTraffic;
  #lastId = 0;

  constructor(traffic: TileTraffic) {
    this.#traffic = traffic;
  }

  /** @throws AbortError when it was closed. */
  find(rasterId: string): OpenedRasterState {
    const state = this.#states.get(rasterId);
    if (state === undefined) {
      throw new DOMException(`raster ${rasterId} was closed`, "AbortError");
    }
    return state;
  }

  /** A raster that was opened, or heights above the ground. @throws AbortError when it was closed. */
  heights(id: string): RasterSource {
    return this.#derived.get(id) ?? this.find(id).source;
  }

  /** Under a new id. */
  keep(opened: OpenSource, sessionId: string): OpenedRaster {
    const rasterId = `raster-${sessionId}-${++this.#lastId}`;
    this.put(rasterId, opened);
    const { source, folder, ...rest } = opened;
    return { rasterId, facts: folder === "" ? source.facts : { ...source.facts, folder }, ...rest };
  }

  /** Under an id that was given out before. */
  put(rasterId: string, opened: OpenSource): void {
    const { source } = opened;
    const stretch = latest((display) => chooseStretch(source, display));
    this.#states.set(rasterId, {
      ...opened,
      heights: loadOnce(() => bandStatistics(this.#traffic.yielding(source), heightBandOf(source.facts).index)),
      stretch,
      tiles: latest(async (display) => new OpticalTiles(source, await stretch(display))),
    });
  }

  /** Numbers up to this one were given out by a worker that ended: none is given twice. */
  skipNumbers(lastNumber: number): void {
    this.#lastId = Math.max(this.#lastId, lastNumber);
  }

  /** Heights above the ground, under an id of the caller's. */
  derive(id: string, heights: RasterSource): void {
    this.#derived.set(id, heights);
  }

  /** With all that was made of it. */
  close(rasterId: string): void {
    this.#states.get(rasterId)?.source.close();
    this.#states.delete(rasterId);
    this.#derived.delete(rasterId);
    for (const key of this.#reliefs.keys()) {
      if (key.split(":").includes(rasterId)) {
        this.#reliefs.delete(key);
      }
    }
  }

  /** Heights under an orthophoto, measured once. @throws {NadirError} `no-overlap`, as `placeRelief`. */
  relief({ opticalId, auxiliaryId }: SceneIds): Promise<MeasuredRelief> {
    const key = `${opticalId}:${auxiliaryId}`;
    let scene = this.#reliefs.get(key);
    if (scene === undefined && auxiliaryId !== null) {
      scene = measureRelief(this.find(opticalId).source, this.find(auxiliaryId));
      scene.catch(() => this.#reliefs.delete(key));
      this.#reliefs.set(key, scene);
    }
    if (scene === undefined) {
      throw new RangeError("a relief needs a height raster");
    }
    return scene;
  }

  /** Heights, given or above the ground, with nothing closed yet: what nobody declared as missing is missing too. */
  async asNetworksSee(ids: SceneIds): Promise<ReliefScene> {
    const { opticalId, auxiliaryId } = ids;
    if (auxiliaryId !== null && this.#derived.has(auxiliaryId)) return this.aboveGroundRelief(opticalId, auxiliaryId);
    const relief = await this.relief(ids);
    return { ...relief, heights: hideValues(relief.heights, relief.range.statistics.leftOut) };
  }

  /** Heights above the ground under an orthophoto; their ramp is the same in every scene. */
  aboveGroundRelief(opticalId: string, id: string): ReliefScene {
    return { ...placeRelief(this.find(opticalId).source, this.heights(id)), range: ABOVE_GROUND_RANGE };
  }
}
