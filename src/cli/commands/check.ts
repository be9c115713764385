/** `nadir check`: does this machine compute the models as PyTorch did? */
import { NadirError } from "../../core/errors";
import type { Command } from "../command";
import { printLine } from "../command-io";
import { NODE_BACKENDS, openNodeNetwork } from "../node-network";
import { openModel } from "../open-model";
import { oneOf, readOptions } from "../read-options";
import { manifestPaths, ZOO } from "./models";

export const check: Command = {
  usage: `Usage: nadir check [MANIFEST …] [--backend auto|cpu|webgpu] [--json]

Runs each model's golden input on this machine and compares the logits with PyTorch's. Without a manifest: every
shipped model. Ends with status 4 when a model does not pass.`,

  async run(args, io) {
    const { values, positionals } = readOptions(args, {
      backend: { type: "string", default: "auto" },
      json: { type: "boolean" },
    });
    const backend = oneOf(values.backend, "backend", NODE_BACKENDS);
    const failed: NadirError[] = [];
    for (const path of positionals.length > 0 ? positionals : await manifestPaths(ZOO)) {
      io.signal.throwIfAborted();
      try {
        const files = await openModel(path);
        const { session, facts, check: going } = await openNodeNetwork(files, backend, io);
        const found = await going.finally(() => session.release());
        const line = { model: files.manifest.id, ...found, backend: facts };
        printLine(
          io.stdout,
          values.json
            ? JSON.stringify(line)
            : `${line.model}  ${found.verdict}, largest difference ${found.largestDifference ?? "–"} of ${found.tolerance ?? "–"} allowed, ${facts.adapter} (${facts.reason})`,
        );
      } catch (error) {
        if (!(error instanceof NadirError)) {
          throw error;
        }
        failed.push(error);
        printLine(io.stderr, `error: ${error.message}`);
      }
    }
    if (failed.length > 0) {
      throw new NadirError({ ...failed[0]!.facts, next: `${failed.length} of the models did not pass.` });
    }
  },
};
