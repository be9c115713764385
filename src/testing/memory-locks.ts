/**
 * Web Locks in memory, as far as the studio asks: waited for in order or taken only when free. Shared ones are granted
 * one after the other, too.
 */

export interface MemoryLocks {
  readonly manager: LockManager;
  /** Gives up every lock of that name whoever holds it, as the end of its tab does. */
  release(name: string): void;
}

interface Waiting {
  readonly mode: LockMode;
  readonly granted: () => void;
}

export function createMemoryLocks(): MemoryLocks {
  /** Who holds or waits for a lock, first come first served. */
  const queues = new Map<string, Waiting[]>();
  const release = (name: string) => {
    const [, next, ...rest] = queues.get(name) ?? [];
    if (next === undefined) {
      queues.delete(name);
    } else {
      queues.set(name, [next, ...rest]);
      next.granted();
    }
  };
  const request = async (name: string, ...rest: unknown[]): Promise<unknown> => {
    const work = rest.at(-1) as (lock: object | null) => unknown;
    const { ifAvailable = false, mode = "exclusive" } = (rest.length > 1 ? rest[0] : {}) as LockOptions;
    const queue = queues.get(name);
    if (queue !== undefined && ifAvailable) {
      return work(null);
    }
    await new Promise<void>((granted) => {
      queues.set(name, [...(queue ?? []), { mode, granted }]);
      if (queue === undefined) granted();
    });
    try {
      return await work({ name });
    } finally {
      release(name);
    }
  };
  const query = async () => ({ held: [...queues].map(([name, [first]]) => ({ name, mode: first!.mode })) });
  return { manager: { request, query } as unknown as LockManager, release };
}
