/**
 * A question to an engine that may fall silent: a thread that never comes back inside the runtime, or a driver that
 * hangs, stops the whole worker, and nothing in it can notice. Watched from outside, the worker is replaced and asked
 * again. A cancelled question whose worker does not answer ends all the same.
 */
import { NadirError } from "../../core/errors";
import type { RunProgress } from "../../core/run/run-settings";
import type { EngineHandlers } from "../../workers/engine-protocol";
import type { RestartableClient } from "../../workers/rpc";

export interface Patience {
  readonly tickMs: number;
  /** Ticks without a word after which an engine counts as stuck; doubled after each restart, for slow machines. */
  readonly silentTicks: number;
  /** Between windows: this many times the longest silence so far, from `leastTicks` to `silentTicks`. */
  readonly silenceFactor: number;
  readonly leastTicks: number;
  /** The same once it has been cancelled. */
  readonly cancelTicks: number;
  readonly mostRestarts: number;
}

export const PATIENCE: Patience = {
  tickMs: 2000,
  silentTicks: 120,
  silenceFactor: 8,
  leastTicks: 15,
  cancelTicks: 15,
  mostRestarts: 2,
};

export interface PatientOptions<Progress extends RunProgress> {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  readonly isPaused?: () => boolean;
  /** Told when the engine was replaced and is asked again. */
  readonly onRestart?: () => void;
}

export type Question<Answer, Progress extends RunProgress> = (
  options: Pick<PatientOptions<Progress>, "signal" | "onProgress">,
) => Promise<Answer>;

/**
 * @param ask  Called again with each fresh engine.
 * @throws {NadirError} `device-lost` when fresh engines fall silent too.
 */
export async function askPatiently<Answer, Progress extends RunProgress>(
  engine: Pick<RestartableClient<EngineHandlers>, "restart">,
  ask: Question<Answer, Progress>,
  options: PatientOptions<Progress>,
  patience: Patience,
): Promise<Answer> {
  for (let restarts = 0; ; restarts++) {
    const asking = watched(ask, options, {
      ...patience,
      silentTicks: patience.silentTicks * 2 ** restarts,
      leastTicks: patience.leastTicks * 2 ** restarts,
    });
    const answer = await asking.catch((error: unknown): typeof ENDED => {
      const code = error instanceof NadirError ? error.code : null;
      // Remembered by the worker it happened in: the next question is for a fresh one.
      if (code === "runtime-unavailable") engine.restart();
      if (code === "worker-ended") return ENDED;
      throw error;
    });
    if (answer !== SILENT && answer !== ENDED) return answer;
    if (answer === SILENT) engine.restart();
    options.signal.throwIfAborted();
    if (restarts === patience.mostRestarts) throw neverAnswered(restarts + 1);
    options.onRestart?.();
  }
}

const SILENT = Symbol("silent");
/** Dead, and replaced already or with the next question. */
const ENDED = Symbol("ended");

async function watched<Answer, Progress extends RunProgress>(
  ask: Question<Answer, Progress>,
  { signal, onProgress, isPaused }: PatientOptions<Progress>,
  patience: Patience,
): Promise<Answer | typeof SILENT> {
  // Ticks are counted, not time: a computer that slept was not silent.
  let quiet = 0;
  let longestQuiet = 0;
  let betweenWindows = false;
  let timer: ReturnType<typeof setInterval> | undefined;
  const hear = () => {
    longestQuiet = Math.max(longestQuiet, quiet);
    quiet = 0;
  };
  const mostQuiet = () => {
    const { silentTicks, cancelTicks, silenceFactor, leastTicks } = patience;
    if (signal.aborted) return cancelTicks;
    return betweenWindows ? Math.min(silentTicks, Math.max(leastTicks, silenceFactor * longestQuiet)) : silentTicks;
  };
  signal.addEventListener("abort", hear);
  const silent = new Promise<typeof SILENT>((resolve) => {
    timer = setInterval(() => {
      quiet = isPaused?.() === true && !signal.aborted ? 0 : quiet + 1;
      if (quiet > mostQuiet()) resolve(SILENT);
    }, patience.tickMs);
  });
  const answer = ask({
    signal,
    onProgress(progress) {
      hear();
      betweenWindows =
        progress.stage === "running" && progress.windowsDone > 0 && progress.windowsDone < progress.windowsTotal;
      onProgress(progress);
    },
  });
  // When the engine is replaced it is rejected, and nobody waits for it any more.
  answer.catch(() => undefined);
  try {
    return await Promise.race([answer, silent]);
  } finally {
    clearInterval(timer);
    signal.removeEventListener("abort", hear);
  }
}

function neverAnswered(times: number): NadirError {
  return new NadirError({
    code: "device-lost",
    found: times === 1 ? "The engine stopped answering." : `The engine stopped answering ${times} times.`,
    needed: "It must get through a window of this model.",
    next: "Close other programs that keep the computer busy, choose the other backend, or a smaller model.",
  });
}
