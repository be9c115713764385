/** Predictions made elsewhere become runs: our own export comes back pixel by pixel, others as GDAL's colours say. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { predictionName } from "../../core/pairing/pair-prediction";
import { isDone } from "../../store/runs";
import { selectSceneRuns } from "../../store/selectors";
import { cropFiles, evaluated, exportTo, histogram, runToEnd, sceneReady } from "../../testing/journey";
import { withoutPython } from "../../testing/run-python";
import { JOURNEY, until } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { addPredictions } from "./add-prediction";

test.each([
  ["top_potsdam_2_10_mynet.tif", ["potsdam 2 10", "top_potsdam_2_10_RGB.tif"], "mynet"],
  ["potsdam-02-10.emsnet-nano.tif", ["potsdam 2 10", "top_potsdam_2_10_RGB.tif"], "emsnet nano"],
  ["top_potsdam_2_10.png", ["potsdam 2 10", "top_potsdam_2_10_RGB.tif"], "prediction"],
])("%s over %j is called %s", (file, scene, name) => {
  expect(predictionName(file, scene)).toBe(name);
});

describe.skipIf(withoutPython)("a prediction made elsewhere", JOURNEY, () => {
  const studios = studiosOfTests();

  test("is a run: its mask, its scores, its words; what says nothing of its ids is refused", async () => {
    const files = await cropFiles(studios.folder, 128);
    const inNode = await studios.open({ files });
    const { studio } = inNode;
    await sceneReady(studio);
    const [made] = await runToEnd(studio);
    const scores = await evaluated(studio, made!.id);
    const exported = await exportTo(join(studios.folder, "own"), inNode, made!.id, "geotiff");
    const asFile = (path: string, name: string) => new File([readFileSync(path)], name);

    await addPredictions(studio, [
      asFile(exported.tif!, "crop_own.tif"),
      asFile(exported.xml!, "crop_own.tif.aux.xml"),
    ]);
    const run = await until(
      studio,
      (state) =>
        selectSceneRuns(state)
          .filter(isDone)
          .find(({ modelId }) => modelId === "prediction"),
      "the prediction",
    );
    expect(run.modelName).toBe("own");
    expect(run.classes.map(({ name }) => name)).toEqual(made!.classes.map(({ name }) => name));
    expect(await histogram(studio, run)).toEqual(await histogram(studio, made!));
    const { withBoundary, noBoundary, classes } = await evaluated(studio, run.id);
    expect(classes).toEqual(scores.classes);
    expect([...withBoundary.counts]).toEqual([...scores.withBoundary.counts]);
    expect([...noBoundary.counts]).toEqual([...scores.noBoundary.counts]);
    expect(run.state.result.result.madeElsewhere?.fileName).toBe("crop_own.tif");

    // The truth itself, three bands of colours, is a perfect prediction.
    await addPredictions(studio, [asFile(join(studios.folder, "crop_label.tif"), "crop_perfect.tif")]);
    const perfect = await until(
      studio,
      (state) =>
        selectSceneRuns(state)
          .filter(isDone)
          .find(({ modelName }) => modelName === "perfect"),
      "the truth as a prediction",
    );
    const { withBoundary: all } = await evaluated(studio, perfect.id);
    const off = [...all.counts].filter((_, cell) => Math.floor(cell / all.classCount) !== cell % all.classCount);
    expect(off.every((count) => count === 0)).toBe(true);

    await addPredictions(studio, [asFile(join(studios.folder, "crop_dsm.tif"), "crop_bare.tif")]);
    const { refused } = studio.store.getState().scenes;
    expect(refused.map(({ fileName, error }) => [fileName, error.code])).toEqual([["crop_bare.tif", "unknown-labels"]]);
  });
});
