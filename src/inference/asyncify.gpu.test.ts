/** Browsers without JSPI get the Asyncify runtime; it must give the same masks, recorded runs or not. */
import { expect, test } from "vitest";
import { arrayRaster, measureWhole, noise } from "../testing/array-raster";
import { memorySink } from "../testing/memory-sink";
import { tinyModelFiles } from "../testing/tiny-model-files";
import { runSettings, tinyManifest } from "../testing/tiny-models";
import { openModel } from "./open-model";
import { runScene } from "./run-scene";

test("without JSPI both backends run on Asyncify and agree", async () => {
  expect(Reflect.deleteProperty(WebAssembly, "Suspending")).toBe(true);
  const raster = (roles: "image" | "heights") =>
    arrayRaster({
      widthPx: 120,
      heightPx: 100,
      roles: roles === "image" ? ["red", "green", "blue"] : ["height"],
      value: (band, col, row) => noise(roles.length, band, col, row) % 256,
    });
  const files = await tinyModelFiles(tinyManifest("placed"));
  const masks: Uint8Array[] = [];
  for (const backend of ["wasm", "webgpu", "webgpu"] as const) {
    const model = await openModel(files, { backend, batch: 2 });
    const sink = memorySink(120, 100);
    await runScene({
      manifest: files.manifest,
      settings: runSettings({ backend }),
      optical: raster("image"),
      auxiliary: { source: raster("heights"), mapping: (pixel) => pixel },
      backend: model.backend,
      sink,
      measureBand: measureWhole,
    });
    masks.push(sink.classIds);
    await model.close();
  }
  // Addresses with a query are the development server's modules that only name the file.
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  expect(loaded.some((name) => name.endsWith("asyncify.wasm"))).toBe(true);
  expect(loaded.some((name) => name.endsWith("jspi.wasm"))).toBe(false);
  for (const mask of masks.slice(1)) {
    expect(mask.filter((id, at) => id !== masks[0]![at]).length / mask.length).toBeLessThanOrEqual(1e-4);
  }
});
