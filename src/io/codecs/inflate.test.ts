import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { PYTHON, withoutPython } from "../../testing/run-python";
import { inflate } from "./inflate";

const BYTES = Uint8Array.from({ length: 5000 }, (_, at) => (at * at) >> 7);

/** As Python's zlib writes them. */
function deflated(): Uint8Array<ArrayBuffer> {
  const script = "import sys, zlib; sys.stdout.buffer.write(zlib.compress(sys.stdin.buffer.read()))";
  return Uint8Array.from(execFileSync(PYTHON, ["-c", script], { input: BYTES }));
}

test.skipIf(withoutPython)(
  "DEFLATE: whole, followed by something, longer than asked for; cut off and damaged it is refused",
  () => {
    const stored = deflated();
    expect(inflate(stored, BYTES.length)).toEqual(BYTES);
    expect(inflate(Uint8Array.of(...stored, 0, 1, 2), BYTES.length)).toEqual(BYTES);
    expect(inflate(stored, 1000)).toEqual(BYTES.slice(0, 1000));
    expect(() => inflate(stored.slice(0, stored.length / 2), BYTES.length)).toThrow("unexpected EOF");
    expect(() => inflate(stored.fill(255, 2), BYTES.length)).toThrow();
  },
);
