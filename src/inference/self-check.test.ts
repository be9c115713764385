/** The golden pair as the exporter writes it, and what the self-check says of sessions that are off by known amounts. */
import { describe, expect, test } from "vitest";
import { tinyManifest } from "../testing/tiny-models";
import type { NetworkSession } from "./backend";
import { goldenFileNames, readGolden } from "./golden";
import { requirePassed, selfCheck } from "./self-check";

const INDEX = JSON.stringify({
  inputs: { optical: { shape: [1, 1, 1, 2], file: "g.bin", offset: 4 } },
  output: { shape: [1, 2, 1, 2], file: "g.bin", offset: 12 },
});

/** One number nobody asks for, two of input, four of output: little-endian single precision. */
function goldenBytes(count = 7): Uint8Array<ArrayBuffer> {
  const bytes = new DataView(new ArrayBuffer(4 * count));
  for (const [at, value] of [99, 0.5, -2, 1, 4, 3, -1].slice(0, count).entries()) bytes.setFloat32(4 * at, value, true);
  return new Uint8Array(bytes.buffer);
}

function model(goldenFiles: Readonly<Record<string, Blob>>, withGolden = true) {
  const golden = withGolden ? { file: "g.json", tolerance: 0.01 } : null;
  return { manifest: tinyManifest("identity", { golden }), graph: new Blob(), externalData: {}, goldenFiles };
}

const FILES = { "g.json": new Blob([INDEX]), "g.bin": new Blob([goldenBytes()]) };

describe("a golden pair", () => {
  test("is read with its shapes, from where each tensor lies", async () => {
    expect(await readGolden(model(FILES))).toEqual({
      inputs: { optical: { dims: [1, 1, 1, 2], data: Float32Array.of(0.5, -2) } },
      output: { dims: [1, 2, 1, 2], data: Float32Array.of(1, 4, 3, -1) },
      tolerance: 0.01,
      origin: "with-model",
    });
    expect(goldenFileNames(INDEX)).toEqual(["g.bin"]);
  });

  test("may be absent, but not damaged", async () => {
    expect(await readGolden(model(FILES, false))).toBeNull();
    expect(await readGolden(model({}))).toBeNull();
    const cut = { ...FILES, "g.bin": new Blob([goldenBytes(6)]) };
    await expect(readGolden(model(cut))).rejects.toThrow(/g.bin has 24 bytes, 28 are needed/);
    await expect(readGolden(model({ "g.json": FILES["g.json"] }))).rejects.toThrow(/g.bin is not there/);
    await expect(readGolden(model({ ...FILES, "g.json": new Blob(["{"]) }))).rejects.toMatchObject({
      code: "bad-model",
    });
  });
});

describe("the self-check", () => {
  const facts = { kind: "wasm", adapter: "this machine", reason: "test", precision: "fp32" } as const;

  /** A session of two windows a batch that gives the golden output, changed by `off` per value of both slots. */
  async function check(off: readonly number[]) {
    const golden = (await readGolden(model(FILES)))!;
    const seen: number[][] = [];
    const session: NetworkSession = {
      batch: 2,
      async run({ optical }) {
        seen.push([...optical!.dims], [...optical!.data]);
        const data = Float32Array.from(off, (difference, at) => golden.output.data[at % 4]! + difference);
        return { dims: [2, 2, 1, 2], data };
      },
      release: async () => undefined,
    };
    const said = await selfCheck(session, golden, facts);
    // The golden input stands in every slot.
    expect(seen).toEqual([
      [2, 1, 1, 2],
      [0.5, -2, 0.5, -2],
    ]);
    return said;
  }

  test("passes up to the tolerance, whichever slot is off", async () => {
    expect(await check([0, 0, 0, 0, 0, 0, 0, 0])).toMatchObject({
      verdict: "passed",
      largestDifference: 0,
      tolerance: 0.01,
      argmaxAgreement: 1,
      adapter: "this machine",
    });
    const near = await check([0, 0, 0, 0, 0, -0.0078125, 0, 0.00390625]);
    expect(near).toMatchObject({ verdict: "passed", largestDifference: 0.0078125, argmaxAgreement: 1 });
    expect(() => requirePassed(near, "net")).not.toThrow();
  });

  test("fails beyond it, and says by how much and how many pixels keep their class", async () => {
    // Slot 1, pixel 0: class 0 becomes 1 + 2.5 against 3 of class 1, so one of four pixels changes.
    const off = await check([0, 0, 0, 0, 2.5, 0, 0, 0]);
    expect(off).toMatchObject({ verdict: "failed", largestDifference: 2.5, argmaxAgreement: 0.75 });
    expect(() => requirePassed(off, "net")).toThrow(/On this machine.*off by 2.50.*At most 0.01/);
  });

  test("fails on NaN and on an output of another size", async () => {
    expect(await check([0, 0, 0, 0, 0, Number.NaN, 0, 0])).toMatchObject({
      verdict: "failed",
      largestDifference: Number.NaN,
    });
    expect(await check([0, 0, 0, 0, 0])).toMatchObject({ verdict: "failed" });
  });

  test("says when there is nothing to compare with", async () => {
    const session = {} as NetworkSession;
    expect(await selfCheck(session, null, facts)).toMatchObject({ verdict: "no-golden-pair", largestDifference: null });
  });
});
