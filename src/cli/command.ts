import type { CommandIo } from "./command-io";

/** A command's usage text and what it does with the arguments after its name. */
export interface Command {
  readonly usage: string;
  run(args: readonly string[], io: CommandIo): Promise<void>;
}
