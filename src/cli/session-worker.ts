/** One copy of a network in a thread of its own, for `session-pool.ts`. */
import { parentPort, workerData } from "node:worker_threads";
import type { NetworkTensor } from "../inference/backend";
import { type MessageEndpoint, serve } from "../workers/rpc";
import { createNodeSession } from "./node-session";
import type { SessionWork } from "./session-work";

const { manifest, graph, options } = workerData as SessionWork;
const opening = createNodeSession(manifest, graph, options);
// Heard of by `open`.
opening.catch(() => undefined);

const handlers = {
  open: async () => {
    return (await opening).batch;
  },
  run: async (inputs: Readonly<Record<string, NetworkTensor>>) => (await opening).run(inputs),
  release: async () => (await opening).release(),
};

export type SessionHandlers = typeof handlers;

serve(handlers, parentPort as unknown as MessageEndpoint);
