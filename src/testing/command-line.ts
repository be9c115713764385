/** `nadir` in this process: arguments in, exit status and what it printed out. */
import type { CommandIo } from "../cli/command-io";
import { main } from "../cli/main";
import { createNodeSession } from "../cli/node-session";

export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface NadirOptions {
  readonly signal?: AbortSignal;
  /** Hears every text for standard error as it comes. */
  readonly onStderr?: (text: string) => void;
  /** Before each call of the network; what it throws is the engine's fault. */
  readonly beforeBatch?: () => void;
}

/** Networks run in this thread, so that one process serves all tests. */
export async function nadir(args: readonly string[], options: NadirOptions = {}): Promise<Ended> {
  let stdout = "";
  let stderr = "";
  const io: CommandIo = {
    stdout: {
      write(text) {
        stdout += text;
      },
    },
    stderr: {
      write(text) {
        stderr += text;
        options.onStderr?.(text);
      },
    },
    signal: options.signal ?? new AbortController().signal,
    async openCpuSession(manifest, { graph, externalData }, settings) {
      const session = await createNodeSession(manifest, graph, { ...settings, externalData });
      const { beforeBatch } = options;
      if (beforeBatch === undefined) return session;
      return {
        batch: session.batch,
        release: () => session.release(),
        async run(inputs) {
          beforeBatch();
          return session.run(inputs);
        },
      };
    },
  };
  const status = await main(args, io);
  return { status, stdout, stderr };
}
