/**
 * Copies of one network in threads of their own, which share the cores: onnxruntime-node blocks the thread it runs in,
 * and many small operators spread badly over many threads. Windows are read, blended and written meanwhile.
 */
import { type Transferable as NodeTransferable, Worker } from "node:worker_threads";
import type { ModelManifest } from "../core/manifest/manifest";
import type { NetworkSession } from "../inference/backend";
import type { ModelBytes } from "../inference/model-bytes";
import { createClient, type MessageEndpoint } from "../workers/rpc";
import type { SessionWork } from "./session-work";
import type { SessionHandlers } from "./session-worker";

const MOST_COPIES = 2;
/** Of all copies together. */
const MOST_GRAPH_BYTES = 128 * 2 ** 20;

/**
 * The network on the CPU provider, with `threads` shared among as many copies as memory allows.
 *
 * @throws {NadirError} `bad-model` when the graph does not load.
 */
export async function createSessionPool(
  manifest: ModelManifest,
  { graph, externalData }: ModelBytes,
  { batch, threads }: { readonly batch: number; readonly threads: number },
): Promise<NetworkSession> {
  const bytes = externalData.reduce((sum, { data }) => sum + data.length, graph.length);
  const copies = Math.max(1, Math.min(MOST_COPIES, threads, Math.floor(MOST_GRAPH_BYTES / bytes)));
  const workers = Array.from({ length: copies }, (_, index) =>
    startWorker({
      manifest,
      graph,
      options: { batch, threads: Math.floor((threads + index) / copies), externalData },
    }),
  );
  const open = new Set<Promise<unknown>>();
  let released = false;
  const release = async () => {
    // A run on a session that is gone would end the whole process.
    released = true;
    await Promise.allSettled(open);
    await Promise.allSettled(workers.map(({ client }) => client.call("release", undefined)));
    for (const { client } of workers) client.dispose();
  };
  let fixedBatch = batch;
  try {
    [fixedBatch = batch] = await Promise.all(workers.map(({ client }) => client.call("open", undefined)));
  } catch (error) {
    await release();
    throw error;
  }
  return {
    batch: fixedBatch,
    // One running and one waiting in each copy: none is idle while the logits of others are blended.
    mostOpen: 2 * copies,
    async run(inputs) {
      if (released) throw new DOMException("the network was released", "AbortError");
      const worker = workers.reduce((least, other) => (other.open < least.open ? other : least));
      worker.open++;
      const output = worker.client.call("run", inputs);
      open.add(output);
      try {
        return await output;
      } finally {
        open.delete(output);
        worker.open--;
      }
    },
    release,
  };
}

function startWorker(work: SessionWork) {
  // Bundled beside this module (scripts/nadir.mjs).
  const worker = new Worker(new URL("./session-worker.mjs", import.meta.url), { workerData: work });
  const endpoint: MessageEndpoint = {
    postMessage: (message, transfer) => worker.postMessage(message, transfer as NodeTransferable[]),
    addEventListener(type, listener) {
      worker.on(type, (value: unknown) =>
        listener((type === "message" ? { data: value } : { message: (value as Error).message }) as unknown as Event),
      );
    },
    terminate: () => void worker.terminate(),
  };
  return { client: createClient<SessionHandlers>(endpoint), open: 0 };
}
