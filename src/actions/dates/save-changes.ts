/** What changed between two dates as files, the same as `nadir changes` writes of the two exported maps. */
import { withFileColours } from "../../core/labels/class-colours";
import { type MapChanges, pairClasses } from "../../core/metrics/map-changes";
import { changeLabels, changeTables } from "../../outputs/change-tables";
import { exportName } from "../../outputs/run-labels";
import {
  type ComparedDates,
  type DatedRun,
  findChanges,
  readyChangeRaster,
  selectDates,
} from "../../store/date-selectors";
import { save } from "../outputs/save-file";
import { notify, notifyError, type Studio } from "../studio";

export const CHANGE_FILES = [
  { id: "geotiff", name: "GeoTIFF" },
  { id: "geojson", name: "GeoJSON" },
  { id: "geopackage", name: "GeoPackage" },
  { id: "csv", name: "CSV" },
] as const;

export type ChangeFile = (typeof CHANGE_FILES)[number]["id"] | "heights";

/** Nothing happens until they are counted. */
export async function saveChanges(studio: Studio, what: ChangeFile): Promise<void> {
  const state = studio.store.getState();
  const dates = selectDates(state);
  const found = dates === null ? undefined : findChanges(state, dates)?.state;
  if (dates === null || found?.status !== "ready" || found.changes === undefined) return;
  try {
    const files = await filesOf(studio, what, dates, found.changes);
    for (const file of files) save(file);
    notify(studio, "good", studio.messages.saved(files.map(({ fileName }) => fileName)));
  } catch (error) {
    notifyError(studio, error);
  }
}

async function filesOf(studio: Studio, what: ChangeFile, { before, after, of }: ComparedDates, changes: MapChanges) {
  const name = `${exportName(before.scene.name, "to")}.${exportName(after.scene.name, "changes")}`;
  if (what === "csv") {
    const text = `${changeTables(changes, "csv")}\n`;
    return [{ fileName: `${name}.csv`, blob: new Blob([text], { type: "text/csv" }) }];
  }
  if (what === "heights") {
    const ids = { before: of.before, after: of.after };
    return [await studio.rasters.call("exportHeightChange", { ...ids, fileName: `${name}-heights.tif` })];
  }
  const state = studio.store.getState();
  const classes = withFileColours(changes.classes, state.legend);
  const kind = what === "geotiff" ? "date-changes" : "date-pairs";
  const raster = readyChangeRaster(state, kind, before.run.id, after.run.id);
  if (raster === null) return [];
  return studio.rasters.call("exportRun", {
    format: what,
    maskId: raster.id,
    confidenceId: null,
    heights: null,
    opticalId: of.before.opticalId,
    classes: what === "geotiff" ? classes : pairClasses({ ...changes, classes }),
    name,
    labels: changeLabels(mapFile(before), mapFile(after)),
  });
}

/** What the map is called as a file. */
function mapFile({ run, scene }: DatedRun): string {
  return `${exportName(scene.name, run.modelName)}.tif`;
}
