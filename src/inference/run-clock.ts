/** Progress of a run in windows, with a rate and the time left. */
import type { RunProgress } from "../core/run/run-settings";

/** Windows that must be done before a remaining time is named. */
const WINDOWS_BEFORE_ETA = 3;

export class RunClock {
  private done = 0;
  private workedMs = 0;
  private worked = 0;

  constructor(
    private readonly total: number,
    private readonly report: ((progress: RunProgress) => void) | undefined,
  ) {}

  /** `elapsedMs` is null for windows that were skipped: they say nothing about the speed. */
  add(windows: number, elapsedMs: number | null): void {
    this.done += windows;
    if (elapsedMs !== null) {
      this.workedMs += elapsedMs;
      this.worked += windows;
    }
    this.tell("running");
  }

  /** After a recovery: windows since the last finished strip are done again. */
  backTo(windowsDone: number): void {
    this.done = windowsDone;
  }

  tell(stage: RunProgress["stage"]): void {
    const windowsPerSecond = this.workedMs > 0 ? (1000 * this.worked) / this.workedMs : 0;
    this.report?.({
      windowsDone: this.done,
      windowsTotal: this.total,
      windowsPerSecond,
      secondsLeft:
        this.worked >= WINDOWS_BEFORE_ETA && windowsPerSecond > 0 ? (this.total - this.done) / windowsPerSecond : null,
      stage,
    });
  }
}
