import { expect, test } from "vitest";
import { openGpu } from "./device";

test("buffers count until they are destroyed, once", async () => {
  const machine = await openGpu();
  expect(machine, "no WebGPU adapter: start Chromium with the flags in e2e/chromium.ts").not.toBeNull();
  const { device, memory } = machine!;
  const usage = GPUBufferUsage.STORAGE;
  const first = device.createBuffer({ size: 1024, usage });
  const second = device.createBuffer({ size: 4096, usage, mappedAtCreation: true });
  expect([memory.liveBytes, memory.peakBytes]).toEqual([5120, 5120]);
  second.unmap();
  second.destroy();
  second.destroy();
  expect([memory.liveBytes, memory.peakBytes]).toEqual([1024, 5120]);
  memory.forgetPeak();
  expect(memory.peakBytes).toBe(1024);
  device.createBuffer({ size: 16, usage }).destroy();
  first.destroy();
  expect([memory.liveBytes, memory.peakBytes]).toEqual([0, 1040]);
  device.destroy();
});
