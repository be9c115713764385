/**
 * A network of a few hundred numbers behind the shipped nano's name, with the contract of the papers: what a journey needs that is about the
 * studio and not about what the nano sees. The nano itself runs in the specs that name `shipped`.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { BrowserContext } from "@playwright/test";
import type { ModelManifest } from "../src/core/manifest/manifest";
import { manifestAsInThePapers } from "../src/testing/as-in-the-papers";
import { zooModel } from "./zoo";

const STANDS_FOR = "emsnet-nano";

export async function serveLightModel(context: BrowserContext): Promise<void> {
  const bytes = readFileSync("src/testing/fixtures/light.onnx");
  const shipped = zooModel(STANDS_FOR);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const manifest: ModelManifest = {
    ...manifestAsInThePapers(shipped),
    graph: { ...shipped.graph, sha256, bytes: bytes.length },
    golden: null,
  };
  await context.route(`**/zoo/${STANDS_FOR}.nadir.json`, (route) => route.fulfill({ json: manifest }));
  await context.route(`**/zoo/${STANDS_FOR}.onnx`, (route) =>
    route.fulfill({ body: bytes, contentType: "application/octet-stream" }),
  );
}
