/** The heads of a lesson side by side, in workers that live as long as the lesson. */
import type { TaughtHead } from "../teaching/head";
import type { FitHeads } from "../teaching/learn";
import type { FitHandlers } from "./fit.worker";
import { createClient } from "./rpc";

export const fitInWorkers: FitHeads = async (jobs, signal) => {
  const clients = Array.from({ length: Math.min(jobs.length, navigator.hardwareConcurrency) }, startWorker);
  const waiting = jobs.entries();
  const heads = new Array<TaughtHead>(jobs.length);
  const work = async (client: ReturnType<typeof startWorker>) => {
    for (const [at, job] of waiting) {
      signal?.throwIfAborted();
      heads[at] = await client.call("fit", job);
    }
  };
  try {
    await Promise.all(clients.map(work));
    signal?.throwIfAborted();
    return heads;
  } finally {
    for (const client of clients) client.dispose();
  }
};

function startWorker() {
  return createClient<FitHandlers>(
    new Worker(new URL("./fit.worker.ts", import.meta.url), { type: "module", name: "fit" }),
  );
}
