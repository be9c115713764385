/** `nadir models`: the shipped models, or those of a folder. */
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { NadirError } from "../../core/errors";
import type { ModelManifest } from "../../core/manifest/manifest";
import type { Command } from "../command";
import { printLine } from "../command-io";
import { readManifest } from "../open-model";
import { readOptions } from "../read-options";

export const ZOO = join(dirname(fileURLToPath(import.meta.url)), "../../../models/zoo");

export const models: Command = {
  usage: `Usage: nadir models [--folder DIR] [--json]

Lists the models of a folder (default: the shipped ones): id, name, window, classes, what they were trained on.`,

  async run(args, io) {
    const { values } = readOptions(args, { folder: { type: "string", default: ZOO }, json: { type: "boolean" } });
    const manifests = await Promise.all((await manifestPaths(values.folder)).map(readManifest));
    printLine(io.stdout, values.json ? JSON.stringify(manifests, null, 2) : manifests.map(describeModel).join("\n\n"));
  },
};

/** Manifests of a folder in order of name. @throws {NadirError} `bad-manifest` when there is no such folder. */
export async function manifestPaths(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new NadirError(
      {
        code: "bad-manifest",
        subject: folder,
        found: "This folder cannot be read.",
        needed: "A folder with *.nadir.json files is needed.",
        next: "Check --folder.",
      },
      { cause },
    );
  });
  return names
    .filter((name) => name.endsWith(".nadir.json"))
    .sort()
    .map((name) => join(folder, name));
}

function describeModel({ id, name, version, window, classes, trainedOn, limits, graph }: ModelManifest): string {
  return [
    `${id}  ${name} ${version}`,
    `  window ${window.sizePx} px, suggested stride ${window.suggestedStridePx} px, ${(graph.bytes / 1e6).toFixed(1)} MB, ${graph.precision}`,
    `  classes: ${classes.map((entry) => entry.name).join(", ")}`,
    `  trained on: ${trainedOn ?? "not stated"}`,
    `  where it fails: ${limits ?? "not stated"}`,
  ].join("\n");
}
