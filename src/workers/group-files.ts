/** Sorts dropped files: rasters to open, and the small files that explain them. */
import { isSideFile } from "../io/side-files";

const MODEL_FILE = /\.(onnx|onnx\.data|onnx_data|data|nadir\.json|json|bin)$/i;

export interface FileGroups {
  /** Every side file goes with every raster; the reader takes those of its own name. */
  readonly rasters: readonly { readonly file: File; readonly sideFiles: readonly File[] }[];
  /** Graphs, manifests and weights: for the model importer. */
  readonly models: readonly File[];
}

export function groupFiles(files: readonly File[]): FileGroups {
  const sideFiles = files.filter(({ name }) => isSideFile(name));
  const models = files.filter(({ name }) => MODEL_FILE.test(name) && !isSideFile(name));
  const rest = files.filter((file) => !sideFiles.includes(file) && !models.includes(file));
  return { rasters: rest.map((file) => ({ file, sideFiles })), models };
}
