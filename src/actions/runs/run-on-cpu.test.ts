/** A run whose device computed wrongly is marked, and one click computes it again where the device has no say. */
import { describe, expect, test } from "vitest";
import { type DoneRun, isDone } from "../../store/runs";
import { cropFiles, histogram, runToEnd, sceneReady } from "../../testing/journey";
import { withoutPython } from "../../testing/run-python";
import { JOURNEY, until } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { changeSettings } from "../view/arrange";
import { runOnCpu } from "./run-model";

describe.skipIf(withoutPython)("a run on a device that computes wrongly", JOURNEY, () => {
  const studios = studiosOfTests();

  test("is marked, and run again on the CPU with its own settings gives the mask of an honest machine", async () => {
    const files = await cropFiles(studios.folder, 200);
    const { studio } = await studios.open({ files, miscompute: (logits) => void logits.reverse() });
    await sceneReady(studio);
    changeSettings(studio, { backend: "webgpu" });
    const [marked] = await runToEnd(studio);
    expect(marked!.state.result.result).toMatchObject({
      backend: { kind: "webgpu" },
      windowCheck: { verdict: "differ", windows: 16, escapedShare: null },
    });

    // What is asked for by now does not change what is run again.
    changeSettings(studio, { overlapFraction: 0.5 });
    runOnCpu(studio, marked!.id);
    const again = await until(
      studio,
      ({ runs }) => runs.records.find((run): run is DoneRun => run.id !== marked!.id && isDone(run)),
      "the run on the CPU",
    );
    expect(again.settings).toEqual({ ...marked!.settings, backend: "wasm" });
    const { backend, windowsRun, windowCheck } = again.state.result.result;
    expect([backend.kind, windowsRun, windowCheck]).toEqual(["node-cpu", 16, undefined]);

    const honest = (await studios.open({ files })).studio;
    await sceneReady(honest);
    const [wanted] = await runToEnd(honest);
    expect(await histogram(studio, again)).toEqual(await histogram(honest, wanted!));
    expect(await histogram(studio, marked!)).not.toEqual(await histogram(honest, wanted!));
  });
});
