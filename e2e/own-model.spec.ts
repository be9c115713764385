/** A graph dropped without a manifest: card, form, trial run, and then it runs like the shipped one. */
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { screenPath, TEST_DATA } from "./judge";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

test("an .onnx alone is described, completed, tried and gives the shipped model's mask", async ({ page }, info) => {
  const nano = zooModel("emsnet-nano");
  mkdirSync(info.outputDir, { recursive: true });
  copyFileSync(`dist/zoo/${nano.graph.file}`, `${info.outputDir}/mine.onnx`);
  const studio = new StudioPage(page);
  await studio.open();
  await studio.openCrop(info.outputDir);
  await studio.scenes.add([`${info.outputDir}/mine.onnx`]);
  const card = page.getByRole("dialog", { name: "A model of your own" });
  await expect(card).toContainText("mine.onnx");
  await expect(card).toContainText(`opset ${nano.graph.opset}`);
  for (const { id, name } of nano.classes) {
    await card.getByLabel(`Name of class ${id}`).fill(name);
  }
  await page.screenshot({ path: screenPath("own-model-card.jpg"), type: "jpeg", quality: 60 });
  expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([]);
  await card.getByRole("button", { name: "Try it and add it" }).click();
  await expect(card).toBeHidden({ timeout: 60_000 });

  await studio.runs.choose("mine", nano.name);
  await studio.runs.settings({ backend: "wasm", overlapPercent: 0 });
  const [shipped = "", own = ""] = await studio.runs.runToEnd();
  await expect(studio.runs.card("Run mine")).toHaveAttribute("data-status", "done");
  const histograms = await page.evaluate(
    (ids) => Promise.all(ids.map((id) => window.nadir!.histogram(id))),
    [shipped, own],
  );
  expect(histograms[0]).toEqual(histograms[1]);
  expect(studio.errors).toEqual([]);
});

test("a network that does not segment is refused with the reason", async ({ page }) => {
  const stub = `${TEST_DATA}/onnx/deepness-dummy/dummy_recognition_model.onnx`;
  test.skip(!existsSync(stub), `no model files at ${TEST_DATA}`);
  const studio = new StudioPage(page);
  await studio.open();
  await studio.scenes.add([stub]);
  await expect(studio.runs.models.getByRole("alert")).toContainText("Regression");
});
