/** A map cleaned on the page and taken away as polygons; GDAL reads them. */
import { expect, test } from "@playwright/test";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

test("a run is cleaned beside itself", async ({ page }, info) => {
  const model = zooModel("emsnet-nano");
  const studio = new StudioPage(page);
  await studio.runCrop(model.name, info.outputDir, 320);
  const form = studio.runs.card(`Run ${model.name}`).locator("[data-role=clean]");
  await form.locator("summary").click();
  await form.getByLabel("Close holes below").fill("4");
  await form.getByLabel(/^Patches of [Cc]ar below$/).fill("1");
  await form.getByRole("button", { name: "Clean" }).click();
  const cleaned = studio.runs.card(`Run ${model.name}, cleaned`);
  await expect(cleaned.locator("[data-role=cleaned]")).toContainText(
    /Cleaned: majority of 3 x 3 px, holes below 4 m2 closed, patches below 2 m2 \([Cc]ar: 1 m2\) joined/,
  );
});
