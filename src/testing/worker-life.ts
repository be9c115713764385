/**
 * Which worker the running code belongs to, for workers that share a process: what an ended one still had to do is
 * never done, and what it held is let go.
 */
import { AsyncLocalStorage } from "node:async_hooks";

const running = new AsyncLocalStorage<WorkerLife>();

const NEVER = new Promise<never>(() => undefined);

export class WorkerLife {
  private ended = false;
  private readonly held = new Set<() => void>();

  get isEnded(): boolean {
    return this.ended;
  }

  /** Runs `work`, and all that follows from it, as this worker's. */
  run<T>(work: () => T): T {
    return running.run(this, work);
  }

  end(): void {
    this.ended = true;
    for (const letGo of this.held) letGo();
    this.held.clear();
  }

  hold(letGo: () => void): void {
    this.held.add(letGo);
  }
}

/** Settles at once while the worker that asks is alive, or when none asks; never once it was ended. */
export function whileAlive(): Promise<void> {
  return running.getStore()?.isEnded === true ? NEVER : Promise.resolve();
}

/** Has `letGo` called when the worker that asks is ended. */
export function letGoAtEnd(letGo: () => void): void {
  running.getStore()?.hold(letGo);
}
