/** A shipped network behind the contract of the papers: what a test needs that is about that contract. */
import type { ModelManifest } from "../core/manifest/manifest";
import type { ZooModel } from "./zoo-in-node";

/** The manifest as if heights were needed, from lowest to highest of the raster, at 5 to 50 cm per pixel. */
export function manifestAsInThePapers(manifest: ModelManifest): ModelManifest {
  const [optical, heights] = manifest.inputs;
  const { optional: _, absent: __, ...needed } = heights!;
  return {
    ...manifest,
    inputs: [optical!, { ...needed, kind: "dsm", scale: { kind: "min-max", scope: "raster" }, nodataFill: 0 }],
    groundSamplingDistanceMetres: { min: 0.05, max: 0.5 },
  };
}

/** The same of a model with its files. */
export async function asInThePapers(model: ZooModel): Promise<ZooModel> {
  const [[name, manifest] = ["", new Blob()]] = Object.entries(model).filter(([file]) => file.endsWith(".nadir.json"));
  const changed = manifestAsInThePapers(JSON.parse(await manifest.text()) as ModelManifest);
  return { ...model, [name]: new Blob([JSON.stringify(changed)]) };
}
