/**
 * What is appended to the shipped graphs, judged by onnx (checker, reference reading of the weights) and onnxruntime in
 * Python: features and old logits are the network's own values, the filter bank is NumPy's and SciPy's, and a taught
 * head gives what NumPy makes of the features.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ModelManifest } from "../core/manifest/manifest";
import { parseManifest } from "../core/manifest/parse-manifest";
import { noise } from "../testing/array-raster";
import { runPython, withoutPython } from "../testing/run-python";
import { tinyManifest } from "../testing/tiny-models";
import { appendHead, SAMPLES_OUTPUT, showSamples, TAUGHT_OUTPUT } from "./compose";
import { findHead } from "./find-head";
import { type TaughtHead, valuesOf } from "./head";

const SHIPPED = ["emsnet", "emsnet-nano", "mobanet", "mobanet-nano", "mfnet", "mfnet-nano"];
const CHANNELS = [32, 32, 64, 16, 64, 32];

function shipped(id: string): { manifest: ModelManifest; bytes: Uint8Array } {
  const manifest = parseManifest(JSON.parse(readFileSync(`models/zoo/${id}.nadir.json`, "utf8")), id);
  return { manifest, bytes: readFileSync(`models/zoo/${id}.onnx`) };
}

function random(seed: number, length: number): Float64Array {
  return Float64Array.from({ length }, (_, at) => (noise(seed, at) / 2 ** 32 - 0.5) / 4);
}

describe("where a graph can be taught", () => {
  test.each(SHIPPED.map((id, at) => [id, CHANNELS[at]!]))("%s shows %i channels", (id, channels) => {
    const { manifest, bytes } = shipped(id);
    const head = findHead(bytes, manifest);
    expect({ ...head, features: "", logits: "" }).toEqual({
      features: "",
      logits: "",
      channels,
      classes: 6,
      isHalf: false,
      resizes: [],
    });
    expect(head.logits).toBe(manifest.output.name);
  });

  test("a graph without a convolution is refused with the operator it ends in", () => {
    const bytes = readFileSync("src/testing/fixtures/identity-dsm.onnx");
    expect(() => findHead(bytes, tinyManifest("identity-dsm"))).toThrow(
      /cannot be taught: its output comes from Concat/,
    );
  });

  test("bytes that are cut short are refused", () => {
    const { manifest, bytes } = shipped("emsnet-nano");
    expect(() => findHead(bytes.subarray(0, bytes.length - 7), manifest)).toThrow(/cannot be taught/);
  });

  test("an output that nothing makes, and another number of classes, are refused", () => {
    const { manifest, bytes } = shipped("mfnet-nano");
    const lost = { ...manifest, output: { ...manifest.output, name: "lost" } };
    expect(() => findHead(bytes, lost)).toThrow(/nothing in it makes "lost"/);
    const fewer = { ...manifest, classes: manifest.classes.slice(1) };
    expect(() => findHead(bytes, fewer)).toThrow(/gives 6 channels for 5 classes/);
  });

  test("a model that was taught is taught anew from its base", () => {
    const { manifest, bytes } = shipped("mfnet-nano");
    const taught = {
      ...manifest,
      taught: {
        base: { id: "base", name: "Base", sha256: "0".repeat(64) },
        date: "2026-11-29",
        scenes: [],
        strokes: 1,
        strokesFile: null,
        head: "linear" as const,
        leftOut: [],
      },
    };
    expect(() => findHead(bytes, taught)).toThrow(/taught from the one it began with \(base\)/);
  });
});

const JUDGE = `
import json, sys
import numpy as np, onnx, onnxruntime as ort
from scipy import ndimage
given = json.load(sys.stdin)
out = []
for case in given["cases"]:
    for path in (case["samples"], case["taught"]):
        onnx.checker.check_model(path, full_check=True)
    base = onnx.load(case["base"])
    taught_model = onnx.load(case["taught"])
    assert (taught_model.ir_version, taught_model.opset_import) == (base.ir_version, base.opset_import)
    manifest = case["manifest"]
    size, pad, stride = manifest["window"]["sizePx"], manifest["window"]["padPx"], manifest["output"]["stride"]
    rng = np.random.default_rng(4)
    feeds = {}
    for value in manifest["inputs"]:
        # Smooth, as pictures are, and noisy.
        plane = rng.random((1, len(value["bands"]), size, size))
        plane = 0.6 * ndimage.gaussian_filter(plane, (0, 0, 6, 6)) + 0.4 * plane
        mean, std = (np.array(value[key]).reshape(1, -1, 1, 1) for key in ("mean", "std"))
        feeds[value["name"]] = np.pad((plane - mean) / std, ((0, 0), (0, 0), (0, pad), (0, pad))).astype("float32")
    run = lambda path, names: ort.InferenceSession(path, providers=["CPUExecutionProvider"]).run(names, feeds)
    base.graph.output.append(onnx.helper.make_tensor_value_info(case["features"], 1, None))
    old, features = ort.InferenceSession(base.SerializeToString(), providers=["CPUExecutionProvider"]).run([manifest["output"]["name"], case["features"]], feeds)
    (samples,) = run(case["samples"], ["${SAMPLES_OUTPUT}"])
    (kept,) = run(case["taught"], [manifest["output"]["name"]])
    (taught,) = run(case["taught"], ["${TAUGHT_OUTPUT}"])
    def enlarged(values):
        if stride == 1: return values
        import torch
        return torch.nn.functional.interpolate(torch.from_numpy(values), scale_factor=stride, mode="bilinear", align_corners=False).numpy()
    features, large = enlarged(features)[0], enlarged(old)[0]
    inside = (slice(None), slice(0, size), slice(0, size))
    scaled = [feeds[v["name"]][0][inside] * np.array(v["std"]).reshape(-1, 1, 1) + np.array(v["mean"]).reshape(-1, 1, 1) for v in manifest["inputs"]]
    photo, height = scaled[0].astype("float64"), scaled[1][0].astype("float64")
    def mean(plane, r):
        k = 2 * r + 1
        sums = ndimage.uniform_filter(plane, k, mode="constant") * k * k
        return sums / (ndimage.uniform_filter(np.ones_like(plane), k, mode="constant") * k * k)
    deviation = lambda plane, r: np.sqrt(np.maximum(mean(plane**2, r) - mean(plane, r) ** 2, 0) + 1e-6)
    spread = lambda plane: ndimage.maximum_filter(plane, 3, mode="nearest") - ndimage.minimum_filter(plane, 3, mode="nearest")
    light = photo.mean(0); shares = photo / (photo.sum(0) + 0.05); edges, slope = spread(light), spread(height)
    bank = [*photo, *(mean(p, 2) for p in photo), *(mean(p, 8) for p in photo), *shares, *(mean(p, 4) for p in shares),
            deviation(light, 1), deviation(light, 4), deviation(light, 12), edges, mean(edges, 4), mean(edges, 12),
            height, height - mean(height, 8), height - mean(height, 24), deviation(height, 2), deviation(height, 6), slope, mean(slope, 4)]
    F, B, K = case["shape"]["features"], case["shape"]["bank"], case["shape"]["oldClasses"]
    shown = samples[0][inside]
    x = shown[:F + B].reshape(F + B, -1).astype("float64")
    head = {key: np.array(value) for key, value in case["head"].items()}
    wanted = head["weights"] @ x + head["bias"][:, None]
    wanted[:K] += shown[F + B:].reshape(K, -1)
    from scipy.spatial.distance import cdist
    seen = ((x - head["shift"][:, None]) * head["scale"][:, None]).T
    near = np.exp(-cdist(head["centres"], seen, "sqeuclidean"))
    wanted += head["out"] @ near
    got = taught[0][inside].reshape(len(wanted), -1)
    worst = lambda a, b: float(np.abs(a - b).max())
    out.append(dict(
        kept=bool((kept == old).all()), bankChannels=len(bank), shapes=[list(samples.shape), list(taught.shape)],
        features=worst(shown[:F], features[inside]), bank=worst(shown[F:F + B], np.array(bank)), old=worst(shown[F + B:], large[inside]),
        head=worst(got, wanted), spread=float(wanted.std()), near=float(near.std()), grows=case["grows"],
    ))
print(json.dumps(out))
`;

interface Judged {
  readonly kept: boolean;
  readonly bankChannels: number;
  readonly shapes: readonly (readonly number[])[];
  readonly features: number;
  readonly bank: number;
  readonly old: number;
  readonly head: number;
  readonly spread: number;
  readonly near: number;
}

describe.skipIf(withoutPython)("appended graphs", () => {
  const folder = mkdtempSync(join(tmpdir(), "nadir-compose-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  let judged: readonly Judged[] = [];

  beforeAll(() => {
    const cases = SHIPPED.map((id, at) => {
      const { manifest, bytes } = shipped(id);
      const found = findHead(bytes, manifest);
      const { bytes: samples, shape } = showSamples(bytes, manifest, found);
      const [values, classes, units] = [valuesOf(shape), 6 + (at % 2), 8];
      const head: TaughtHead = {
        classes,
        values,
        weights: random(1, classes * values),
        bias: random(2, classes),
        hidden: {
          units,
          shift: random(3, values),
          scale: random(4, values).map((value) => 0.08 + value / 3),
          centres: random(6, units * values),
          out: random(5, classes * units),
        },
      };
      const taught = appendHead(bytes, manifest, found, shape, head);
      const [samplesPath, taughtPath] = [join(folder, `${id}-samples.onnx`), join(folder, `${id}-taught.onnx`)];
      writeFileSync(samplesPath, samples);
      writeFileSync(taughtPath, taught);
      const rows = (matrix: Float64Array, width: number) =>
        Array.from({ length: matrix.length / width }, (_, row) => [...matrix.subarray(row * width, (row + 1) * width)]);
      return {
        base: `models/zoo/${id}.onnx`,
        samples: samplesPath,
        taught: taughtPath,
        grows: taught.length - bytes.length,
        manifest,
        shape,
        features: found.features,
        head: {
          weights: rows(head.weights, values),
          bias: [...head.bias],
          shift: [...head.hidden!.shift],
          scale: [...head.hidden!.scale],
          centres: rows(head.hidden!.centres, values),
          out: rows(head.hidden!.out, units),
        },
      };
    });
    judged = runPython(JUDGE, { cases }) as readonly Judged[];
  }, 300_000);

  test.each(SHIPPED.map((id, at) => [id, at] as const))("%s passes onnx.checker and gives NumPy's values", (id, at) => {
    const { manifest } = shipped(id);
    const found = judged[at]!;
    const sidePx = manifest.window.sizePx + manifest.window.padPx;
    expect(found.kept).toBe(true);
    expect(found.bankChannels).toBe(28);
    expect(found.shapes).toEqual([
      [1, CHANNELS[at]! + 28 + 6, sidePx, sidePx],
      [1, 6 + (at % 2), sidePx, sidePx],
    ]);
    expect(found.features).toBeLessThan(1e-4);
    expect(found.old).toBeLessThan(1e-4);
    expect(found.bank).toBeLessThan(1e-3);
    expect(found.head).toBeLessThan(1e-3);
    expect(found.spread).toBeGreaterThan(0.05);
    expect(found.near).toBeGreaterThan(0.01);
  });
});
