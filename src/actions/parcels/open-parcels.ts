/** Layers of polygons come and go. */
import { NadirError } from "../../core/errors";
import { fileFingerprint } from "../../io/file-fingerprint";
import { type ParcelsState, withoutParcelLayer, withParcelLayer } from "../../store/parcels";
import { withOpening, withoutRefused, withRefused } from "../../store/scenes";
import { selectScene } from "../../store/selectors";
import { update } from "../../store/studio-store";
import { declareResult, dropResults } from "../results/keep-results";
import { notifyError, type Studio } from "../studio";
import { setTab } from "../view/arrange";
import type { LayerFiles } from "./layers-among";

/** Layers lie on the shown scene; what cannot be read is said beside its name. */
export async function openParcels(studio: Studio, layers: readonly LayerFiles[]): Promise<void> {
  for (const files of layers) {
    const [{ name: fileName }] = files;
    update(studio.store, "scenes", (state) => withoutRefused(withOpening(state, [fileName]), [fileName]));
    try {
      await openLayer(studio, files);
      setTab(studio, "parcels");
    } catch (error) {
      if (error instanceof NadirError) {
        update(studio.store, "scenes", (state) => withRefused(state, [{ fileName, error: error.facts }]));
      } else notifyError(studio, error);
    } finally {
      update(studio.store, "scenes", (state) => withOpening(state, []));
    }
  }
}

async function openLayer(studio: Studio, files: LayerFiles): Promise<void> {
  const [main] = files;
  const record = selectScene(studio.store.getState());
  if (record === null) throw noScene(main.name);
  const opticalId = record.scene.optical.rasterId;
  const { outlines, ...read } = await studio.rasters.call("readParcels", { files, opticalId });
  const id = `${main.name} ${await fileFingerprint(main)}`;
  studio.registry.parcelFiles.set(id, files);
  // Read anew, it may have other files beside it.
  dropLayerResults(studio, id);
  declareResult(studio, { kind: "parcel-outlines", layerId: id, opticalId }, [record.scene.id], {
    status: "ready",
    outlines,
  });
  update(studio.store, "parcels", (state) => withParcelLayer(state, { id, fileName: main.name, ...read }));
}

/** With what was counted in it. */
export function removeParcels(studio: Studio, layerId: string): void {
  update(studio.store, "parcels", (state) => withoutParcelLayer(state, layerId));
  dropLayerResults(studio, layerId);
  studio.registry.parcelFiles.delete(layerId);
  const { parcels, workspace } = studio.store.getState();
  if (parcels.layers.length === 0 && workspace.tab === "parcels") setTab(studio, "areas");
}

export function changeParcels(studio: Studio, change: Partial<ParcelsState>): void {
  update(studio.store, "parcels", (state) => ({ ...state, ...change }));
}

function dropLayerResults(studio: Studio, layerId: string): void {
  const { results } = studio.store.getState();
  const own = Object.values(results).filter(({ of }) => "layerId" in of && of.layerId === layerId);
  dropResults(
    studio,
    own.map(({ id }) => id),
  );
}

function noScene(subject: string): NadirError {
  return new NadirError({
    code: "bad-vector",
    subject,
    found: "Polygons, and no photo that they could lie on.",
    needed: "What lies in polygons is counted on the map of a photo.",
    next: "Open the photo, then the polygons.",
  });
}
