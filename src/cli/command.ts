/** A command's name, its usage text and what it does with the arguments after its name. */
export interface Command {
  readonly usage: string;
  run(args: readonly string[], signal: AbortSignal): Promise<void>;
}
