/**
 * Several runs at once, of which one works at a time, a batch each in turn and in step: other work on the machine comes
 * and goes within seconds, and so falls on all of them alike. Each run's own time is what it held its turns for.
 */
import type { RunGate } from "../src/inference/run-gate";

export class TakeTurns {
  readonly elapsedMs: number[];
  private readonly done: number[];
  private readonly waiting = new Map<number, () => void>();
  /** The run at work; null while all wait for those still starting. */
  private active: number | null = null;
  private sinceMs = 0;

  constructor(count: number) {
    this.elapsedMs = new Array<number>(count).fill(0);
    this.done = new Array<number>(count).fill(0);
  }

  /** @param drain  Resolves when everything the run has submitted is done: its turn ends then. */
  gate(run: number, drain: () => Promise<void>): Pick<RunGate, "pass"> {
    return {
      pass: async () => {
        await drain();
        const turn = new Promise<void>((resolve) => this.waiting.set(run, resolve));
        this.endTurn(run);
        await turn;
      },
    };
  }

  /** How much of a run is done, 0 to 1; the one furthest behind goes next. */
  report(run: number, fraction: number): void {
    this.done[run] = fraction;
  }

  leave(run: number): void {
    this.done[run] = Number.POSITIVE_INFINITY;
    this.endTurn(run);
  }

  private endTurn(run: number): void {
    const nowMs = performance.now();
    if (this.active === run) {
      this.elapsedMs[run]! += nowMs - this.sinceMs;
      this.active = null;
    }
    const present = this.done.filter(Number.isFinite).length;
    if (this.active !== null || this.waiting.size < present || present === 0) return;
    const [next, start] = [...this.waiting].reduce((least, entry) =>
      this.done[entry[0]]! < this.done[least[0]]! ? entry : least,
    );
    this.waiting.delete(next);
    this.active = next;
    this.sinceMs = nowMs;
    start();
  }
}
