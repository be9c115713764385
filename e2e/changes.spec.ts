/** Two dates of one place on the page: a shift is said, what changed is shown with its legend and saved, by keys too. */
import { readFileSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { cropSample, python } from "./judge";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

/** The crop three pixels beside its place, and a part of it four metres higher. */
const LATER = `
import sys, numpy as np, rasterio
folder = sys.argv[1]
for name in ("RGB", "dsm"):
    with rasterio.open(f"{folder}/crop_{name}.tif") as file:
        values, profile = file.read(), file.profile
    if name == "RGB": values = np.roll(values, 3, 2)
    else: values[:, 10:30, 10:30] += 4
    with rasterio.open(f"{folder}/later_{name}.tif", "w", **profile) as file:
        file.write(values)
print("{}")
`;

test("two scenes are compared, shown and saved", async ({ page }, info) => {
  const studio = new StudioPage(page);
  await studio.open();
  const [optical, dsm] = cropSample(info.outputDir, 160);
  python(LATER, info.outputDir);
  await studio.scenes.add([optical!, dsm!]);
  await expect(studio.scenes.cards).toHaveCount(1);
  await studio.runs.choose(zooModel("emsnet-nano").name);
  await studio.runs.settings({ backend: "wasm", overlapPercent: 0 });
  await studio.runs.runToEnd();
  const tab = studio.evaluation.root.getByRole("tab", { name: "Changes" });
  await expect(tab).toBeHidden();
  await studio.scenes.add([info.outputPath("later_RGB.tif"), info.outputPath("later_dsm.tif")]);
  await studio.scenes.root.getByText("later", { exact: true }).first().click();
  await studio.runs.runToEnd();

  await tab.click();
  const panel = studio.evaluation.root;
  const before = panel.getByLabel("Earlier map");
  await before.selectOption({ label: `crop · ${zooModel("emsnet-nano").name}` });
  await panel.getByLabel("Later map").selectOption({ label: `later · ${zooModel("emsnet-nano").name}` });
  await expect(panel.locator("[data-role=shift]")).toContainText("3 px to the right and 0 px down", {
    timeout: 60_000,
  });
  await expect(panel.getByRole("table", { name: /^Objects of at least 10 m²/ })).toBeVisible();

  const pane = page.getByRole("region", { name: "Pane 1" });
  await panel.getByRole("button", { name: "Show height difference" }).press("Enter");
  await expect(pane.getByRole("button", { name: /Height difference/ })).toBeVisible();
  await expect(pane).toContainText("10 m higher");
  await panel.getByRole("button", { name: "Show what changed" }).press("Enter");
  await expect(pane.getByRole("button", { name: /What changed/ })).toBeVisible();
  await expect(pane).toContainText("in the colour of the later class");
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`)).toEqual(
    [],
  );

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    panel.getByRole("group", { name: "Save what changed" }).getByRole("button", { name: "CSV" }).click(),
  ]);
  await download.saveAs(info.outputPath("changes.csv"));
  expect(readFileSync(info.outputPath("changes.csv"), "utf8")).toMatch(/^,clutter,.*\r\nclutter,\d+,/);
  expect(studio.errors).toEqual([]);
  studio.expectNothingSent();
});
