/** The whole job without a page: open, run, score, export, remove. Judged by GDAL and scikit-learn. */
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { describeRaster, scoreWithScikit } from "../../e2e/judge";
import { setPaused } from "../actions/runs/hold-queue";
import { cancelRun, removeRun, runChosenModels } from "../actions/runs/run-model";
import { openSample, removeScene } from "../actions/scenes/open-files";
import { scoreConfusion } from "../core/metrics/scores";
import { withTemporaryFolder } from "./export-fixtures";
import { cropFiles, evaluated, exportTo, histogram, runToEnd, sceneReady } from "./journey";
import { withoutPython } from "./run-python";
import { JOURNEY, openStudioInNode, type StudioInNode, type StudioInNodeOptions, until } from "./studio-in-node";
import { cloneMessage } from "./wire";

const opened: StudioInNode[] = [];

async function open(options?: StudioInNodeOptions): Promise<StudioInNode> {
  const studio = await openStudioInNode(options);
  opened.push(studio);
  return studio;
}

afterEach(() => {
  for (const { dispose } of opened.splice(0)) dispose();
});

describe("the studio in Node", JOURNEY, () => {
  test.skipIf(withoutPython)("does the whole job on a corner of the sample scene", () =>
    withTemporaryFolder(async (folder) => {
      const inNode = await open({ files: await cropFiles(folder, 320) });
      const { studio } = inNode;
      const { scene, truth } = await sceneReady(studio);
      expect(scene.auxiliary?.alignment.verdict).not.toBe("refused");
      expect(truth.status).toBe("ready");

      const [run] = await runToEnd(studio);
      const { classes, maskToClass, withBoundary } = await evaluated(studio, run!.id);
      const tif = (await exportTo(folder, inNode, run!.id, "geotiff")).tif!;
      const png = (await exportTo(folder, inNode, run!.id, "png")).png!;

      const original = describeRaster(join(folder, "crop_RGB.tif"));
      const tiff = describeRaster(tif);
      const { size, epsg, transform } = original;
      expect(tiff).toMatchObject({ size, epsg, transform, count: 1, dtype: "uint8", nodata: 255 });
      expect(tiff.histogram).toEqual(await histogram(studio, run!));
      expect(tiff.histogram.slice(0, 5).reduce((sum, count) => sum + count)).toBe(320 * 320);
      expect(describeRaster(png).sha).toBe(tiff.sha);

      const reference = scoreWithScikit(tif, join(folder, "crop_label.tif"), {
        colours: classes.map(({ colour }) => colour),
        maskToClass: Object.fromEntries(maskToClass.flatMap((target, id) => (target === null ? [] : [[id, target]]))),
      });
      expect([...withBoundary.counts]).toEqual(reference.confusion.flat());
      const scores = scoreConfusion(
        withBoundary,
        classes.map((_, id) => id),
      );
      expect(scores.overallAccuracy).toBeCloseTo(reference.oa, 9);
      expect(scores.kappa).toBeCloseTo(reference.kappa, 9);

      removeRun(studio, run!.id);
      removeScene(studio, scene.id);
      const { runs, scenes, evaluation } = studio.store.getState();
      expect([runs.records, scenes.records, Object.keys(evaluation.byRun)]).toEqual([[], [], []]);
    }),
  );

  test("holds a run between two windows, and cancels it there", async () => {
    let batches = 0;
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const { studio } = await open({ beforeBatch: () => (++batches === 5 ? held : Promise.resolve()) });
    await openSample(studio);
    runChosenModels(studio);
    const run = await until(
      studio,
      ({ runs, progress }) => runs.records.find(({ id }) => progress[id]?.windowsDone === 4),
      "four windows",
    );
    setPaused(studio, run.id, true);
    cancelRun(studio, run.id);
    letGo();
    await until(studio, ({ runs }) => runs.records[0]?.state.status === "cancelled", "the end of the run");
    expect(batches).toBe(5);
  });

  test("ends its workers, and nothing changes any more", async () => {
    const never = new Promise<void>(() => undefined);
    const { studio, dispose } = await open({ beforeBatch: () => never });
    await openSample(studio);
    runChosenModels(studio);
    await until(studio, ({ runs }) => runs.records.find(({ state }) => state.status === "running"), "the run");
    dispose();
    const before = studio.store.getState();
    await expect(studio.rasters.call("opticalDisplay", { opticalId: "any", display: {} })).rejects.toThrow(/was ended/);
    expect(studio.store.getState()).toBe(before);
  });
});

describe("a message between page and worker", () => {
  test("is a copy, but for files", () => {
    const file = new File(["abc"], "a.tif");
    const message = { list: [1, { file }], bytes: new Uint8Array([1, 2]), at: new Date(0), error: new RangeError("x") };
    const copy = cloneMessage(message) as typeof message;
    expect(copy).toEqual(message);
    expect(copy.list).not.toBe(message.list);
    expect(copy.bytes.buffer).not.toBe(message.bytes.buffer);
    expect((copy.list[1] as { file: File }).file).toBe(file);
  });

  test("with a function in it is refused, as at a worker", () => {
    expect(() => cloneMessage({ list: [{ blob: new Blob(), read: () => 1 }] })).toThrow(
      expect.objectContaining({ name: "DataCloneError" }),
    );
  });

  test("takes along what is transferred", () => {
    const { buffer } = new Uint8Array(4);
    const copy = cloneMessage({ buffer }, [buffer]) as { buffer: ArrayBuffer };
    expect([buffer.byteLength, copy.buffer.byteLength]).toEqual([0, 4]);
  });
});
