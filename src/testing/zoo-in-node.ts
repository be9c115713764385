/** Models as they lie beside the page in `zoo/`: the fixtures' networks and the shipped ones. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { ModelClass, ModelManifest } from "../core/manifest/manifest";
import { type TinyModel, tinyManifest } from "./tiny-models";

/** Files by name; one of them is the manifest. */
export type ZooModel = Readonly<Record<string, Blob>>;

const ISPRS: readonly [name: string, colour: ModelClass["colour"]][] = [
  ["impervious surface", [255, 255, 255]],
  ["building", [0, 0, 255]],
  ["low vegetation", [0, 255, 255]],
  ["tree", [0, 255, 0]],
  ["car", [255, 255, 0]],
];

/** A fixture's network whose classes are those of the ISPRS benchmarks, so that a truth meets them. */
export function tinyZooModel(network: TinyModel, change: Partial<ModelManifest> = {}): ZooModel {
  const plain = tinyManifest(network, change);
  const graph = readFileSync(new URL(`./fixtures/${network}.onnx`, import.meta.url));
  const classes = plain.classes.map((entry, id) => {
    const [name, colour] = ISPRS[id]!;
    return { ...entry, name, colour };
  });
  const sha256 = createHash("sha256").update(graph).digest("hex");
  const manifest = {
    ...plain,
    classes: change.classes ?? classes,
    graph: { ...plain.graph, bytes: graph.length, sha256 },
  };
  return {
    [`${manifest.id}.nadir.json`]: new Blob([JSON.stringify(manifest)]),
    [manifest.graph.file]: new Blob([graph]),
  };
}

/** One of the studio's own models with everything that belongs to it. */
export function shippedModel(id: string): ZooModel {
  const names = readdirSync("models/zoo").filter((name) => name.startsWith(`${id}.`));
  return Object.fromEntries(names.map((name) => [name, new Blob([readFileSync(`models/zoo/${name}`)])]));
}

/** The site's files of a zoo, by path, its index among them. */
export function zooFiles(models: readonly ZooModel[]): Record<string, Blob> {
  const files = Object.assign({}, ...models) as Record<string, Blob>;
  const manifests = Object.keys(files).filter((name) => name.endsWith(".nadir.json"));
  return {
    "zoo/index.json": new Blob([JSON.stringify({ manifests })]),
    ...Object.fromEntries(Object.entries(files).map(([name, blob]) => [`zoo/${name}`, blob])),
  };
}
