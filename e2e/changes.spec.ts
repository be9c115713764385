/** Two dates of one place on the page: chosen, compared, and said whether they lie on each other. */
import { expect, test } from "@playwright/test";
import { cropSample, python } from "./judge";
import { picture } from "./picture";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

/** The crop whose position is three pixels too far to the east, with a part of it four metres higher. */
const LATER = `
import sys, rasterio
folder = sys.argv[1]
with rasterio.open(f"{folder}/crop_RGB.tif") as file: STEP = file.transform.a
for name in ("RGB", "dsm"):
    with rasterio.open(f"{folder}/crop_{name}.tif") as file:
        values, profile = file.read(), file.profile
    if name == "dsm": values[:, 10:30, 10:30] += 4
    profile["transform"] = rasterio.Affine.translation(3 * STEP, 0) * profile["transform"]
    with rasterio.open(f"{folder}/later_{name}.tif", "w", **profile) as file:
        file.write(values)
print("{}")
`;

test("two scenes are compared", async ({ page }, info) => {
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
  const shift = panel.getByRole("alert");
  await expect(shift).toContainText("may lie shifted by 3 px to the right and 0 px down", { timeout: 60_000 });
  await picture(page, "test-results/screens/changes-shifted.png");
  await expect(panel.getByRole("table", { name: "Each class in hectares" })).toBeVisible();
  await expect(panel.getByRole("button", { name: "Show height difference" })).toBeVisible();
  expect(studio.errors).toEqual([]);
  studio.expectNothingSent();
});
