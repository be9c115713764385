/** What the panes show: tiles, the pixel under the pointer, what a model sees. */
import { seeInputs } from "../../inference/see-inputs";
import { aboveGround, findHeightBase } from "../../io/above-ground";
import type { Masks } from "../../io/open-masks";
import { bandStatistics } from "../../io/raster-statistics";
import { classTile } from "../class-tiles";
import type { RasterHandlers, SceneIds } from "../raster-protocol";
import { holesTile, reliefTile } from "../relief-tiles";
import { withTransfer } from "../rpc";
import { floodPhoto } from "./flood-photo";
import type { Calls, OpenedRasters, RasterWorker } from "./opened-rasters";
import { heightAt, placeRelief } from "./place-relief";

/** Calls that answer a pane's questions. */
export function viewHandlers({
  rasters,
  masks,
  traffic,
}: RasterWorker): Calls<
  | "seeInputs"
  | "opticalDisplay"
  | "makeAboveGround"
  | "heightRange"
  | "opticalTile"
  | "floodPhoto"
  | "reliefTile"
  | "classTile"
  | "probe"
> {
  return {
    async seeInputs({ manifest, opticalId, auxiliaryId }, { signal }) {
      const optical = traffic.yielding(rasters.find(opticalId).source);
      const second = auxiliaryId === null ? null : rasters.heights(auxiliaryId);
      const auxiliary = second && { source: traffic.yielding(second), mapping: placeRelief(optical, second).mapping };
      return seeInputs(manifest, { optical, auxiliary, measureBand: bandStatistics, signal });
    },

    async opticalDisplay({ opticalId, display }) {
      const { shown, low, high } = await rasters.find(opticalId).stretch(display);
      return { shown, low, high };
    },

    async makeAboveGround({ id, surfaceId, terrainId }, { signal }) {
      const surface = traffic.yielding(rasters.find(surfaceId).source);
      const terrain = terrainId === null ? null : traffic.yielding(rasters.find(terrainId).source);
      const base = await findHeightBase(surface, terrain, signal);
      const ground = terrainId === null ? null : rasters.find(terrainId).source;
      rasters.derive(id, aboveGround(rasters.find(surfaceId).source, ground, base));
      return base;
    },

    async heightRange(ids) {
      return (await rasters.relief(ids)).range;
    },

    async opticalTile({ opticalId, display = {}, tile }, { signal }) {
      return traffic.during(async () => (await rasters.find(opticalId).tiles(display)).tile(tile, signal));
    },

    floodPhoto: (request, { signal }) => traffic.during(() => floodPhoto(rasters, request, signal)),

    async reliefTile(request, { signal }) {
      const bytes = await styledTile(rasters, request, signal);
      return withTransfer(bytes, [bytes.buffer]);
    },

    async classTile({ maskId, size, tile }, { signal }) {
      const bytes = await classTile(await masks.reader(maskId, size), tile, signal);
      return withTransfer(bytes, [bytes.buffer]);
    },

    probe: (request) => probe(rasters, masks, request),
  };
}

async function styledTile(
  rasters: OpenedRasters,
  { style, tile, ...ids }: Parameters<RasterHandlers["reliefTile"]>[0],
  signal: AbortSignal,
) {
  if (style === "above-ground" && ids.auxiliaryId !== null) {
    return reliefTile(rasters.aboveGroundRelief(ids.opticalId, ids.auxiliaryId), tile, "ramp", signal);
  }
  return style === "holes"
    ? holesTile(await rasters.asNetworksSee(ids), tile, signal)
    : reliefTile(await rasters.relief(ids), tile, style === "hillshade" ? style : "ramp", signal);
}

/** Every raster's value at one pixel of the photo. */
async function probe(
  rasters: OpenedRasters,
  masks: Masks,
  { opticalId, auxiliaryId, aboveGroundId = null, col, row, maskIds }: Parameters<RasterHandlers["probe"]>[0],
) {
  const rect = { col, row, widthPx: 1, heightPx: 1 };
  const optical = rasters.find(opticalId).source;
  const read = await optical.read({ rect, bands: optical.facts.bands.map(({ index }) => index) });
  const bytes = await Promise.all(
    maskIds.map(async (maskId) => (await (await masks.reader(maskId, optical.facts)).read(rect))[0] ?? 255),
  );
  return {
    optical: read.bands.map((band) => band[0] ?? Number.NaN),
    height: await heightAtPixel(rasters, { opticalId, auxiliaryId }, col, row),
    aboveGround: await heightAtPixel(rasters, { opticalId, auxiliaryId: aboveGroundId }, col, row),
    bytes,
  };
}

async function heightAtPixel(rasters: OpenedRasters, { opticalId, auxiliaryId }: SceneIds, col: number, row: number) {
  return auxiliaryId === null
    ? null
    : heightAt(placeRelief(rasters.find(opticalId).source, rasters.heights(auxiliaryId)), col, row);
}
