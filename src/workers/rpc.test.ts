import { describe, expect, test } from "vitest";
import { NadirError } from "../core/errors";
import {
  type CallContext,
  createClient,
  createRestartableClient,
  type MessageEndpoint,
  serve,
  withTransfer,
} from "./rpc";

/** Two ends of a wire that clones messages as a worker boundary does. */
function connect(): { page: MessageEndpoint & { crash(message: string): void }; worker: MessageEndpoint } {
  const { port1, port2 } = new MessageChannel();
  const listeners: ((event: Event) => void)[] = [];
  const wrap = (port: MessagePort): MessageEndpoint => ({
    postMessage: (message, transfer) => port.postMessage(message, transfer),
    addEventListener: (type, listener) => {
      if (type === "message") {
        port.addEventListener("message", listener);
        port.start();
      } else if (type === "error" && port === port1) {
        listeners.push(listener);
      }
    },
    terminate: () => port.close(),
  });
  return {
    page: {
      ...wrap(port1),
      crash: (message) => {
        for (const listener of listeners) {
          listener(Object.assign(new Event("error"), { message }));
        }
      },
    },
    worker: wrap(port2),
  };
}

const handlers = {
  double: ({ value }: { value: number }) => value * 2,
  count: async ({ to }: { to: number }, { progress }: CallContext) => {
    for (let step = 1; step <= to; step++) {
      progress(step);
    }
    return to;
  },
  refuse: () => {
    throw new NadirError({ code: "wrong-bands", found: "1 band", needed: "3 bands", next: "Drop an RGB image." });
  },
  buggy: () => {
    throw new TypeError("x is undefined");
  },
  buffer: () => {
    const bytes = new Uint8Array([1, 2, 3]);
    return withTransfer({ bytes }, [bytes.buffer]);
  },
  forever: (_: object, { signal }: CallContext) =>
    new Promise<never>((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
};

function start() {
  const { page, worker } = connect();
  serve(handlers, worker);
  return { client: createClient<typeof handlers>(page), page };
}

describe("worker calls", () => {
  test("answers reach the call that asked, whatever the order", async () => {
    const { client } = start();
    const answers = await Promise.all([client.call("double", { value: 2 }), client.call("double", { value: 5 })]);
    expect(answers).toEqual([4, 10]);
    client.dispose();
  });

  test("progress arrives before the result", async () => {
    const { client } = start();
    const seen: number[] = [];
    const result = await client.call("count", { to: 3 }, { onProgress: (step: number) => seen.push(step) });
    expect(seen).toEqual([1, 2, 3]);
    expect(result).toBe(3);
    client.dispose();
  });

  test("a NadirError keeps what was found, needed and next", async () => {
    const { client } = start();
    const error = await client.call("refuse", undefined as never).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NadirError);
    expect((error as NadirError).facts).toMatchObject({ code: "wrong-bands", found: "1 band", needed: "3 bands" });
    client.dispose();
  });

  test("a bug keeps its name and message", async () => {
    const { client } = start();
    await expect(client.call("buggy", undefined as never)).rejects.toMatchObject({
      name: "TypeError",
      message: "x is undefined",
    });
    client.dispose();
  });

  test("transferred results arrive whole", async () => {
    const { client } = start();
    const { bytes } = await client.call("buffer", undefined as never);
    expect([...bytes]).toEqual([1, 2, 3]);
    client.dispose();
  });

  test("cancelling rejects with an AbortError", async () => {
    const { client } = start();
    const controller = new AbortController();
    const call = client.call("forever", {}, { signal: controller.signal });
    controller.abort();
    await expect(call).rejects.toMatchObject({ name: "AbortError" });
    client.dispose();
  });

  test("a crash rejects every waiting call and every later one", async () => {
    const { client, page } = start();
    const calls = [client.call("forever", {}), client.call("forever", {})];
    page.crash("out of memory");
    for (const call of calls) {
      await expect(call).rejects.toThrow("out of memory");
    }
    await expect(client.call("double", { value: 1 })).rejects.toThrow("out of memory");
    client.dispose();
  });

  test("disposing rejects what is waiting as cancelled", async () => {
    const { client } = start();
    const call = client.call("forever", {});
    client.dispose();
    await expect(call).rejects.toMatchObject({ name: "AbortError" });
  });

  test("a restartable worker answers again after a restart, and after it died", async () => {
    const pages: ReturnType<typeof start>["page"][] = [];
    const client = createRestartableClient<typeof handlers>(() => {
      const started = start();
      pages.push(started.page);
      return started.client;
    });
    const stuck = client.call("forever", {});
    client.restart();
    await expect(stuck).rejects.toMatchObject({ name: "AbortError" });
    expect(await client.call("double", { value: 2 })).toBe(4);
    pages[1]!.crash("out of memory");
    expect(await client.call("double", { value: 3 })).toBe(6);
    expect(pages).toHaveLength(3);
    client.dispose();
  });
});
