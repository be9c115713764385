/** The browser says that its storage has no room for a run: the run waits, and goes on by itself once there is some. */
import { expect, test } from "@playwright/test";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

test("a run waits for room in the browser's storage, and goes on when there is some", async ({ page }, info) => {
  const estimate = (room: StorageEstimate) =>
    page.evaluate((said) => {
      navigator.storage.estimate = async () => said;
    }, room);
  const studio = new StudioPage(page);
  await studio.open();
  await studio.openCrop(info.outputDir);
  const { name } = zooModel("emsnet-nano");
  await studio.runs.choose(name);
  await studio.runs.settings({ backend: "wasm", overlapPercent: 0 });

  await estimate({ quota: 10_000_000, usage: 9_900_000 });
  await page.getByRole("button", { name: "Run model" }).click();
  const card = studio.runs.card(`Run ${name}`);
  await expect(card.getByRole("alert")).toContainText("The browser gives this page room for 1 MB more.");
  await expect(card).toContainText("It goes on by itself when there is room, or with Go on.");
  await expect(card.getByRole("button", { name: "Go on" })).toBeVisible();

  await estimate({ quota: 10_000_000, usage: 0 });
  await expect(card).toHaveAttribute("data-status", "done");
  await expect(card.getByRole("alert")).toHaveCount(0);
  expect(studio.errors).toEqual([]);
});
