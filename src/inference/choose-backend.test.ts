import { expect, test } from "vitest";
import type { GpuAdapterFacts } from "../gpu/device";
import { chooseBackend } from "./choose-backend";

const hardware: GpuAdapterFacts = {
  name: "nvidia hopper",
  isSoftware: false,
  hasFp16: true,
  hasWideSubgroups: true,
  vendor: "nvidia",
  key: "a",
};
const software: GpuAdapterFacts = {
  ...hardware,
  name: "google swiftshader",
  isSoftware: true,
  hasFp16: false,
  hasWideSubgroups: false,
  vendor: "google",
  key: "b",
};

test("a hardware adapter is used, a software one counts as none", () => {
  expect(chooseBackend("auto", hardware).kind).toBe("webgpu");
  expect(chooseBackend("auto", software)).toEqual({
    kind: "wasm",
    reason: "no hardware WebGPU adapter (google swiftshader renders on the CPU)",
  });
  expect(chooseBackend("auto", null)).toEqual({ kind: "wasm", reason: "the browser offers no WebGPU adapter" });
});

test("an explicit choice is honoured, or refused with the reason", () => {
  expect(chooseBackend("webgpu", software).kind).toBe("webgpu");
  expect(chooseBackend("wasm", hardware).kind).toBe("wasm");
  expect(() => chooseBackend("webgpu", null)).toThrow(/no WebGPU adapter/);
});

test("a half-precision model goes where half precision is", () => {
  const single = { ...hardware, hasFp16: false };
  expect(chooseBackend("auto", hardware, "fp16").kind).toBe("webgpu");
  expect(chooseBackend("auto", single, "fp16").reason).toMatch(/no half-precision/);
  expect(() => chooseBackend("webgpu", single, "fp16")).toThrow(/shader-f16/);
});
