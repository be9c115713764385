/** A layer of polygons as the ground truth of a scene: burnt onto its photo's grid, then a truth raster like any other. */
import { slug } from "../../outputs/run-labels";
import { withBurntTruth } from "../../store/parcels";
import { update } from "../../store/studio-store";
import { chooseRaster } from "../scenes/describe-scene";
import { openFiles } from "../scenes/open-files";
import { notifyError, type Studio } from "../studio";

/**
 * The raster has a file of its own, made anew from the layer when a project comes back: the same polygons give the same
 * bytes.
 *
 * @param field Attribute that says the class.
 */
export async function burnTruth(studio: Studio, layerId: string, sceneId: string, field: string): Promise<void> {
  const scene = studio.store.getState().scenes.records.find((record) => record.scene.id === sceneId)?.scene;
  const source = studio.registry.parcelFiles.get(layerId);
  if (scene === undefined || source === undefined) return;
  const { rasterId: opticalId, facts } = scene.optical;
  const { files, layer } = source;
  const stem = (name: string) => slug(name.replace(/\.[^.]*$/, ""));
  const parts = [stem(facts.fileName), stem(files[0]!.name), ...(layer === null ? [] : [slug(layer)]), slug(field)];
  try {
    const fileName = `${parts.join(".")}_label.tif`;
    const { blob } = await studio.rasters.call("burnParcels", { files, layer, opticalId, field, fileName });
    await openFiles(studio, [new File([blob], fileName, { type: "image/tiff" })]);
    const raster = [...studio.registry.rasters].find(([, { file }]) => file.name === fileName);
    if (raster === undefined) return;
    update(studio.store, "parcels", (state) => withBurntTruth(state, layerId, { photo: facts.fileName, field }));
    chooseRaster(studio, sceneId, "truth", raster[0]);
  } catch (error) {
    notifyError(studio, error);
  }
}
