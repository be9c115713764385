/** A golden pair made on the spot: computed once, kept, and hard enough to tell a wrong device. */
import { describe, expect, test } from "vitest";
import { nodeCpuFacts } from "../cli/node-session";
import { tinyManifest } from "../testing/tiny-models";
import { tinyNodeSession } from "../testing/tiny-node-backend";
import type { NetworkSession } from "./backend";
import { computedGolden, type GoldenMemory } from "./computed-golden";
import { requirePassed, selfCheck } from "./self-check";

function memory(): GoldenMemory & { readonly kept: Map<string, Float32Array> } {
  const kept = new Map<string, Float32Array>();
  return { kept, read: async (key) => kept.get(key) ?? null, write: async (key, logits) => void kept.set(key, logits) };
}

const manifest = tinyManifest("placed");

/** A device that is wrong by `error` in one logit. */
function wrongBy(session: NetworkSession, error: number): NetworkSession {
  return {
    ...session,
    async run(inputs) {
      const { dims, data } = await session.run(inputs);
      return { dims, data: data.map((value, at) => (at === 777 ? value + error : value)) };
    },
  };
}

describe("a golden pair that did not come with the model", () => {
  test("is computed once and kept by graph and window", async () => {
    const store = memory();
    let opened = 0;
    const open = () => {
      opened++;
      return tinyNodeSession(manifest, 2);
    };
    const first = await computedGolden(manifest, store, open);
    expect(await computedGolden(manifest, store, open)).toEqual(first);
    expect(opened).toBe(1);
    expect([...store.kept.keys()]).toEqual([` ${manifest.window.sizePx}`]);
  });

  test("is what the same network gives again, in every slot, and a wrong one does not", async () => {
    const golden = await computedGolden(manifest, memory(), () => tinyNodeSession(manifest, 1));
    const session = await tinyNodeSession(manifest, 3);
    const facts = nodeCpuFacts(1);
    expect(await selfCheck(session, golden, facts)).toMatchObject({
      verdict: "passed",
      argmaxAgreement: 1,
      golden: "computed",
    });
    const off = 2 * golden!.tolerance;
    const wrong = await selfCheck(wrongBy(session, off), golden, facts);
    expect(wrong).toMatchObject({ verdict: "failed" });
    expect(() => requirePassed(wrong, "mine")).toThrow("an input that WebAssembly was given before");
    await session.release();
  });

  test("is none where the logits are no numbers: a run says so by the window", async () => {
    const broken = tinyManifest("not-finite");
    expect(await computedGolden(broken, memory(), () => tinyNodeSession(broken, 1))).toBeNull();
  });
});
