/** The browser's storage has no room for a run: it says so, waits, and goes on by itself once there is room. */
import { expect, test } from "@playwright/test";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

test("a run waits for room in the browser's storage, and goes on when there is some", async ({
  page,
  context,
}, info) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.openCrop(info.outputDir);
  const { name } = zooModel("emsnet-nano");
  await studio.runs.choose(name);
  await studio.runs.settings({ backend: "wasm", overlapPercent: 0 });

  const usage = await page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
  const browser = await context.newCDPSession(page);
  const { origin } = new URL(page.url());
  // All in all enough for mask and confidence of the crop, beside what is there not.
  const quotaSize = Math.max(usage + 100_000, 210_000);
  await browser.send("Storage.overrideQuotaForOrigin", { origin, quotaSize });
  const free = await page.evaluate(async () => {
    const { quota = 0, usage: used = 0 } = await navigator.storage.estimate();
    return quota - used;
  });
  test.skip(free > 204_800, "this browser does not bound its storage when asked to");
  await page.getByRole("button", { name: "Run model" }).click();
  const card = studio.runs.card(`Run ${name}`);
  await expect(card.getByRole("alert")).toContainText("The browser gives this page room for 1 MB more.");
  await expect(card).toContainText("It goes on by itself when there is room, or with Go on.");

  await browser.send("Storage.overrideQuotaForOrigin", { origin });
  await expect(card).toHaveAttribute("data-status", "done");
  await expect(card.getByRole("alert")).toHaveCount(0);
  expect(studio.errors).toEqual([]);
});
