/** What the specs need to know of a shipped model: its manifest, as built into the page. */
import { readFileSync } from "node:fs";
import type { ModelManifest } from "../src/core/manifest/manifest";

export function zooModel(id: string): ModelManifest {
  return JSON.parse(readFileSync(`dist/zoo/${id}.nadir.json`, "utf8")) as ModelManifest;
}
