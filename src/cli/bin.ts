/** `nadir` as a process: its arguments, streams and signals, and `main` between them. */
import { main } from "./main";
import { createSessionPool } from "./session-pool";

const cancel = new AbortController();
const onInterrupt = () => cancel.abort();
process.once("SIGINT", onInterrupt).once("SIGTERM", onInterrupt);
try {
  process.exitCode = await main(process.argv.slice(2), {
    stdout: process.stdout,
    stderr: process.stderr,
    signal: cancel.signal,
    openCpuSession: createSessionPool,
  });
} finally {
  process.off("SIGINT", onInterrupt).off("SIGTERM", onInterrupt);
}
