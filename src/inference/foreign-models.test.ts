/**
 * Graphs as others export them, each the largest of red, green and blue: from the file to the mask as a dropped model
 * goes, against onnxruntime in Python over the whole image at once.
 *
 * numpy: image = [(7 c + 13 r + 29 b + (c r % 31) 5) % 256 for b in 0, 1, 2] of 150 × 90 pixels, / 255; ids by
 * onnxruntime 1.31.1 (argmax of the logits where there are some); numpy.bincount.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createNodeSession, nodeCpuFacts } from "../cli/node-session";
import { draftManifest } from "../core/manifest/draft-manifest";
import type { ModelManifest } from "../core/manifest/manifest";
import { readOnnx } from "../core/manifest/read-onnx";
import { arrayRaster, measureWhole } from "../testing/array-raster";
import { memorySink } from "../testing/memory-sink";
import { runSettings, tensor, tinyManifest } from "../testing/tiny-models";
import { createCpuBackend } from "./cpu-backend";
import { narrowed, widened } from "./graph-values";
import { runScene } from "./run-scene";
import { selfCheck } from "./self-check";

const FACTS = nodeCpuFacts(1);

const photo = arrayRaster({
  widthPx: 150,
  heightPx: 90,
  roles: ["red", "green", "blue"],
  value: (band, col, row) => (7 * col + 13 * row + 29 * band + ((col * row) % 31) * 5) % 256,
});

async function open(name: string, change: (draft: ModelManifest) => Partial<ModelManifest> = () => ({})) {
  const graph = readFileSync(new URL(`../testing/fixtures/${name}.onnx`, import.meta.url));
  const draft = draftManifest(readOnnx(graph, `${name}.onnx`), `${name}.onnx`);
  const base = tinyManifest("identity", {
    graph: { file: `${name}.onnx`, sha256: "", bytes: graph.length, opset: 18, precision: "fp32", weights: "fp32" },
    inputs: [tensor("image", "optical", ["red", "green", "blue"], { kind: "declared-type" })],
    output: { name: draft.output.name, kind: draft.output.kind, stride: 1, shape: ["batch", 3, 64, 64] },
  });
  const manifest = { ...base, ...change(base) };
  return { draft, manifest, session: await createNodeSession(manifest, graph, { batch: 1, threads: 1 }) };
}

describe("a model of others", () => {
  test.each([
    ["free-size", 1, false],
    ["half", 1, false],
    ["batch-of-four", 4, false],
    ["class-map", 1, true],
    ["class-map-one-channel", 1, true],
    ["class-map-int32", 1, true],
    ["class-map-uint8", 1, true],
  ])("%s runs by its trial and gives onnxruntime's classes", async (name, batch, isClassMap) => {
    const { draft, manifest, session } = await open(name);
    expect(draft.output.isClassMap).toBe(isClassMap);
    expect(draft.windowFixed).toBe(name === "batch-of-four");
    expect(session.batch).toBe(batch);
    await selfCheck(session, null, FACTS, manifest);
    const sink = memorySink(150, 90);
    await runScene({
      manifest,
      settings: runSettings(),
      optical: photo,
      auxiliary: null,
      backend: createCpuBackend(session, FACTS),
      sink,
      measureBand: measureWhole,
    });
    const counts = [0, 0, 0];
    for (const id of sink.classIds) counts[id]!++;
    expect(counts).toEqual([1516, 1528, 10456]);
    await session.release();
  });

  test("whose output has another size, or more classes, is refused at its trial with the sizes", async () => {
    const quarter = await open("free-size", ({ output }) => ({
      output: { ...output, stride: 4, shape: ["batch", 3, 16, 16] },
    }));
    await expect(selfCheck(quarter.session, null, FACTS, quarter.manifest)).rejects.toThrow(
      /windows of 64 px into 3 × 64 × 64 values.*3 × 16 × 16 were expected/s,
    );
    const two = await open("class-map", ({ classes, output }) => ({
      classes: classes.slice(0, 2),
      output: { ...output, shape: ["batch", 2, 64, 64] },
    }));
    await expect(selfCheck(two.session, null, FACTS, two.manifest)).rejects.toThrow(
      /holds class 2.*2 classes are named/s,
    );
  });
});

test("half precision and back, as numpy rounds it", () => {
  // numpy.float32(x).astype(numpy.float16).view(numpy.uint16)
  const values = Float32Array.of(
    0,
    -0,
    1,
    1 / 255,
    1 + 2 ** -11,
    1 + 3 * 2 ** -11,
    65_504,
    65_519.9,
    65_520,
    6e-8,
    2e-8,
    -6.1e-5,
    Number.NaN,
    -Infinity,
  );
  const bits = [0, 32768, 15360, 7172, 15360, 15362, 31743, 31743, 31744, 1, 0, 33791, 32256, 64512];
  expect([...narrowed(values)]).toEqual(bits);
  expect(widened(Uint16Array.of(0x3c00, 0x0001, 0xfc00, 0x7bff))).toEqual(
    Float32Array.of(1, 2 ** -24, -Infinity, 65_504),
  );
});
