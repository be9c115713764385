/**
 * Typed calls to a worker: one request, any number of progress messages, one answer.
 *
 * Every call can be cancelled through an AbortSignal. A worker that dies, or a client that is disposed, rejects every
 * waiting call: no promise is left hanging. NadirErrors keep their facts on the way, cancellation stays an AbortError.
 */
import { NadirError, type NadirErrorFacts } from "../core/errors";

export interface CallContext {
  readonly signal: AbortSignal;
  progress(value: unknown): void;
}

/** What a worker offers: one function per call name. */
export type Handlers = { readonly [name: string]: (args: never, context: CallContext) => unknown };

type Arguments<H extends Handlers, N extends keyof H> = Parameters<H[N]>[0];
type Answer<H extends Handlers, N extends keyof H> = Awaited<ReturnType<H[N]>>;

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (value: never) => void;
  readonly transfer?: readonly Transferable[];
}

export interface WorkerClient<H extends Handlers> {
  call<N extends keyof H & string>(name: N, args: Arguments<H, N>, options?: CallOptions): Promise<Answer<H, N>>;
  /** True once the worker has died or was ended: it answers nothing any more. */
  readonly isEnded: boolean;
  /** Ends the worker; waiting calls are rejected, as cancelled unless another reason is given. */
  dispose(reason?: Error): void;
}

/** A worker that is replaced by a fresh one: on demand when it fell silent, by itself after it died. */
export interface RestartableClient<H extends Handlers> extends WorkerClient<H> {
  /** @param reason What waiting calls are told; they are cancelled without one. */
  restart(reason?: Error): void;
}

/** A worker that is asked all the time whether it is alive, and replaced when it is not. */
export interface WatchedClient<H extends Handlers> extends RestartableClient<H> {
  /** Gives a fresh worker what the last one had; calls wait for it. */
  revive: (fresh: WorkerClient<H>) => Promise<void>;
}

/** One worker, as whoever watches it sees it. */
export interface LivingClient<H extends Handlers> extends WorkerClient<H> {
  /** Messages that have come from it so far. */
  readonly heard: number;
  /** Has it say something. */
  ping(): void;
  /** Told once when it dies by itself. */
  onDeath: () => void;
}

export interface WatchPatience {
  /** Between two looks. */
  readonly tickMs: number;
  /** Looks without a word from it after which it counts as dead. */
  readonly silentTicks: number;
}

/** No single step of the raster worker keeps it from answering for so long. */
const WATCH: WatchPatience = { tickMs: 2000, silentTicks: 60 };

/** The part of a Worker (or of a worker's global scope, or of a MessagePort) that messages need; fakes implement it in tests. */
export interface MessageEndpoint {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: "message" | "error" | "messageerror", listener: (event: Event) => void): void;
  terminate?(): void;
  /** A MessagePort holds its messages back until it is started. */
  start?(): void;
}

type Request =
  | { readonly kind: "call"; readonly id: number; readonly name: string; readonly args: unknown }
  | { readonly kind: "cancel"; readonly id: number }
  | { readonly kind: "ping" };

type Reply =
  | { readonly kind: "pong" }
  | { readonly kind: "progress"; readonly id: number; readonly value: unknown }
  | { readonly kind: "result"; readonly id: number; readonly value: unknown }
  | { readonly kind: "error"; readonly id: number; readonly error: SentError };

type SentError =
  | { readonly kind: "nadir"; readonly facts: NadirErrorFacts }
  | { readonly kind: "abort" }
  | { readonly kind: "bug"; readonly name: string; readonly message: string; readonly stack: string };

const transferables = new WeakMap<object, Transferable[]>();

/** Marks what moves instead of being copied when a handler returns `value`. */
export function withTransfer<T extends object>(value: T, transfer: Transferable[]): T {
  transferables.set(value, transfer);
  return value;
}

/** Answers calls on `endpoint`, which is the worker's own global scope unless told otherwise. */
export function serve(handlers: Handlers, endpoint: MessageEndpoint = globalThis as unknown as MessageEndpoint): void {
  const running = new Map<number, AbortController>();
  const reply = (message: Reply, transfer: Transferable[] = []) => endpoint.postMessage(message, transfer);

  const answer = async ({ id, name, args }: Request & { kind: "call" }): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const handler = handlers[name];
      if (handler === undefined) {
        throw new TypeError(`this worker has no call named "${name}"`);
      }
      const value = await handler(args as never, {
        signal: controller.signal,
        progress: (progress) => reply({ kind: "progress", id, value: progress }),
      });
      const transfer = typeof value === "object" && value !== null ? transferables.get(value) : undefined;
      reply({ kind: "result", id, value }, transfer);
    } catch (error) {
      reply({ kind: "error", id, error: packError(error) });
    } finally {
      running.delete(id);
    }
  };

  endpoint.addEventListener("message", (event) => {
    const request = (event as MessageEvent<Request>).data;
    if (request.kind === "ping") {
      reply({ kind: "pong" });
    } else if (request.kind === "cancel") {
      running.get(request.id)?.abort();
    } else if (request.kind === "call") {
      void answer(request);
    }
  });
  endpoint.start?.();
}

export function createClient<H extends Handlers>(worker: MessageEndpoint): LivingClient<H> {
  return new Client<H>(worker);
}

interface Waiting {
  readonly onProgress: ((value: never) => void) | undefined;
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

class Client<H extends Handlers> implements LivingClient<H> {
  heard = 0;
  readonly #worker: MessageEndpoint;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #ended: Error | null = null;

  constructor(worker: MessageEndpoint) {
    this.#worker = worker;
    worker.addEventListener("message", (event) => this.#hear((event as MessageEvent<Reply>).data));
    worker.addEventListener("error", (event) => {
      this.#die(workerEnded((event as ErrorEvent).message ?? "unknown error"));
    });
    worker.addEventListener("messageerror", () => this.#die(workerEnded("a message could not be read")));
    worker.start?.();
  }

  get isEnded(): boolean {
    return this.#ended !== null;
  }

  call<N extends keyof H & string>(
    name: N,
    args: Arguments<H, N>,
    { signal, onProgress, transfer = [] }: CallOptions = {},
  ): Promise<Answer<H, N>> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== null || signal?.aborted) {
        reject(this.#ended ?? signal?.reason);
        return;
      }
      const id = this.#nextId++;
      const cancel = () => this.#worker.postMessage({ kind: "cancel", id } satisfies Request, []);
      const settle = () => signal?.removeEventListener("abort", cancel);
      this.#waiting.set(id, {
        onProgress,
        resolve: (value) => {
          settle();
          resolve(value as never);
        },
        reject: (reason) => {
          settle();
          reject(reason);
        },
      });
      signal?.addEventListener("abort", cancel, { once: true });
      try {
        this.#worker.postMessage({ kind: "call", id, name, args } satisfies Request, [...transfer]);
      } catch (error) {
        this.#waiting.delete(id);
        settle();
        reject(error);
      }
    });
  }

  ping(): void {
    this.#worker.postMessage({ kind: "ping" } satisfies Request, []);
  }

  onDeath = (): void => undefined;

  dispose(reason: Error = new DOMException("the worker was ended", "AbortError")): void {
    this.#worker.terminate?.();
    this.#endAll(reason);
  }

  #hear(reply: Reply): void {
    this.heard++;
    if (reply.kind === "pong") {
      return;
    }
    const call = this.#waiting.get(reply.id);
    if (call === undefined) {
      return;
    }
    if (reply.kind === "progress") {
      call.onProgress?.(reply.value as never);
      return;
    }
    this.#waiting.delete(reply.id);
    if (reply.kind === "result") {
      call.resolve(reply.value);
    } else {
      call.reject(unpackError(reply.error));
    }
  }

  #die(reason: Error): void {
    if (this.#ended !== null) return;
    this.#endAll(reason);
    this.onDeath();
  }

  #endAll(reason: Error): void {
    this.#ended ??= reason;
    for (const call of this.#waiting.values()) {
      call.reject(this.#ended);
    }
    this.#waiting.clear();
  }
}

function workerEnded(why: string): NadirError {
  return new NadirError({
    code: "worker-ended",
    found: `A part of the studio stopped (${why}).`,
    needed: "It was started afresh.",
    next: "Try again; if it stays, reload the page and choose Continue.",
  });
}

export function createRestartableClient<H extends Handlers>(start: () => WorkerClient<H>): RestartableClient<H> {
  let current = start();
  const restart = (reason?: Error) => {
    current.dispose(reason);
    current = start();
  };
  return {
    call(name, args, options) {
      if (current.isEnded) restart();
      return current.call(name, args, options);
    },
    isEnded: false,
    restart,
    dispose: () => current.dispose(),
  };
}

/**
 * @param start      Of a fresh worker.
 * @param onRestart  Told when the worker was replaced, with what its waiting calls were told.
 */
export function createWatchedClient<H extends Handlers>(
  start: () => LivingClient<H>,
  onRestart: (reason: Error) => void,
  { tickMs, silentTicks }: WatchPatience = WATCH,
): WatchedClient<H> {
  let current = begin();
  let ready: Promise<void> = Promise.resolve();
  let heard = 0;
  let quiet = 0;
  function begin(): LivingClient<H> {
    const fresh = start();
    fresh.onDeath = () => replace(workerEnded("it met an error"));
    return fresh;
  }
  function replace(reason: Error): void {
    current.dispose(reason);
    current = begin();
    heard = 0;
    quiet = 0;
    ready = client.revive(current).catch(() => undefined);
    onRestart(reason);
  }
  const timer = setInterval(() => {
    quiet = current.heard === heard ? quiet + 1 : 0;
    heard = current.heard;
    if (quiet > silentTicks) replace(workerEnded("it did not answer any more"));
    else current.ping();
  }, tickMs);
  const client: WatchedClient<H> = {
    revive: async () => undefined,
    call: (name, args, options) => ready.then(() => current.call(name, args, options)),
    isEnded: false,
    restart: () => replace(workerEnded("it was told to")),
    dispose() {
      clearInterval(timer);
      current.dispose();
    },
  };
  return client;
}

function packError(error: unknown): SentError {
  if (error instanceof NadirError) {
    return { kind: "nadir", facts: error.facts };
  }
  if (error instanceof DOMException && error.name === "AbortError") {
    return { kind: "abort" };
  }
  return error instanceof Error
    ? { kind: "bug", name: error.name, message: error.message, stack: error.stack ?? "" }
    : { kind: "bug", name: "Error", message: String(error), stack: "" };
}

function unpackError(sent: SentError): Error {
  switch (sent.kind) {
    case "nadir":
      return new NadirError(sent.facts);
    case "abort":
      return new DOMException("cancelled", "AbortError");
    case "bug": {
      const error = new Error(sent.message);
      error.name = sent.name;
      error.stack = sent.stack;
      return error;
    }
  }
}
