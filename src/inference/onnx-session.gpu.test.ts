import { beforeAll, describe, expect, test } from "vitest";
import { openGpu } from "../gpu/device";
import { arrayRaster, measureWhole, noise } from "../testing/array-raster";
import { memorySink } from "../testing/memory-sink";
import { tinyModelFiles } from "../testing/tiny-model-files";
import { runSettings, tinyManifest } from "../testing/tiny-models";
import { openModel } from "./open-model";
import { runScene } from "./run-scene";

const optical = arrayRaster({
  widthPx: 150,
  heightPx: 130,
  roles: ["red", "green", "blue"],
  value: (band, col, row) => noise(1, band, col, row) % 256,
});
const dsm = arrayRaster({
  widthPx: 150,
  heightPx: 130,
  roles: ["height"],
  dtype: "float32",
  value: (_, col, row) => 100 + (noise(2, col, row) % 1000) / 100,
});

async function maskOn(backend: "wasm" | "webgpu"): Promise<Uint8Array> {
  const files = await tinyModelFiles(tinyManifest("placed"));
  const model = await openModel(files, { backend, batch: 2 });
  expect(model.backend.facts.kind).toBe(backend);
  const sink = memorySink(150, 130);
  await runScene({
    manifest: files.manifest,
    settings: runSettings({ backend }),
    optical,
    auxiliary: { source: dsm, mapping: (pixel) => pixel },
    backend: model.backend,
    sink,
    measureBand: measureWhole,
  });
  await model.close();
  return sink.classIds;
}

describe("onnxruntime-web", () => {
  beforeAll(async () => {
    const gpu = await openGpu();
    expect(gpu, "no WebGPU adapter: start Chromium with the flags in e2e/chromium.ts").not.toBeNull();
    gpu!.device.destroy();
  });

  test("the wasm and the WebGPU backend give the same mask", async () => {
    const wasm = await maskOn("wasm");
    const webgpu = await maskOn("webgpu");
    const differing = webgpu.filter((id, at) => id !== wasm[at]).length;
    expect(differing / wasm.length).toBeLessThanOrEqual(1e-4);
  });

  test("a graph that is not the one of its manifest is refused", async () => {
    const files = await tinyModelFiles(tinyManifest("identity"));
    const wrong = { ...files, graph: new Blob([await files.graph.arrayBuffer(), "x"]) };
    await expect(openModel(wrong, { backend: "wasm", batch: 1 })).rejects.toThrow(/SHA-256/);
  });
});
