/** Progress on standard error: a bar with ETA on a terminal, JSON lines for programs. */
import type { RunProgress } from "../core/run/run-settings";
import type { TextStream } from "./command-io";

const BAR_CELLS = 24;
const LEAST_INTERVAL_MS = 200;

export interface ProgressDisplay {
  show(progress: RunProgress): void;
  /** Leaves the terminal on a fresh line. */
  end(): void;
}

/** A bar with the time left on a terminal, one JSON object a line otherwise. */
export function showProgress(stream: TextStream): ProgressDisplay {
  const isTerminal = stream.isTTY === true;
  let lastMs = Number.NEGATIVE_INFINITY;
  let lastStage = "";
  return {
    show(progress) {
      const nowMs = performance.now();
      const isFinal = progress.windowsDone === progress.windowsTotal;
      if (nowMs - lastMs < LEAST_INTERVAL_MS && progress.stage === lastStage && !isFinal) {
        return;
      }
      lastMs = nowMs;
      lastStage = progress.stage;
      stream.write(isTerminal ? `\r\u001b[K${progressLine(progress)}` : `${JSON.stringify(progress)}\n`);
    },
    end() {
      if (isTerminal) {
        stream.write("\n");
      }
    },
  };
}

function progressLine({ stage, windowsDone, windowsTotal, windowsPerSecond, secondsLeft }: RunProgress): string {
  if (stage !== "running") {
    return stage.replaceAll("-", " ");
  }
  const fraction = windowsTotal === 0 ? 1 : windowsDone / windowsTotal;
  const filled = Math.round(fraction * BAR_CELLS);
  const bar = "█".repeat(filled) + "░".repeat(BAR_CELLS - filled);
  const left = secondsLeft === null ? "" : ` · ${spellSeconds(secondsLeft)} left`;
  return `${bar} ${windowsDone}/${windowsTotal} windows · ${windowsPerSecond.toFixed(1)}/s${left}`;
}

function spellSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(whole / 60);
  return minutes === 0 ? `${whole} s` : `${minutes} min ${whole % 60} s`;
}
