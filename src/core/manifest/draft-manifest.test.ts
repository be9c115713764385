/** Real files: the shipped graphs and, where they are at hand, the seventeen stubs of the QGIS Deepness plugin. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { draftManifest } from "./draft-manifest";
import { type OnnxFacts, readOnnx } from "./read-onnx";

const read = (path: string) => readOnnx(readFileSync(path), path);
const DEEPNESS = `${process.env.NADIR_TEST_DATA ?? "../shared/data"}/onnx/deepness-dummy`;

describe("the shipped nano EMSNet", () => {
  const path = "models/zoo/emsnet-nano.onnx";

  test.skipIf(!existsSync(path))("its inputs, output and window are what its own manifest says", () => {
    const manifest = JSON.parse(readFileSync("models/zoo/emsnet-nano.nadir.json", "utf8"));
    const facts = read(path);
    expect(facts.opset).toBe(manifest.graph.opset);
    const draft = draftManifest(facts, "emsnet-nano.onnx");
    expect(draft.windowPx).toBe(manifest.window.sizePx + manifest.window.padPx);
    expect(draft.classes).toHaveLength(manifest.classes.length);
    expect(draft.inputs.map(({ name, bands }) => [name, bands])).toEqual(
      manifest.inputs.map(({ name, bands }: { name: string; bands: string[] }) => [name, bands]),
    );
    expect(draft.output).toEqual({
      name: manifest.output.name,
      kind: manifest.output.kind,
      stride: manifest.output.stride,
      isClassMap: false,
      strideOpen: false,
    });
  });
});

test("an input called ndsm reads heights above the ground, in metres", () => {
  const facts = read("src/testing/fixtures/identity-dsm.onnx");
  const named = (name: string) => ({
    ...facts,
    inputs: facts.inputs.map((input) => (input.name === "dsm" ? { ...input, name } : input)),
  });
  expect(draftManifest(named("dsm"), "a.onnx").inputs[1]).toMatchObject({ heights: "dsm", scale: "min-max" });
  expect(draftManifest(named("ndsm"), "a.onnx").inputs[1]).toMatchObject({ heights: "ndsm", scale: "fixed" });
});

describe.skipIf(!existsSync(DEEPNESS))("Deepness stubs", () => {
  const stub = (name: string) => draftManifest(read(`${DEEPNESS}/${name}`), name);

  test("a two-class softmax loads as probabilities", () => {
    const draft = stub("dummy_segmentation_models/one_output_softmax_bsx2x512x512.onnx");
    expect(draft).toMatchObject({ windowPx: 512, windowFixed: true, output: { stride: 1, kind: "probabilities" } });
    expect(draft.classes).toHaveLength(2);
  });

  test("class names come from the metadata", () => {
    const draft = stub("dummy_segmentation_models/two_outputs_softmax_bsx2x512x512.onnx");
    expect(draft.classes.map(({ name }) => name)).toEqual(["Coffee", "Tea"]);
    expect(draft.guesses.some((guess) => guess.includes("outputs"))).toBe(true);
  });

  test.each([
    ["dummy_recognition_model.onnx", /Regression/],
    ["dummy_regression_models/dummy_regression_model.onnx", /Regressor/],
    ["dummy_segmentation_models/one_output_sigmoid_bsx1x512x512.onnx", /1 channel \(a threshold/],
    ["dummy_segmentation_models/one_output_sigmoid_bsx512x512.onnx", /batch_size × 512 × 512/],
    ["dummy_segmentation_models/different_output_size_512_to_484.onnx", /512 px into 484 × 484/],
    ["dummy_superresolution_model.onnx", /64 px into 128 × 128/],
  ])("%s is refused with the reason", (name, reason) => {
    expect(() => stub(name)).toThrow(reason);
  });

  test("every stub ends in a draft or a sentence", () => {
    const files = readdirSync(DEEPNESS, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".onnx"));
    expect(files.length).toBeGreaterThan(10);
    for (const name of files) {
      try {
        expect(stub(name).classes.length).toBeGreaterThan(1);
      } catch (error) {
        expect((error as Error).name).toBe("NadirError");
      }
    }
  });
});

describe("keys of the Deepness plug-in", () => {
  const draftOf = (metadata: Record<string, string>, channels = 3) => {
    const tensor = (name: string, count: number) => ({ name, elementType: 1, shape: ["batch", count, 512, 512] });
    const facts: OnnxFacts = {
      opset: 17,
      producer: "",
      inputs: [tensor("input", channels)],
      outputs: [tensor("output", 2)],
      operators: {},
      producedBy: {},
      metadata,
      externalData: [],
    };
    return draftManifest(facts, "own.onnx");
  };

  // "resolution: Real-world resolution of images … centimeters per pixel" (the plug-in's page on model creation).
  test.each([
    ["10", 0.1],
    ["25.0", 0.25],
    ["7.5", 0.075],
    ["300", 3],
  ])("a resolution of %s cm is %s m", (resolution, metres) => {
    const draft = draftOf({ resolution });
    expect(draft.groundSamplingDistanceMetres).toBe(metres);
    expect(draft.guesses.some((guess) => guess.includes("ground sampling distance"))).toBe(false);
  });

  test.each(["", "0", "-5", "fine"])("a resolution of %j is none: the usual one is taken, and said", (resolution) => {
    const draft = draftOf({ resolution });
    expect(draft.groundSamplingDistanceMetres).toBe(0.1);
    expect(draft.guesses.some((guess) => guess.includes("ground sampling distance"))).toBe(true);
  });

  test.each([
    ["JSON", "[0.485, 0.456, 0.406]", "[0.229, 0.224, 0.225]"],
    ["a Python tuple", "(0.485, 0.456, 0.406)", "(0.229, 0.224, 0.225)"],
  ])("mean and deviation written as %s are taken over", (_, standardization_mean, standardization_std) => {
    const [input] = draftOf({ standardization_mean, standardization_std }).inputs;
    expect(input).toMatchObject({ mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] });
  });

  test("a mean for another number of channels is none", () => {
    const [input] = draftOf({ standardization_mean: "[0.5]", standardization_std: "[0.5, 0.5, 0.5]" }, 4).inputs;
    expect(input).toMatchObject({ mean: [0, 0, 0, 0], std: [1, 1, 1, 1] });
  });
});

test("bytes that are no model are refused in words", () => {
  expect(() => readOnnx(new Uint8Array([110, 111, 116, 32, 97]), "a.onnx")).toThrow(/no ONNX graph/);
  expect(() => readOnnx(new Uint8Array(0), "a.onnx")).toThrow(/no graph/);
});
