/** The WebGPU path in the page, on whatever adapter the browser has (the software one in CI): same map as WebAssembly. */
import { expect, test } from "@playwright/test";
import { cropSample, describeRaster } from "./judge";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

test("nano EMSNet on WebGPU passes its golden pair and gives the mask of WebAssembly", async ({ page }, info) => {
  const files = cropSample(info.outputDir, 128);
  const nano = zooModel("emsnet-nano");
  const studio = new StudioPage(page, "shipped");
  await studio.open();
  await studio.scenes.add(files);
  await expect(studio.scenes.cards).toHaveCount(1);
  await studio.runs.choose(nano.name);

  await studio.runs.settings({ backend: "webgpu", overlapPercent: 0 });
  await studio.runs.runToEnd();
  await expect(page.locator("[data-role=backend]")).toHaveAttribute("data-kind", "webgpu");
  await expect(page.locator("[data-role=self-check]")).toContainText("passed");
  const card = page.locator("article[data-run]");
  await expect(card.locator("[data-role=window-check] summary")).toContainText(/\d+ of \d+ windows agree with the CPU/);
  await expect(card.locator("[data-role=window-check]")).toContainText(
    /windows? were computed again on the CPU.*none is wrong/,
  );
  await studio.evaluation.open("Cost");
  const memory = studio.evaluation.root.getByRole("row", { name: /GPU memory/ });
  await expect(memory).toContainText(/\d MB$/);
  const gpu = describeRaster((await studio.export("GeoTIFF", `${info.outputDir}/gpu`)).tif!);

  await page.getByRole("button", { name: `Remove run ${nano.name}` }).click();
  await studio.runs.settings({ backend: "wasm", overlapPercent: 0 });
  await studio.runs.runToEnd();
  await expect(page.locator("[data-role=backend]")).toHaveAttribute("data-kind", "wasm");
  await expect(memory).toContainText("–");
  const cpu = describeRaster((await studio.export("GeoTIFF", `${info.outputDir}/cpu`)).tif!);

  expect(gpu.size).toEqual([128, 128]);
  expect(gpu.histogram[255]).toBe(0);
  // Rounding differs between the two; only pixels on the edge of two classes may.
  const moved = gpu.histogram.reduce((sum, count, id) => sum + Math.abs(count - (cpu.histogram[id] ?? 0)), 0);
  expect(moved).toBeLessThan(0.002 * 128 * 128);
  expect(studio.errors).toEqual([]);
});
