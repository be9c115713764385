/** A graph dropped without a manifest: read, completed, tried, and then it runs like the shipped one. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { NadirError } from "../../core/errors";
import { selectManifest } from "../../store/selectors";
import { asInThePapers } from "../../testing/as-in-the-papers";
import { cropFiles, histogram, runToEnd, sceneReady } from "../../testing/journey";
import { withoutPython } from "../../testing/run-python";
import { fileAt, JOURNEY } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { testDataPath } from "../../testing/test-data";
import { shippedModel } from "../../testing/zoo-in-node";
import { openFiles } from "../scenes/open-files";
import { changeDraft, tryOwnModel } from "./import-model";

const FREE = testDataPath("field-cases/onnx-dynamic-height-width/dynamic_hw.onnx");
const STUB = testDataPath("onnx/deepness-dummy/dummy_recognition_model.onnx");

describe.skipIf(withoutPython)("a model of one's own", JOURNEY, () => {
  const studios = studiosOfTests();

  test("an .onnx alone is described, completed, tried and gives the shipped model's mask", async () => {
    const files = await cropFiles(studios.folder, 128);
    const { studio } = await studios.open({ files, models: [await asInThePapers(shippedModel("emsnet-nano"))] });
    await sceneReady(studio);
    const shipped = selectManifest(studio.store.getState(), "emsnet-nano")!;
    await openFiles(studio, [new File([readFileSync("models/zoo/emsnet-nano.onnx")], "mine.onnx")]);
    const { ownModel } = studio.store.getState();
    expect(ownModel).toMatchObject({ fileName: "mine.onnx", facts: { opset: shipped.graph.opset } });
    const { draft } = ownModel!;
    changeDraft(studio, { classes: draft.classes.map((entry, id) => ({ ...entry, name: shipped.classes[id]!.name })) });
    await tryOwnModel(studio);
    expect(studio.store.getState().ownModel).toBeNull();
    expect(studio.store.getState().settings.modelIds).toEqual(["emsnet-nano", "own:mine"]);

    const [theirs, mine] = await runToEnd(studio);
    expect(mine!.modelName).toBe("mine");
    expect(await histogram(studio, mine!)).toEqual(await histogram(studio, theirs!));
  });

  test.skipIf(!existsSync(FREE))(
    "a graph that leaves height and width open asks for its window and goes on",
    async () => {
      const { studio } = await studios.open();
      await openFiles(studio, [await fileAt(FREE)]);
      expect(studio.store.getState().ownModel!.draft).toMatchObject({ windowPx: 256, windowFixed: false });
      changeDraft(studio, { windowPx: 128 });
      await tryOwnModel(studio);
      expect(studio.store.getState().ownModel).toBeNull();
      const added = selectManifest(studio.store.getState(), "own:dynamic_hw")!;
      expect(added).toMatchObject({ window: { sizePx: 128 }, output: { shape: ["batch", 6, 128, 128] } });
    },
  );

  test("a trial runs the graph: one whose output is not what the card says stays on its card, with the sizes", async () => {
    const { studio } = await studios.open();
    await openFiles(studio, [new File([readFileSync("src/testing/fixtures/free-size.onnx")], "free.onnx")]);
    const { output } = studio.store.getState().ownModel!.draft;
    changeDraft(studio, { output: { ...output, stride: 4 } });
    await tryOwnModel(studio);
    const { error } = studio.store.getState().ownModel!;
    expect(new NadirError(error!).message).toMatch(/3 × 256 × 256 values.*3 × 64 × 64 were expected/s);
  });

  test.skipIf(!existsSync(STUB))("a network that does not segment is refused with the reason", async () => {
    const { studio } = await studios.open();
    await openFiles(studio, [await fileAt(STUB)]);
    const [refused] = studio.store.getState().models.refused;
    expect(new NadirError(refused!.error).message).toContain("Regression");
  });

  test("files that are no model are refused by name", async () => {
    const { studio } = await studios.open();
    await openFiles(studio, [
      new File(['{"format": "nadir-model/1", "id": 7}'], "broken.nadir.json"),
      new File(['{"format": '], "half.nadir.json"),
      new File(["no graph"], "lonely.onnx"),
      new File(["{}"], "stray.json"),
    ]);
    const { refused } = studio.store.getState().models;
    const said = Object.fromEntries(refused.map(({ fileName, error }) => [fileName, new NadirError(error).message]));
    expect(said["broken.nadir.json"]).toContain("fault");
    expect(said["half.nadir.json"]).toContain("no JSON");
    expect(said["lonely.onnx"]).toContain("no ONNX graph");
    expect(said["stray.json"]).toContain("no model manifest");
  });
});
