/**
 * A run on an engine that may fall silent: a thread that never comes back inside the runtime, or a driver that hangs,
 * stops the whole worker, and nothing in it can notice. Watched from outside, the worker is replaced and the run goes
 * on from its last finished strip. A cancelled run whose worker does not answer ends all the same.
 */
import { NadirError } from "../core/errors";
import type { RunCheckpoint } from "../core/run/run-checkpoint";
import type { EngineHandlers, EngineRunProgress, EngineRunRequest, EngineRunResult } from "../workers/engine-protocol";
import type { RestartableClient } from "../workers/rpc";

export interface Patience {
  readonly tickMs: number;
  /** Ticks without a word after which a run counts as stuck; doubled after each restart, for machines that are slow. */
  readonly silentTicks: number;
  /** Between windows: this many times the longest silence so far, from `leastTicks` to `silentTicks`. */
  readonly silenceFactor: number;
  readonly leastTicks: number;
  /** The same once it has been cancelled. */
  readonly cancelTicks: number;
}

const PATIENCE: Patience = { tickMs: 2000, silentTicks: 120, silenceFactor: 8, leastTicks: 15, cancelTicks: 15 };
const MOST_RESTARTS = 2;

export interface PatientOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: EngineRunProgress) => void;
  readonly isPaused: () => boolean;
  /** Told when the engine was replaced; `row` is where the run goes on. */
  readonly onRestart: (row: number) => void;
}

/** @throws {NadirError} `device-lost` when fresh engines fall silent too. */
export async function runPatiently(
  engine: Pick<RestartableClient<EngineHandlers>, "call" | "restart">,
  request: EngineRunRequest,
  options: PatientOptions,
  patience: Patience = PATIENCE,
): Promise<EngineRunResult> {
  let checkpoint: RunCheckpoint | undefined = request.resume;
  const onProgress = (progress: EngineRunProgress) => {
    checkpoint = progress.checkpoint ?? checkpoint;
    options.onProgress(progress);
  };
  for (let restarts = 0; ; restarts++) {
    const asked = checkpoint === undefined ? request : { ...request, resume: checkpoint };
    const patient = {
      ...patience,
      silentTicks: patience.silentTicks * 2 ** restarts,
      leastTicks: patience.leastTicks * 2 ** restarts,
    };
    const result = await callWatched(engine, asked, { ...options, onProgress }, patient);
    if (result !== "silent") return result;
    engine.restart();
    options.signal.throwIfAborted();
    if (restarts === MOST_RESTARTS) throw neverAnswered();
    options.onRestart(checkpoint?.nextRow ?? 0);
    // The files of a worker that was ended are free a moment later.
    await new Promise((resolve) => setTimeout(resolve, patience.tickMs));
  }
}

async function callWatched(
  engine: Pick<RestartableClient<EngineHandlers>, "call">,
  request: EngineRunRequest,
  { signal, onProgress, isPaused }: PatientOptions,
  patience: Patience,
): Promise<EngineRunResult | "silent"> {
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
  const silent = new Promise<"silent">((resolve) => {
    timer = setInterval(() => {
      quiet = isPaused() && !signal.aborted ? 0 : quiet + 1;
      if (quiet > mostQuiet()) resolve("silent");
    }, patience.tickMs);
  });
  const answer = engine.call("run", request, {
    signal,
    onProgress: (progress: EngineRunProgress) => {
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

function neverAnswered(): NadirError {
  return new NadirError({
    code: "device-lost",
    found: `The engine stopped answering ${MOST_RESTARTS + 1} times.`,
    needed: "It must get through a window of this model.",
    next: "Close other programs that keep the computer busy, choose the other backend, or a smaller model.",
  });
}
