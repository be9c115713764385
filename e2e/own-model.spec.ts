/** A graph dropped without a manifest: card, form, trial run, and then it is one of the models. */
import { copyFileSync, mkdirSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { screenPath } from "./judge";
import { picture } from "./picture";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

test("an .onnx alone is described, completed, tried and joins the list", async ({ page }, info) => {
  const nano = zooModel("emsnet-nano");
  mkdirSync(info.outputDir, { recursive: true });
  copyFileSync(`dist/zoo/${nano.graph.file}`, `${info.outputDir}/mine.onnx`);
  const studio = new StudioPage(page, "shipped");
  await studio.open();
  await studio.scenes.add([`${info.outputDir}/mine.onnx`]);
  const card = page.getByRole("dialog", { name: "A model of your own" });
  await expect(card).toContainText("mine.onnx");
  await expect(card).toContainText(`opset ${nano.graph.opset}`);
  for (const { id, name } of nano.classes) {
    await card.getByLabel(`Name of class ${id}`).fill(name);
  }
  await picture(page, screenPath("own-model-card.jpg"));
  expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([]);
  await card.getByRole("button", { name: "Try it and add it" }).click();
  await expect(card).toBeHidden({ timeout: 60_000 });

  await expect(studio.runs.models.getByRole("checkbox", { name: "mine" })).toBeChecked();
  expect(studio.errors).toEqual([]);
});
