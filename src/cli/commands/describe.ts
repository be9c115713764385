/** `nadir describe`: a first manifest for a graph that came without one, as the page's card begins. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename, dirname, join } from "node:path";
import { completeManifest } from "../../core/manifest/complete-manifest";
import { draftManifest } from "../../core/manifest/draft-manifest";
import { parseManifest } from "../../core/manifest/parse-manifest";
import { readOnnx } from "../../core/manifest/read-onnx";
import type { Command } from "../command";
import { printLine, printNotes } from "../command-io";
import { UsageError } from "../exit-codes";
import { openModelFile } from "../open-model";
import { readOptions, wholeNumber } from "../read-options";

export const describe: Command = {
  usage: `Usage: nadir describe MODEL.onnx [--window PX] > MODEL.nadir.json

Writes what the graph says of itself as a manifest, and names what it does not say and had to be guessed. Complete it
(classes, bands, mean and deviation, ground sampling distance), keep it beside the graph, and try it with nadir check.

  --window PX  the window, where the graph leaves its height and width open`,

  async run(args, io) {
    const { values, positionals } = readOptions(args, { window: { type: "string" } });
    const [path, ...more] = positionals;
    if (path === undefined || more.length > 0) throw new UsageError("describe takes one file.");
    const facts = readOnnx(new Uint8Array(await (await openModelFile(path)).arrayBuffer()), basename(path));
    const draft = draftManifest(facts, basename(path));
    const windowPx = values.window === undefined ? draft.windowPx : wholeNumber(values.window, "window", 1);
    if (draft.windowFixed && windowPx !== draft.windowPx) {
      throw new UsageError(`--window is ${windowPx}; the graph takes ${draft.windowPx} px only.`);
    }
    const externalData = await Promise.all(
      facts.externalData.map(async (name) => ({ ...(await fileFacts(join(dirname(path), name))), path: name })),
    );
    const json = completeManifest({ ...draft, windowPx }, facts, await fileFacts(path), externalData);
    parseManifest(json, basename(path));
    printNotes(io, draft.guesses);
    printLine(io.stdout, JSON.stringify(json, null, 2));
  },
};

async function fileFacts(path: string) {
  const { name, size } = await openModelFile(path);
  const hash = createHash("sha256");
  for await (const part of createReadStream(path)) hash.update(part as Buffer);
  return { file: name, sha256: hash.digest("hex"), bytes: size };
}
