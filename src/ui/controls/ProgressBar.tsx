/** How far work on the engine has come, as a thin bar. */
import type { RunProgress } from "../../core/run/run-settings";

export function ProgressBar({ label, progress }: { label: string; progress: RunProgress | null }) {
  return <ShareBar label={label} share={progress === null ? 0 : shareDone(progress)} />;
}

/** @param share  What is done, 0–1. */
export function ShareBar({ label, share }: { label: string; share: number }) {
  return (
    <div
      className="progress"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(100 * share)}
    >
      <div className="progress-bar" style={{ width: `${100 * share}%` }} />
    </div>
  );
}

/** Of the windows, or of the model's bytes while they are fetched. */
export function shareDone({ windowsDone, windowsTotal, loaded }: RunProgress): number {
  if (loaded !== undefined) return loaded.bytes / loaded.totalBytes;
  return windowsTotal === 0 ? 0 : windowsDone / windowsTotal;
}
