/** A shipped network behind the contract of the papers: what a test needs that is about that contract. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ModelManifest } from "../core/manifest/manifest";
import type { ZooModel } from "./zoo-in-node";

const ZOO = "models/zoo";
const SUFFIX = ".nadir.json";

/** The manifest as if red, green, blue and heights were needed, those from lowest to highest of the raster, at 5 to 50 cm per pixel. */
export function manifestAsInThePapers(manifest: ModelManifest): ModelManifest {
  const [optical, heights] = manifest.inputs;
  const { optional: _, absent: __, ...needed } = heights!;
  const { otherBands: ___, ...photo } = optical!;
  return {
    ...manifest,
    inputs: [photo, { ...needed, kind: "dsm", scale: { kind: "min-max", scope: "raster" }, nodataFill: 0 }],
    groundSamplingDistanceMetres: { min: 0.05, max: 0.5 },
  };
}

/** The same of a model with its files. */
export async function asInThePapers(model: ZooModel): Promise<ZooModel> {
  const [name, manifest] = Object.entries(model).find(([file]) => file.endsWith(SUFFIX))!;
  const changed = manifestAsInThePapers(JSON.parse(await manifest.text()) as ModelManifest);
  return { ...model, [name]: new Blob([JSON.stringify(changed)]) };
}

/** Writes a shipped model with that contract into a folder, under another name if `change` has one; path of its manifest. */
export function copyAsInThePapers(id: string, folder: string, change: Partial<ModelManifest> = {}): string {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(ZOO).filter((file) => file.startsWith(`${id}.`))) {
    copyFileSync(join(ZOO, name), join(folder, name));
  }
  const path = join(folder, `${id}${SUFFIX}`);
  const manifest = JSON.parse(readFileSync(path, "utf8")) as ModelManifest;
  writeFileSync(path, JSON.stringify({ ...manifestAsInThePapers(manifest), ...change }));
  return path;
}
