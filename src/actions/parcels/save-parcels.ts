/** Polygons with what lies in them, as files. */
import type { ParcelEnding } from "../../outputs/parcel-formats";
import { parcelTable } from "../../outputs/parcel-table";
import { exportName } from "../../outputs/run-labels";
import { formatTable } from "../../outputs/score-table";
import { findParcelResult } from "../../store/parcel-results";
import { selectRun } from "../../store/selectors";
import { save } from "../outputs/save-file";
import { notify, notifyError, type Studio } from "../studio";

/** Nothing happens until they are counted. */
export async function saveParcels(studio: Studio, layerId: string, runId: string, ending: ParcelEnding): Promise<void> {
  const state = studio.store.getState();
  const layer = state.parcels.layers.find(({ id }) => id === layerId);
  const counted = findParcelResult(state, "parcels", layerId, runId)?.state;
  const run = selectRun(state, runId);
  const source = studio.registry.parcelFiles.get(layerId);
  if (layer === undefined || counted?.status !== "ready" || run === null || source === undefined) return;
  const { files, layer: layerName } = source;
  const statistics = counted.parcels ?? [];
  const { classes } = run;
  const fileName = `${exportName(layer.fileName.replace(/\.[^.]*$/, ""), run.modelName)}${ending}`;
  try {
    if (ending === ".csv") {
      const seen = layer.properties.map((properties, index) => ({ properties, statistics: statistics[index]! }));
      save({
        fileName,
        blob: new Blob([`${formatTable(parcelTable(seen, classes), "csv")}\r\n`], { type: "text/csv" }),
      });
    } else {
      save(await studio.rasters.call("saveParcels", { files, layer: layerName, fileName, statistics, classes }));
    }
    notify(studio, "good", studio.messages.saved([fileName]));
  } catch (error) {
    notifyError(studio, error);
  }
}
