/** The probability of one class: computed for a part of the scene, read under the pointer, stopped when asked. */
import { describe, expect, test, vi } from "vitest";
import { cropFiles, runToEnd, sceneReady } from "../../testing/journey";
import { withoutPython } from "../../testing/run-python";
import { JOURNEY, type StudioInNode, until } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { shippedModel } from "../../testing/zoo-in-node";
import { pinPixel } from "../view/probe-pixel";
import { cancelResponse, computeResponse } from "./respond";
import { removeRun } from "./run-model";

const VIEW = { col: 40, row: 60, widthPx: 120, heightPx: 90 };
const WHOLE = { col: 0, row: 0, widthPx: 200, heightPx: 200 };

describe.skipIf(withoutPython)("a response map", JOURNEY, () => {
  const studios = studiosOfTests();

  async function withRun(beforeBatch?: () => Promise<void>) {
    const files = await cropFiles(studios.folder, 200);
    const models = [shippedModel("emsnet-nano")];
    const inNode = await studios.open({ files, models, ...(beforeBatch && { beforeBatch }) });
    await sceneReady(inNode.studio);
    const [run] = await runToEnd(inNode.studio);
    const building = run!.classes.find(({ name }) => name === "building")!.id;
    return { ...inNode, run: run!, building };
  }

  const shown = ({ studio }: Pick<StudioInNode, "studio">) =>
    studio.store.getState().responses.records.map((record) => record.shown?.area ?? null);

  test("covers what was in view and no more, and agrees with mask and confidence in every pixel looked at", async () => {
    const { studio, run, building } = await withRun();
    await computeResponse(studio, run.id, building, VIEW);
    const [area] = shown({ studio });
    // Whole windows are computed: at least the view, and not the whole scene.
    expect(area!.widthPx * area!.heightPx).toBeLessThan(200 * 200);
    expect([area!.col <= VIEW.col, area!.row <= VIEW.row]).toEqual([true, true]);
    let agreed = 0;
    for (let col = 45; col < 160; col += 13) {
      for (let row = 65; row < 150; row += 11) {
        await pinPixel(studio, col, row);
        const { runs, responses } = studio.store.getState().probe.pinned!;
        const { probability } = responses[0]!;
        const { classId, confidence } = runs[0]!;
        // Both are rounded: the one to 254 parts, the other to 255.
        if (classId === building) {
          expect(Math.abs(probability - confidence!)).toBeLessThan(1 / 127);
          agreed++;
        } else {
          expect(probability).toBeLessThanOrEqual(confidence! + 1 / 127);
        }
      }
    }
    expect(agreed).toBeGreaterThan(10);
    await pinPixel(studio, 199, 199);
    expect(studio.store.getState().probe.pinned!.responses).toEqual([]);
  });

  test("of another view replaces the old one; cancelled, the old one stays; a removed run takes it along", async () => {
    let hold: Promise<void> | null = null;
    const { studio, run, building } = await withRun(() => hold ?? Promise.resolve());
    await computeResponse(studio, run.id, building, VIEW);
    const before = shown({ studio });
    let letGo = () => {};
    hold = new Promise((resolve) => {
      letGo = resolve;
    });
    const cancelled = computeResponse(studio, run.id, building, WHOLE);
    await until(studio, ({ responses }) => responses.records[0]?.work.status === "computing", "the new map");
    cancelResponse(studio, run.id, building);
    letGo();
    await cancelled;
    expect(shown({ studio })).toEqual(before);
    expect(studio.store.getState().responses.records[0]!.work.status).toBe("idle");
    hold = null;
    await computeResponse(studio, run.id, building, WHOLE);
    expect(shown({ studio })).toEqual([WHOLE]);
    removeRun(studio, run.id);
    expect(shown({ studio })).toEqual([]);
  });

  test("asked of an engine that hangs comes from a fresh one", async () => {
    let hangs = false;
    const { studio, run, building } = await withRun(() =>
      hangs ? new Promise<never>(() => undefined) : Promise.resolve(),
    );
    hangs = true;
    const restart = studio.engine.restart;
    studio.engine.restart = () => {
      hangs = false;
      restart();
    };
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "setTimeout", "clearTimeout"] });
    try {
      const asked = computeResponse(studio, run.id, building, WHOLE);
      while (shown({ studio })[0] == null) {
        await vi.advanceTimersByTimeAsync(2000);
        await new Promise((resolve) => setImmediate(resolve));
      }
      await asked;
    } finally {
      vi.useRealTimers();
    }
    expect(hangs).toBe(false);
    expect(shown({ studio })).toEqual([WHOLE]);
  });
});
