/** Opens a raster at an address the user typed: the only way anything is asked of another computer. */
import type { NadirErrorFacts } from "../../core/errors";
import { update } from "../../store/studio-store";
import { errorFacts, type Studio } from "../studio";
import { gridsInUse, placeOpened } from "./open-files";

/** @returns What stood in the way, or null when the raster is open. */
export async function openAddress(studio: Studio, address: string): Promise<NadirErrorFacts | null> {
  try {
    const { rasterId, ...raster } = await studio.rasters.call("openAddress", {
      address,
      grids: gridsInUse(studio),
      sessionId: studio.sessionId,
      corrections: studio.store.getState().corrections,
    });
    studio.registry.rasters.set(rasterId, raster);
    const { host } = new URL(address.trim());
    update(studio.store, "engine", (state) => ({
      ...state,
      remoteHosts: [...new Set([...state.remoteHosts, host])],
    }));
    placeOpened(studio, [rasterId]);
    return null;
  } catch (error) {
    return errorFacts(error);
  }
}
