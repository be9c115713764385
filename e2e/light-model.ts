/**
 * A network of a few hundred numbers behind the name of a shipped nano, with the contract of the papers: what a journey
 * needs that is about the studio and not about what the nano sees. The nano itself runs in the specs that name
 * `shipped`.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { BrowserContext } from "@playwright/test";
import type { ModelManifest } from "../src/core/manifest/manifest";
import { manifestAsInThePapers } from "../src/testing/as-in-the-papers";
import { zooModel } from "./zoo";

/** Its tensors are those of this one. */
const SHAPED_AS = "emsnet-nano";

export const NANOS = ["emsnet-nano", "mfnet-nano", "mobanet-nano"] as const;

/** @param ids  Nanos that it stands for; with the order of their classes it makes maps of its own for each. */
export async function serveLightModel(
  context: BrowserContext,
  ids: readonly (typeof NANOS)[number][] = [SHAPED_AS],
): Promise<void> {
  const bytes = readFileSync("src/testing/fixtures/light.onnx");
  const shaped = manifestAsInThePapers(zooModel(SHAPED_AS));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  for (const standsFor of ids) {
    const { id, name, classes, graph } = zooModel(standsFor);
    const manifest: ModelManifest = {
      ...shaped,
      ...{ id, name, classes },
      graph: { ...shaped.graph, file: graph.file, sha256, bytes: bytes.length },
      golden: null,
    };
    await context.route(`**/zoo/${standsFor}.nadir.json`, (route) => route.fulfill({ json: manifest }));
    await context.route(`**/zoo/${standsFor}.onnx`, (route) =>
      route.fulfill({ body: bytes, contentType: "application/octet-stream" }),
    );
  }
}
