import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { NadirError } from "../errors";
import { parseManifest } from "./parse-manifest";

const valid = {
  format: "nadir-model/1",
  id: "tiny",
  name: "Tiny",
  version: "1.0.0",
  description: "Two classes.",
  scores: [],
  graph: { file: "tiny.onnx", sha256: "0".repeat(64), bytes: 10, opset: 18, precision: "fp32", weights: "fp16" },
  externalData: [],
  inputs: [
    {
      name: "optical",
      role: "optical",
      kind: "optical",
      bands: ["red", "green", "blue"],
      shape: ["batch", 3, 64, 64],
      scale: { kind: "declared-type" },
      mean: [0, 0, 0],
      std: [1, 1, 1],
      nodataFill: 0,
    },
  ],
  output: { name: "logits", kind: "logits", stride: 4, shape: ["batch", 2, 16, 16] },
  window: { sizePx: 64, padPx: 0, suggestedStridePx: 48, fixed: true },
  groundSamplingDistanceMetres: { min: 0.05, max: 0.5 },
  classes: [
    { id: 0, name: "ground", colour: [255, 255, 255], scored: true },
    { id: 1, name: "building", colour: [0, 0, 255], scored: true },
  ],
  stitch: { accumulate: "sum-logits", blend: "trapezoid", papersStridePx: null },
  golden: { file: "tiny.golden.json", tolerance: 0.001 },
};

function faultsOf(json: unknown): string {
  try {
    parseManifest(json, "tiny.nadir.json");
  } catch (error) {
    expect(error).toBeInstanceOf(NadirError);
    expect((error as NadirError).code).toBe("bad-manifest");
    return (error as NadirError).message;
  }
  return "";
}

describe("parsing a model manifest", () => {
  test("a valid one comes back whole", () => {
    expect(parseManifest(valid, "tiny.nadir.json")).toEqual(valid);
  });

  test("the example in the documentation is valid once its elisions are filled", () => {
    const example = readFileSync("docs/manifest.md", "utf8").match(/```jsonc\n([\s\S]*?)```/)![1]!;
    const json = JSON.parse(example.replace(/ +\/\/.*$/gm, "").replace("…64 hex…", "a".repeat(64)));
    expect(faultsOf({ ...json, output: { ...json.output, shape: ["batch", 1, 256, 256] } })).toBe("");
  });

  const heights = {
    ...valid.inputs[0],
    name: "heights",
    role: "auxiliary",
    kind: "ndsm",
    bands: ["height"],
    shape: ["batch", 1, 64, 64],
    scale: { kind: "fixed", min: 0, max: 20 },
    mean: [0],
    std: [1],
  };

  test("heights above the ground that the model can do without, and the resolution it works best at", () => {
    const json = {
      ...valid,
      inputs: [valid.inputs[0], { ...heights, optional: true, absent: -1 }],
      groundSamplingDistanceMetres: { min: 0.1, max: 0.4, best: 0.2 },
    };
    expect(parseManifest(json, "tiny.nadir.json")).toEqual(json);
  });

  test.each([
    [
      "without saying how their absence looks",
      [valid.inputs[0], { ...heights, optional: true }],
      "inputs[1].absent is missing",
    ],
    ["in place of the image", [{ ...valid.inputs[0], optional: true, absent: 0 }], 'role "auxiliary"'],
  ])("an input that may be left out %s is refused", (_, inputs, expected) => {
    expect(faultsOf({ ...valid, inputs })).toContain(expected);
  });

  test("a best resolution outside its own range is refused", () => {
    const groundSamplingDistanceMetres = { min: 0.1, max: 0.4, best: 0.5 };
    expect(faultsOf({ ...valid, groundSamplingDistanceMetres })).toContain("best 0.5 lies outside 0.1 to 0.4");
  });

  test.each([
    ["no object", 12, "the manifest is 12"],
    ["another format", { ...valid, format: "x" }, 'format is "x", "nadir-model/1" is needed'],
    ["a missing field", { ...valid, id: undefined }, "id is missing, text is needed"],
    ["a nested fault", { ...valid, graph: { ...valid.graph, bytes: -1 } }, "graph.bytes is -1"],
    ["a file elsewhere", { ...valid, graph: { ...valid.graph, file: "../x.onnx" } }, "graph.file"],
    ["an unknown band", { ...valid, inputs: [{ ...valid.inputs[0], bands: ["pink"] }] }, "inputs[0].bands"],
    [
      "bands that do not fit the tensor",
      { ...valid, inputs: [{ ...valid.inputs[0], bands: ["red"] }] },
      "names 1 bands",
    ],
    ["a zero deviation", { ...valid, inputs: [{ ...valid.inputs[0], std: [1, 0, 1] }] }, "std holds a zero"],
    ["a window of another size", { ...valid, window: { ...valid.window, padPx: 10 } }, "the padded window 74 px"],
    ["classes out of order", { ...valid, classes: [...valid.classes].reverse() }, "classes[0].id is 1"],
    ["too few classes", { ...valid, classes: valid.classes.slice(1) }, "2 channels for 1 classes"],
  ])("%s is refused by name", (_, json, expected) => {
    expect(faultsOf(json)).toContain(expected);
  });

  test.each([
    [
      "a kind of scaling",
      { scale: { kind: "log" } },
      'inputs[0].scale.kind is "log", one of "declared-type", "min-max"',
    ],
    ["a scaling's field", { scale: { kind: "fixed", min: 0 } }, "inputs[0].scale.max is missing, a number is needed"],
    ["a list's item", { mean: [0, "x", 0] }, 'inputs[0].mean[1] is "x", a number is needed'],
    ["a tensor's batch", { shape: [1, 3, 64, 64] }, 'inputs[0].shape[0] is 1, "batch" is needed'],
  ])("%s is refused with its place", (_, change, expected) => {
    expect(faultsOf({ ...valid, inputs: [{ ...valid.inputs[0], ...change }] })).toContain(expected);
  });

  test("null and nothing both mean that there is none", () => {
    const { golden: _, ...rest } = valid;
    const read = parseManifest({ ...rest, paper: null, licence: null, network: null }, "tiny.nadir.json");
    expect(read.golden).toBeNull();
    expect(read.paper).toBeUndefined();
  });

  test("entries of an endless list are not even looked at", () => {
    let looks = 0;
    const entry = {
      get id() {
        looks++;
        return 0;
      },
    };
    const message = faultsOf({ ...valid, classes: Array.from({ length: 62_500 }, () => entry) });
    expect(message).toContain("a fault: classes is a list of 62500, a list of at most 1000 is needed.");
    expect(looks).toBe(0);
  });

  test("twenty faults are named, the others are counted", () => {
    const message = faultsOf({ ...valid, classes: Array.from({ length: 1000 }, () => ({})) });
    expect(message).toContain("4000 faults: classes[0].id is missing");
    expect(message).toContain("classes[4].scored is missing, true or false is needed; and 3980 more.");
    expect(message).not.toContain("classes[5]");
  });

  test("all faults are told at once", () => {
    const message = faultsOf({ ...valid, id: 1, name: 2 });
    expect(message).toContain("2 faults");
    expect(message).toContain("id is 1");
    expect(message).toContain("name is 2");
  });
});
