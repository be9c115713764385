/**
 * Firefox ESR, whose WebGPU (wgpu) is another than Chromium's (Dawn), on Mesa's lavapipe: the sample job on WebAssembly,
 * and nano networks on the GPU, in single and in half precision.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { test as base, expect } from "@playwright/test";
import { cropSample, screenPath } from "../judge";
import { zooModel } from "../zoo";
import { launchFirefox } from "./launch";
import { expectSampleJob, movedShare } from "./sample-job";
import { StudioElsewhere } from "./studio-elsewhere";

const PYTHON = "models/.venv/bin/python";

const test = base.extend<{ studio: StudioElsewhere }>({
  studio: async ({ baseURL }, use, info) => {
    mkdirSync(info.outputDir, { recursive: true });
    const firefox = await launchFirefox(info.outputDir);
    const studio = new StudioElsewhere(firefox);
    try {
      await studio.open(baseURL!);
      await use(studio);
    } finally {
      await firefox.end();
    }
  },
});

test("the sample job on WebAssembly", async ({ studio }, info) => {
  const copy = await expectSampleJob(studio, info.outputDir);
  const saved = copy.replace("elsewhere-", "");
  await expect(async () => expect(readFileSync(saved).equals(readFileSync(copy))).toBe(true)).toPass({
    timeout: 60_000,
  });
  await studio.picture(screenPath("firefox.png"));
});

test("nano EMSNet on WebGPU passes its golden pair and gives the mask of WebAssembly", async ({ studio }, info) => {
  const features = await studio.evaluate(async () => [...((await navigator.gpu.requestAdapter())?.features ?? [])]);
  expect(features).toContain("shader-f16");
  await studio.add(cropSample(info.outputDir, 128));
  await studio.sceneReady();
  await studio.choose(zooModel("emsnet-nano").name);
  await studio.settings({ backend: "webgpu", overlapPercent: 0 });
  const gpu = await studio.runToEnd();
  expect(gpu).toMatchObject({ status: "done", error: null, backend: "webgpu" });
  expect(gpu.selfCheck).toContain("passed");
  expect(gpu.windowCheck).toMatch(/windows? were computed again on the CPU.*none is wrong/);
  expect(gpu.histogram[255]).toBe(0);

  await studio.settings({ backend: "wasm" });
  const cpu = await studio.runToEnd();
  expect(cpu).toMatchObject({ status: "done", error: null, backend: "wasm" });
  expect(movedShare(gpu.histogram, cpu.histogram)).toBeLessThan(0.002);
  expect(await studio.trouble()).toEqual([]);
});

test("a nano that computes in half precision passes PyTorch's golden pair on WebGPU", async ({ studio }, info) => {
  const folder = `${info.outputDir}/half`;
  const network = ["--network", "emsnet", "--variant", "nano", "--compute", "fp16", "--id", "half-nano"];
  execFileSync(`../${PYTHON}`, ["-m", "nadir_models", "export", ...network, "--name", "Half nano", "--out", folder], {
    cwd: "models",
  });
  const parts = ["nadir.json", "onnx", "golden.json", "golden.bin"].map((part) => `${folder}/half-nano.${part}`);
  await studio.add([...cropSample(info.outputDir, 128), ...parts]);
  await studio.sceneReady();
  await studio.choose("Half nano");
  await studio.settings({ backend: "webgpu", overlapPercent: 0 });
  const run = await studio.runToEnd();
  expect(run).toMatchObject({ status: "done", error: null, backend: "webgpu" });
  expect(run.selfCheck).toContain("passed");
  expect(run.histogram[255]).toBe(0);
  expect(await studio.trouble()).toEqual([]);
});
