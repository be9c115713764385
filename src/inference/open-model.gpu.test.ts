import { expect, test, vi } from "vitest";
import { countMemory } from "../gpu/count-memory";
import * as device from "../gpu/device";
import { tinyModelFiles } from "../testing/tiny-model-files";
import { tinyManifest } from "../testing/tiny-models";
import { openModel } from "./open-model";

vi.mock("../gpu/device", { spy: true });

test("an automatic choice gives up an adapter that cannot hold the model, and says why", async () => {
  vi.mocked(device.openGpu).mockImplementation(async () => {
    const adapter = await navigator.gpu.requestAdapter();
    const gpu = await adapter!.requestDevice();
    gpu.destroy();
    const health: device.GpuHealth = {
      trouble: Promise.reject(device.gpuOutOfMemory("injected")),
      check: () => {
        throw device.gpuOutOfMemory("injected");
      },
      guard: () => Promise.reject(device.gpuOutOfMemory("injected")),
      explain: () => Promise.reject(device.gpuOutOfMemory("injected")),
    };
    health.trouble.catch(() => undefined);
    const facts = {
      name: "broken adapter",
      isSoftware: false,
      hasFp16: false,
      hasWideSubgroups: false,
      vendor: "",
      key: `broken ${performance.now()}`,
    };
    return { device: gpu, adapter: facts, health, memory: countMemory(gpu) };
  });
  const files = await tinyModelFiles(tinyManifest("identity"));
  const model = await openModel(files, { backend: "auto", batch: 1 });
  expect(model.backend.facts.kind).toBe("wasm");
  expect(model.backend.facts.reason).toMatch(
    /broken adapter was given up: The graphics device has too little free memory/,
  );
  await model.close();
  await expect(openModel(files, { backend: "webgpu", batch: 1 })).rejects.toMatchObject({ code: "out-of-memory" });
});
