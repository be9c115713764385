/** Recorded sessions that replay right, or wrong in one of the ways a graphics driver can get it wrong. */
import { expect, test } from "vitest";
import { tinyManifest } from "../testing/tiny-models";
import type { NetworkSession, NetworkTensor } from "./backend";
import type { GoldenPair } from "./golden";
import { checkReplay } from "./graph-replay";

const manifest = tinyManifest("identity");
const facts = { kind: "webgpu", adapter: "this machine", reason: "test", precision: "fp32" } as const;
const image: NetworkTensor = { dims: [1, 1, 1, 2], data: Float32Array.of(0.5, -2) };
const golden: GoldenPair = {
  inputs: { [manifest.inputs[0]!.name]: image },
  output: { dims: [1, 1, 1, 2], data: Float32Array.of(1, -4) },
  tolerance: 0.01,
  origin: "with-model",
};

/** Doubles its input, as the n-th run (0 is the one that is recorded) makes of it. */
function session(bent: (doubled: Float32Array, run: number, recorded: Float32Array | null) => Float32Array) {
  let runs = 0;
  let recorded: Float32Array | null = null;
  const made: NetworkSession = {
    batch: 1,
    async run(inputs) {
      const { dims, data } = Object.values(inputs)[0]!;
      const out = bent(
        data.map((value) => 2 * value),
        runs++,
        recorded,
      );
      recorded ??= out;
      return { dims, data: out };
    },
    release: async () => undefined,
  };
  return made;
}

const right = session((doubled) => doubled);
const stuck = () => session((doubled, _run, recorded) => recorded ?? doubled);
const drifting = () => session((doubled, run) => (run === 0 ? doubled : doubled.map((value) => value + 1e-6 * run)));

test("a replay that gives what was recorded, and other things for other inputs, is trusted", async () => {
  expect(await checkReplay(right, manifest, golden, facts)).toMatchObject({
    replays: true,
    selfCheck: { verdict: "passed", largestDifference: 0 },
  });
  expect(await checkReplay(right, manifest, null, facts)).toMatchObject({
    replays: true,
    selfCheck: { verdict: "no-golden-pair" },
  });
});

test("a replay that gives the recorded output for every input is not; the golden pair says so where there is one", async () => {
  expect(await checkReplay(stuck(), manifest, null, facts)).toMatchObject({ replays: false });
  expect(await checkReplay(stuck(), manifest, golden, facts)).toMatchObject({ selfCheck: { verdict: "failed" } });
});

test("a replay that differs by a bit from the recording is not", async () => {
  expect(await checkReplay(drifting(), manifest, null, facts)).toMatchObject({ replays: false });
  expect(await checkReplay(drifting(), manifest, golden, facts)).toMatchObject({ replays: false });
});
