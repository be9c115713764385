/** How long what is queued will take, judged by the runs that are finished. */

/** One model over so many pixels. */
interface QueuedRun {
  readonly modelId: string;
  readonly pixels: number;
}

interface TimedRun extends QueuedRun {
  readonly seconds: number;
}

/**
 * Seconds until nothing is left: each run that waits at the pace, in seconds a pixel, of the newest finished run of its
 * model; where its model has not finished one yet, at the mean pace of all that are finished.
 *
 * @param running   Seconds left of the running run, 0 without one.
 * @param finished  Oldest first.
 * @returns         Null when something waits and nothing has been timed.
 */
export function queueSecondsLeft(
  running: number,
  waiting: readonly QueuedRun[],
  finished: readonly TimedRun[],
): number | null {
  if (waiting.length === 0) return running;
  const paces = new Map(finished.map(({ modelId, seconds, pixels }) => [modelId, seconds / pixels]));
  if (paces.size === 0) return null;
  const total = (of: (run: TimedRun) => number) => finished.reduce((sum, run) => sum + of(run), 0);
  const mean = total(({ seconds }) => seconds) / total(({ pixels }) => pixels);
  return waiting.reduce((sum, { modelId, pixels }) => sum + pixels * (paces.get(modelId) ?? mean), running);
}
