/**
 * Two ends of a line between a page and a worker in one process: messages are cloned when they are posted and come
 * later, in order, so that what cannot be cloned fails as at a real worker, and nothing is shared but what cannot change.
 */
import type { MessageEndpoint } from "../workers/rpc";
import { WorkerLife } from "./worker-life";

export interface Wire {
  readonly page: MessageEndpoint;
  readonly worker: MessageEndpoint;
  readonly life: WorkerLife;
  /** An error that nobody in the worker caught. */
  crash(message: string): void;
}

/**
 * The worker lives until the page terminates it; then nothing goes either way any more.
 *
 * @param life  Of a worker that has another wire already.
 */
export function connectInProcess(life = new WorkerLife()): Wire {
  const heard = { page: new EventTarget(), worker: new EventTarget() };
  const send = (to: EventTarget) => (message: unknown, transfer: Transferable[]) => {
    const data = cloneMessage(message, transfer);
    const deliver = () => to.dispatchEvent(new MessageEvent("message", { data }));
    setImmediate(() => {
      if (!life.isEnded) to === heard.worker ? life.run(deliver) : deliver();
    });
  };
  return {
    life,
    crash: (message) => heard.page.dispatchEvent(Object.assign(new Event("error"), { message })),
    page: {
      postMessage: send(heard.worker),
      addEventListener: (type, listener) => heard.page.addEventListener(type, listener),
      terminate: () => life.end(),
    },
    worker: {
      postMessage: send(heard.page),
      addEventListener: (type, listener) => heard.worker.addEventListener(type, listener),
    },
  };
}

interface Placeholder {
  readonly [BLOB]: number;
}

const BLOB = "blob of the message";

/**
 * What arrives of a message. Files and Blobs go by reference: they never change, and Node (20) makes plain Blobs of
 * cloned Files and cannot clone those that lie on disk.
 *
 * @throws {DOMException} DataCloneError, as at a worker.
 */
export function cloneMessage(message: unknown, transfer: Transferable[] = []): unknown {
  const blobs: Blob[] = [];
  const without = replaceIn(message, (value) =>
    value instanceof Blob ? ({ [BLOB]: blobs.push(value) - 1 } satisfies Placeholder) : undefined,
  );
  const cloned = structuredClone(without, { transfer: transfer as never });
  return blobs.length === 0
    ? cloned
    : replaceIn(cloned, (value) => (BLOB in value ? blobs[(value as Placeholder)[BLOB]] : undefined));
}

/** Plain objects and arrays anew, with whatever `replacement` gives for the objects in them. */
function replaceIn(value: unknown, replacement: (value: object) => unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const replaced = replacement(value);
  if (replaced !== undefined) return replaced;
  if (Array.isArray(value)) return value.map((item) => replaceIn(item, replacement));
  return Object.getPrototypeOf(value) === Object.prototype
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaceIn(item, replacement)]))
    : value;
}
