/** Long work lets messages in now and then, so that whoever does it can still be asked, cancelled or told to pause. */

interface Port {
  onmessage: (() => void) | null;
  postMessage(message: null): void;
  close(): void;
}

/** What browsers, workers and Node have in common here. */
interface Surroundings {
  readonly MessageChannel: new () => { readonly port1: Port; readonly port2: Port };
  readonly performance: { now(): number };
}

const { MessageChannel, performance } = globalThis as unknown as Surroundings;

const LONGEST_DEAF_MS = 20;
const heard = { atMs: 0 };

/** Returns at once unless it is time. Not by a timer: those wait longer the more often they are asked. */
export async function letMessagesIn(): Promise<void> {
  if (performance.now() - heard.atMs < LONGEST_DEAF_MS) return;
  await new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
  heard.atMs = performance.now();
}
