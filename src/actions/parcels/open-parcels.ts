/** Layers of polygons come and go. */
import { NadirError } from "../../core/errors";
import { fileFingerprint } from "../../io/file-fingerprint";
import { type BurntTruth, type ParcelsState, withoutParcelLayer, withParcelLayer } from "../../store/parcels";
import { withOpening, withoutRefused, withRefused } from "../../store/scenes";
import { selectScene } from "../../store/selectors";
import { update } from "../../store/studio-store";
import type { ParcelSource } from "../registry";
import { declareResult, dropResults } from "../results/keep-results";
import { notifyError, type Studio } from "../studio";
import { setTab } from "../view/arrange";
import { burnTruth } from "./burn-truth";
import type { LayerFiles } from "./layers-among";

/** Layers lie on the shown scene; what cannot be read is said beside its name. */
export async function openParcels(studio: Studio, layers: readonly LayerFiles[]): Promise<void> {
  for (const files of layers) {
    const [{ name: fileName }] = files;
    update(studio.store, "scenes", (state) => withoutRefused(withOpening(state, [fileName]), [fileName]));
    try {
      const sha256Sampled = await fileFingerprint(files[0]);
      const wanted = studio.store
        .getState()
        .project.wantedParcels.filter((layer) => layer.name === fileName && layer.sha256Sampled === sha256Sampled);
      for (const { layer, truths } of wanted) await openAgain(studio, { files, layer, sha256Sampled }, truths);
      if (wanted.length === 0) {
        await openLayer(studio, { files, layer: null, sha256Sampled });
        setTab(studio, "parcels");
      }
    } catch (error) {
      if (error instanceof NadirError) {
        update(studio.store, "scenes", (state) => withRefused(state, [{ fileName, error: error.facts }]));
      } else notifyError(studio, error);
    } finally {
      update(studio.store, "scenes", (state) => withOpening(state, []));
    }
  }
}

/** Another layer of the same GeoPackage. */
export async function openOtherLayer(studio: Studio, layerId: string, layer: string): Promise<void> {
  const source = studio.registry.parcelFiles.get(layerId);
  if (source === undefined) return;
  try {
    await openLayer(studio, { ...source, layer });
  } catch (error) {
    notifyError(studio, error);
  }
}

/** A layer of a project, with what it was used for. */
async function openAgain(studio: Studio, source: ParcelSource, truths: readonly BurntTruth[]): Promise<void> {
  const id = await openLayer(studio, source);
  update(studio.store, "project", (state) => ({
    ...state,
    wantedParcels: state.wantedParcels.filter(
      ({ sha256Sampled, layer }) => sha256Sampled !== source.sha256Sampled || layer !== source.layer,
    ),
  }));
  for (const { photo, field } of truths) {
    const scene = studio.store
      .getState()
      .scenes.records.find((record) => record.scene.optical.facts.fileName === photo);
    if (scene !== undefined) await burnTruth(studio, id, scene.scene.id, field);
  }
}

/** @returns Its id. */
async function openLayer(studio: Studio, source: ParcelSource): Promise<string> {
  const { files, layer, sha256Sampled } = source;
  const [main] = files;
  const record = selectScene(studio.store.getState());
  if (record === null) throw noScene(main!.name);
  const opticalId = record.scene.optical.rasterId;
  const { outlines, ...read } = await studio.rasters.call("readParcels", { files, layer, opticalId });
  const id = [main!.name, sha256Sampled, ...(layer === null ? [] : [layer])].join(" ");
  studio.registry.parcelFiles.set(id, source);
  // Read anew, it may have other files beside it.
  dropLayerResults(studio, id);
  declareResult(studio, { kind: "parcel-outlines", layerId: id, opticalId }, [record.scene.id], {
    status: "ready",
    outlines,
  });
  update(studio.store, "parcels", (state) => withParcelLayer(state, { id, fileName: main!.name, truths: [], ...read }));
  return id;
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
