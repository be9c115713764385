/** The command line as a process of its own: its peak memory, and how far it came before it was killed. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

export interface Ended {
  /** Null when it was killed. */
  readonly status: number | null;
  readonly stderr: string;
  /** Most memory the process held at once, as the kernel counts it. */
  readonly peakBytes: number;
  readonly seconds: number;
  readonly firstWindow: number;
  readonly windows: number;
}

/** `nadir` with these arguments: runs to the end, or is killed without warning once `killAfter` windows are done. */
export function watchNadir(args: readonly string[], killAfter = Number.POSITIVE_INFINITY): Promise<Ended> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, ["scripts/nadir.mjs", ...args], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let peakBytes = 0;
  let stderr = "";
  let firstWindow = -1;
  let windows = 0;
  const watch = setInterval(() => {
    peakBytes = Math.max(peakBytes, highWater(child.pid!));
  }, 100);
  child.stderr.on("data", (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-2000);
    const done = [...chunk.toString().matchAll(/"windowsDone":(\d+)/g)].map((match) => Number(match[1]));
    if (done.length === 0) return;
    if (firstWindow < 0) firstWindow = done[0]!;
    windows = done.at(-1)!;
    if (windows >= killAfter) child.kill("SIGKILL");
  });
  return new Promise((resolve) =>
    child.on("close", (status) => {
      clearInterval(watch);
      resolve({ status, stderr, peakBytes, seconds: (performance.now() - startedMs) / 1000, firstWindow, windows });
    }),
  );
}

function highWater(pid: number): number {
  try {
    const kilobytes = readFileSync(`/proc/${pid}/status`, "utf8").match(/VmHWM:\s+(\d+) kB/)?.[1];
    return 1024 * Number(kilobytes ?? 0);
  } catch {
    return 0;
  }
}
