/** The shipped nano EMSNet on this machine's WebGPU adapter, judged by PyTorch's logits and by the wasm backend. */
import { describe, expect, test } from "vitest";
import { parseManifest } from "../core/manifest/parse-manifest";
import { arrayRaster, measureWhole, noise } from "../testing/array-raster";
import { memorySink } from "../testing/memory-sink";
import { runSettings } from "../testing/tiny-models";
import type { ModelFiles } from "./backend";
import { openModel } from "./open-model";
import { runScene } from "./run-scene";

const ZOO = import.meta.glob<string>("../../models/zoo/emsnet-nano.*", {
  query: "?url",
  import: "default",
  eager: true,
});

const blobOf = async (name: string) => (await fetch(ZOO[`../../models/zoo/${name}`]!)).blob();

async function nanoFiles(): Promise<ModelFiles> {
  const manifest = parseManifest(JSON.parse(await (await blobOf("emsnet-nano.nadir.json")).text()), "emsnet-nano");
  const names = ["emsnet-nano.golden.json", "emsnet-nano.golden.bin"];
  const blobs = await Promise.all(names.map(blobOf));
  return {
    manifest,
    graph: await blobOf("emsnet-nano.onnx"),
    externalData: {},
    goldenFiles: Object.fromEntries(names.map((name, at) => [name, blobs[at]!])),
  };
}

// A made-up town: blocks of roofs on a slope, so that the network has something to tell apart.
const optical = arrayRaster({
  widthPx: 150,
  heightPx: 112,
  roles: ["red", "green", "blue"],
  value: (band, col, row) => {
    const roof = col % 50 > 22 && row % 40 > 15;
    return (roof ? [150, 80, 70] : [70, 120, 60])[band]! + (noise(4, band, col, row) % 40);
  },
});
const heights = arrayRaster({
  widthPx: 64,
  heightPx: 50,
  roles: ["height"],
  dtype: "float32",
  value: (_, col, row) => 60 + col / 20 + ((col * 2.5) % 50 > 22 && (row * 2.5) % 40 > 15 ? 8 : 0),
});

describe("nano EMSNet", () => {
  test("is within its golden tolerance on WebGPU, and its mask equals the wasm backend's", async () => {
    const files = await nanoFiles();
    const masks: Uint8Array[] = [];
    for (const backend of ["wasm", "webgpu"] as const) {
      const model = await openModel(files, { backend, batch: backend === "wasm" ? 1 : 3 });
      expect(model.selfCheck.verdict).toBe("passed");
      expect(model.selfCheck.largestDifference).toBeLessThanOrEqual(model.selfCheck.tolerance!);
      expect(model.selfCheck.argmaxAgreement).toBeGreaterThan(0.999);
      const sink = memorySink(150, 112);
      const result = await runScene({
        manifest: files.manifest,
        settings: runSettings({ backend }),
        optical,
        auxiliary: { source: heights, mapping: ([col, row]) => [col / 2.5, row / 2.5] },
        backend: model.backend,
        sink,
        measureBand: measureWhole,
      });
      expect(result.recoveries).toBe(0);
      masks.push(sink.classIds);
      await model.close();
    }
    const [wasm, webgpu] = masks;
    expect(new Set(wasm).size).toBeGreaterThan(1);
    const differing = webgpu!.filter((id, at) => id !== wasm![at]).length;
    expect(differing / wasm!.length).toBeLessThanOrEqual(1e-4);
  });
});
