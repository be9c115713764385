/**
 * Devices that fail while a run goes, as the engine hears of it (`gpu-backend.ts` tells them in the same codes; on a
 * real device: `inference/gpu-pipeline.gpu.test.ts`): the identical mask, or a sentence with the finished rows kept.
 */
import { describe, expect, test } from "vitest";
import { resumeRun, runChosenModels } from "../../actions/runs/run-model";
import { changeSettings } from "../../actions/view/arrange";
import { NadirError, type NadirErrorCode } from "../../core/errors";
import { histogram } from "../journey";
import { JOURNEY, type StudioInNode } from "../studio-in-node";
import { done, expectSentences, settled, smallTabsOfTests } from "./small-tabs";

function fault(code: NadirErrorCode): NadirError {
  return new NadirError({ code, found: `Produced on purpose: ${code}.`, needed: "A device.", next: "Go on." });
}

/** Calls of the network of a run over the small scene, one window each. */
const LAST_CALL = 14;

/** Fails before the calls of these numbers, counted over the whole tab. */
function failing(code: NadirErrorCode, calls: readonly number[]) {
  let count = 0;
  return async () => {
    if (calls.includes(++count)) throw fault(code);
  };
}

describe("device", JOURNEY, () => {
  const tabs = smallTabsOfTests();
  const recoveries = async (tab: StudioInNode) => (await done(tab)).state.result.result.recoveries;

  test.each([
    ["at the first window", [1]],
    ["in the first row of windows", [2]],
    ["after the first finished rows", [7]],
    ["at the last window", [LAST_CALL]],
    ["three times at the same place", [7, 8, 9]],
    ["again and again between finished rows", [3, 7, 11, 15]],
  ])("lost %s → survived", async (_, calls) => {
    const tab = await tabs.open({ beforeBatch: failing("device-lost", calls) });
    runChosenModels(tab.studio);
    expect(await histogram(tab.studio, await done(tab))).toEqual(tabs.whole);
    expect(await recoveries(tab)).toBe(calls.length);
  });

  test("lost at every window → refused, rows kept, gone on with to the identical mask", async () => {
    let isBroken = false;
    let count = 0;
    const tab = await tabs.open({
      beforeBatch: async () => {
        isBroken ||= ++count === 7;
        if (isBroken) throw fault("device-lost");
      },
    });
    runChosenModels(tab.studio);
    const { id, state } = await settled(tab);
    expect(state).toMatchObject({ status: "failed", error: { code: "device-lost" }, checkpoint: { strip: 0 } });
    isBroken = false;
    resumeRun(tab.studio, id);
    expect(await histogram(tab.studio, await done(tab))).toEqual(tabs.whole);
  });

  test.each([
    ["out of memory", "out-of-memory"],
    ["a read-back that does not fit its checksum", "failed-read-back"],
    ["an operation that does not pass validation", "bad-output"],
  ] as const)("%s, once → survived", async (_, code) => {
    const tab = await tabs.open({ beforeBatch: failing(code, [5]), batch: 2 });
    runChosenModels(tab.studio);
    const run = await done(tab);
    expect(await histogram(tab.studio, run)).toEqual(tabs.whole);
    expect(run.state.result.result).toMatchObject({ recoveries: 1, batch: code === "out-of-memory" ? 1 : 2 });
  });

  test.each([
    ["out of memory with a single window", "out-of-memory"],
    ["an operation that never passes validation", "bad-output"],
  ] as const)("%s → refused, rows kept", async (_, code) => {
    const tab = await tabs.open({ beforeBatch: failing(code, [7, 8, 9, 10, 11]) });
    runChosenModels(tab.studio);
    expect((await settled(tab)).state).toMatchObject({ status: "failed", error: { code }, checkpoint: { strip: 0 } });
    expectSentences(tab);
  });

  /** The device is lost, and no fresh one is given any more. */
  const adapterGone = () => {
    let isGone = false;
    const lose = failing("device-lost", [7]);
    return {
      comeBack: () => {
        isGone = false;
      },
      hooks: {
        beforeBatch: () =>
          lose().catch((error: unknown) => {
            isGone = true;
            throw error;
          }),
        beforeLoad: async ({ backend }: { readonly backend: string }) => {
          if (isGone && backend !== "wasm") throw fault("backend-unavailable");
        },
      },
    };
  };

  test("adapter gone, the choice automatic → survived on the CPU", async () => {
    const tab = await tabs.open(adapterGone().hooks);
    runChosenModels(tab.studio);
    expect(await histogram(tab.studio, await done(tab))).toEqual(tabs.whole);
  });

  test("adapter gone, the GPU asked for → refused, rows kept, gone on with once it is back", async () => {
    const { hooks, comeBack } = adapterGone();
    const tab = await tabs.open(hooks);
    changeSettings(tab.studio, { backend: "webgpu" });
    runChosenModels(tab.studio);
    const { id, state } = await settled(tab);
    expect(state).toMatchObject({ status: "failed", error: { code: "backend-unavailable" }, checkpoint: { strip: 0 } });
    comeBack();
    resumeRun(tab.studio, id);
    expect(await histogram(tab.studio, await done(tab))).toEqual(tabs.whole);
  });
});
