/** Which of many files are layers of polygons. */
import { folderOf } from "../../io/file-place";
import { isStrokesFile } from "../models/import-model";

/** The file that is read, then those that explain it. */
export type LayerFiles = readonly [File, ...File[]];

const LAYER = /\.(gpkg|shp|kml|kmz|geojson)$/i;
/** What lies beside a Shapefile; only the first three say anything here. */
const BESIDE = /\.(dbf|prj|cpg|shx|sbn|sbx|qix|qpj|shp\.xml)$/i;

/** What is no layer and explains none is left for others. */
export function layersAmong(files: readonly File[]): {
  readonly layers: readonly LayerFiles[];
  readonly others: readonly File[];
} {
  const mains = files.filter(({ name }) => LAYER.test(name) && !isStrokesFile(name));
  const besideOf = (main: File) =>
    /\.shp$/i.test(main.name)
      ? files.filter((file) => BESIDE.test(file.name) && stemOf(file, BESIDE) === stemOf(main, LAYER))
      : [];
  const layers = mains.map((main): LayerFiles => [main, ...besideOf(main)]);
  const taken = new Set(layers.flat());
  return { layers, others: files.filter((file) => !taken.has(file)) };
}

function stemOf(file: File, ending: RegExp): string {
  return `${folderOf(file)}/${file.name.replace(ending, "").toLowerCase()}`;
}
