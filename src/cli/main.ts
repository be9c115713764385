/**
 * `nadir`: the studio's engine without a page. Results on standard output, messages on standard error; what the exit
 * status means stands in `exit-codes.ts` and `docs/command-line.md`.
 */
import { remarkWords } from "../core/remarks/spell";
import { LANGUAGES, type Language } from "../core/vocabulary/languages";
import type { Command } from "./command";
import { type CommandIo, printLine } from "./command-io";
import { accuracy } from "./commands/accuracy";
import { changes } from "./commands/changes";
import { check } from "./commands/check";
import { clean } from "./commands/clean";
import { correct } from "./commands/correct";
import { describe } from "./commands/describe";
import { evaluate } from "./commands/evaluate";
import { heights } from "./commands/heights";
import { info } from "./commands/info";
import { models } from "./commands/models";
import { parcels } from "./commands/parcels";
import { sample } from "./commands/sample";
import { segment } from "./commands/segment";
import { teach } from "./commands/teach";
import { EXIT, exitCodeOf, UsageError } from "./exit-codes";
import { oneOf } from "./read-options";

const COMMANDS: Readonly<Record<string, Command>> = {
  segment,
  teach,
  heights,
  clean,
  correct,
  changes,
  evaluate,
  sample,
  accuracy,
  parcels,
  info,
  models,
  describe,
  check,
};

const USAGE = `Usage: nadir COMMAND [options]

  segment    run a model over an orthophoto and its height raster
  teach      a model taught by strokes
  heights    a surface model as heights above the ground
  clean      a class map without its speckle
  correct    a class map with the corrections by hand of the studio
  changes    what became what between two class maps of one place
  evaluate   score class maps against ground truth
  sample     random points of a class map, to be looked at
  accuracy   accuracy and areas of a class map from such points
  parcels    area and share of every class in polygons of a layer
  info       what our reader sees in a raster
  models     the shipped models
  describe   a first manifest for an .onnx file that came without one
  check      self-check of backend and models on this machine

nadir COMMAND --help says more. With every command, --language TAG (en, de, fr; default en) chooses the language of
remarks and reports; files that programs read stay as they are. Exit status: 0 done, 2 bad usage, 3 bad input, 4 model refused, 5 backend failure,
6 output cannot be written, 130 cancelled.`;

/**
 * Runs one command to its end.
 *
 * @returns The exit status.
 * @throws What is no user's fault: a bug.
 */
export async function main([name, ...args]: readonly string[], io: CommandIo): Promise<number> {
  if (name === undefined || name === "--help" || name === "help") {
    printLine(io.stdout, USAGE);
    return name === undefined ? EXIT.badUsage : EXIT.done;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    printLine(io.stderr, `There is no command "${name}".\n\n${USAGE}`);
    return EXIT.badUsage;
  }
  if (args.includes("--help")) {
    printLine(io.stdout, command.usage);
    return EXIT.done;
  }
  try {
    const { language, others } = takeLanguage(args);
    await command.run(others, { ...io, language, words: await remarkWords(language) });
    return EXIT.done;
  } catch (error) {
    const code = exitCodeOf(error);
    if (code === null) {
      throw error;
    }
    if (code !== EXIT.cancelled) {
      printLine(io.stderr, `error: ${(error as Error).message}`);
    }
    if (error instanceof UsageError) {
      printLine(io.stderr, `\n${command.usage}`);
    }
    return code;
  }
}

/** @throws {UsageError} For a language that there is not. */
function takeLanguage(args: readonly string[]): { language: Language; others: readonly string[] } {
  const at = args.findIndex((arg) => /^--language(=|$)/.test(arg));
  if (at < 0) return { language: "en", others: args };
  const isOne = args[at]!.includes("=");
  const tag = isOne ? args[at]!.split("=")[1] : args[at + 1];
  const language = oneOf(tag, "language", LANGUAGES);
  return { language, others: args.filter((_, index) => index !== at && (isOne || index !== at + 1)) };
}
