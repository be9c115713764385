/**
 * The whole job on the sample scene: open, run, look, score, export. Exports are judged by GDAL (rasterio) and the
 * scores by scikit-learn; nothing may leave the page's origin.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { changedRows, describeRaster, gdalinfo, scoreWithScikit, screenPath } from "./judge";
import { picture } from "./picture";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

const OPTICAL = "public/sample/top_nadir_1_1_RGB.tif";
const TRUTH = "public/sample/top_nadir_1_1_label.tif";

test("the sample scene, from the empty page to both exports, with the nano model on WebAssembly", async ({
  page,
}, info) => {
  const nano = zooModel("emsnet-nano");
  const studio = new StudioPage(page, "shipped");
  await studio.open();
  await expect(page.getByText("Drop an orthophoto and its DSM")).toBeVisible();
  await studio.openSample();

  const card = studio.scenes.card(/nadir/);
  await expect(card).toContainText("1024 × 1024");
  await expect(card).toContainText("coarser, resampled");
  await expect(card.getByText("Why these files")).toBeVisible();

  await studio.runs.choose(nano.name);
  // So many windows that there is time to pause.
  await studio.runs.settings({ backend: "wasm", overlapPercent: 75 });
  const runCard = studio.runs.card(`Run ${nano.name}`);
  await test.step("finished strips are on the map before the run has ended", async () => {
    const pane = studio.panes.pane(1);
    await studio.panes.settled();
    const plain = await pane.screenshot();
    await studio.runs.start();
    await expect(pane.getByRole("button", { name: /mask/ })).toBeVisible();
    await runCard.getByRole("button", { name: "Pause" }).click();
    await expect(runCard).toHaveAttribute("data-status", "running");
    await studio.panes.settled();
    const { top, bottom } = changedRows(plain, await pane.screenshot());
    expect(top).toBeGreaterThan(10);
    expect(bottom).toBeLessThan(1);
    await picture(page, screenPath("strips.png"));
    await runCard.getByRole("button", { name: "Go on" }).click();
  });
  const [runId = ""] = await studio.runs.ended();
  await expect(runCard).toHaveAttribute("data-status", "done");
  await expect(page.locator("[data-role=backend]")).toHaveAttribute("data-kind", "wasm");
  await expect(page.locator("[data-role=self-check]")).toContainText("passed");

  await test.step("the mask covers the orthophoto", async () => {
    await expect(studio.panes.pane(1).getByRole("button", { name: /mask/ })).toBeVisible();
    const histogram = await page.evaluate((id) => window.nadir!.histogram(id), runId);
    expect(histogram.reduce((sum, count) => sum + count, 0)).toBe(1024 * 1024);
    const predicted = histogram.slice(0, 6).reduce((sum, count) => sum + count, 0);
    expect(predicted + (histogram[255] ?? 0)).toBe(1024 * 1024);
    expect(predicted).toBeGreaterThan(1024 * 1024 * 0.9);
  });

  await test.step("switching a class, its colour or the opacity uploads no tile again", async () => {
    const uploads = async () => {
      await studio.panes.settled();
      return page.evaluate(() => window.nadir!.tiles().uploads);
    };
    const palette = async (name: string) => {
      await page.getByRole("button", { name: "Colours…" }).click();
      await page.getByRole("combobox", { name: "Palette" }).selectOption(name);
      await page.keyboard.press("Escape");
    };
    // The mask's own tiles may still be coming when its run has ended; they come once.
    await expect(async () => {
      const before = await uploads();
      expect(before).toBeGreaterThan(0);
      await page.getByRole("button", { name: "building", exact: true }).click();
      await palette("soft");
      await page.getByRole("slider", { name: "Opacity of classes" }).focus();
      await page.keyboard.press("ArrowLeft");
      const after = await uploads();
      await page.getByRole("button", { name: "building", exact: true }).click();
      await palette("isprs");
      expect(after).toBe(before);
    }).toPass();
  });

  await test.step("hovering reads coordinates, height and classes", async () => {
    await studio.panes.hover(1, 0.5, 0.5);
    const readOut = page.locator("[data-role=hover]");
    await expect(readOut.locator("[data-role=height]")).toHaveText(/m$|no data/);
    await expect(readOut.locator("[data-role=truth-class]")).not.toHaveText("…");
    const position = await readOut.locator("[data-role=map-position]").textContent();
    const [easting = 0, northing = 0] = (position ?? "")
      .replaceAll(/[EN\u2009]/g, "")
      .trim()
      .split(/\s+/)
      .map(Number);
    expect(Math.abs(easting - 691_051.2)).toBeLessThan(60);
    expect(Math.abs(northing - 5_335_148.8)).toBeLessThan(60);
  });

  await test.step("a length is measured on the ground, and a typed place is pinned", async () => {
    await page.keyboard.press("m");
    for (const [x, y] of [
      [0.4, 0.4],
      [0.6, 0.55],
    ] as const) {
      await studio.panes.hover(1, x, y);
      await page.mouse.down();
      await page.mouse.up();
    }
    const figure = page.locator("[data-role=measured-figure] output");
    await expect(figure).toHaveText(/ m$/);
    // Pixels of 0.1 m; UTM is true to four thousandths everywhere.
    const [from, to] = await page.evaluate(() => window.nadir!.state().workspace.measured!.placesPx);
    const onMapMetres = 0.1 * Math.hypot(to![0] - from![0], to![1] - from![1]);
    expect(Math.abs(Number.parseFloat((await figure.textContent()) ?? "") / onMapMetres - 1)).toBeLessThan(0.004);
    await page.keyboard.press("Escape");
    await expect(figure).toHaveCount(0);

    await page.keyboard.press("g");
    await page.getByRole("textbox", { name: "Place" }).fill("px 512 300");
    await page.keyboard.press("Enter");
    await expect(page.locator("[data-role=pinned]")).toContainText("col 512");
    await page.getByRole("button", { name: "Unpin pixel" }).click();
    await page.keyboard.press("f");
  });

  const original = describeRaster(OPTICAL);
  const tiff = (await studio.export("GeoTIFF", info.outputDir)).tif!;
  await test.step("GDAL reads the GeoTIFF: grid, CRS, palette, nodata, pixels", async () => {
    const exported = describeRaster(tiff);
    expect(exported).toMatchObject({
      size: original.size,
      epsg: original.epsg,
      transform: original.transform,
      count: 1,
      dtype: "uint8",
      nodata: 255,
      interpretation: "palette",
    });
    const histogram = await page.evaluate((id) => window.nadir!.histogram(id), runId);
    expect(exported.histogram).toEqual(histogram);
    for (const { id, colour } of nano.classes) {
      expect(exported.colormap?.[String(id)]?.slice(0, 3)).toEqual(colour);
    }
    const text = gdalinfo(tiff);
    if (text !== "") {
      expect(text).toContain("NoData Value=255");
      expect(text).toContain("ColorInterp=Palette");
    }
  });

  await test.step("the PNG holds the same pixels and its world file the same place", async () => {
    const saved = await studio.export("PNG + world file", info.outputDir);
    const png = describeRaster(saved.png!);
    expect(png.sha).toBe(describeRaster(tiff).sha);
    expect(png.transform).toEqual(original.transform);
    expect(png.colormap?.["255"]?.[3]).toBe(0);
    expect(readFileSync(saved.pgw!, "utf8").trim().split(/\s+/)).toHaveLength(6);
  });

  await test.step("scores are scikit-learn's on the exported mask", async () => {
    const shown = await page.evaluate((id) => {
      const scores = window.nadir!.scores(id)!;
      const evaluation = window.nadir!.state().evaluation.byRun[id]!;
      return evaluation.status === "ready"
        ? { ...scores, classes: evaluation.classes, maskToClass: [...evaluation.maskToClass] }
        : null;
    }, runId);
    expect(shown).not.toBeNull();
    const { classes, maskToClass, all, scored, counts } = shown!;
    expect(classes).toHaveLength(6);
    const reference = scoreWithScikit(tiff, TRUTH, {
      colours: classes.map(({ colour }) => colour),
      maskToClass: Object.fromEntries(maskToClass.flatMap((target, id) => (target === null ? [] : [[id, target]]))),
    });
    expect(counts).toEqual(reference.confusion.flat());
    for (const { classId, iou, f1 } of all.perClass) {
      expect(iou ?? 0).toBeCloseTo(reference.iou[classId]!, 9);
      expect(f1 ?? 0).toBeCloseTo(reference.f1[classId]!, 9);
    }
    expect(all.overallAccuracy).toBeCloseTo(reference.oa, 9);
    expect(all.kappa).toBeCloseTo(reference.kappa, 9);
    const five = classes.flatMap(({ scored: counted }, index) => (counted ? [reference.iou[index]!] : []));
    expect(five).toHaveLength(5);
    expect(scored.meanIou).toBeCloseTo(five.reduce((sum, iou) => sum + iou, 0) / 5, 9);
    await expect(studio.evaluation.total("oa")).toHaveText((100 * reference.oa).toFixed(1));
    await expect(studio.evaluation.total("kappa")).toHaveText(reference.kappa.toFixed(3));
    await expect(studio.evaluation.root).toContainText("5 classes, without clutter");
    await expect(studio.evaluation.root).toContainText("all 6 classes, with clutter");
  });

  await test.step("a cell of the confusion matrix lights up exactly its pixels", async () => {
    await studio.evaluation.open("Confusion");
    const lit = studio.evaluation.root.locator("[data-role=lit-cell]");
    for (const [row, column] of [
      [1, 1],
      [2, 3],
    ] as const) {
      const cell = studio.evaluation.cell(row, column);
      await cell.click();
      await expect(lit).toHaveAttribute("data-pixels", (await cell.getAttribute("data-count")) ?? "none");
      await cell.click();
    }
  });

  studio.expectNothingSent();
  await expect(page.locator("[data-role=bytes-sent]")).toHaveText("0 bytes sent");
  expect(studio.errors).toEqual([]);
});

test("a run can be cancelled, and the page goes on", async ({ page }) => {
  const nano = zooModel("emsnet-nano");
  const studio = new StudioPage(page, "shipped");
  await studio.open();
  await studio.openSample();
  await studio.runs.choose(nano.name);
  await studio.runs.settings({ backend: "wasm", overlapPercent: 75, scale: "image" });
  await page.getByRole("button", { name: "Run model" }).click();
  const card = studio.runs.card(`Run ${nano.name}`).first();
  await expect(card).toHaveAttribute("data-status", "running");
  await card.getByRole("button", { name: "Cancel" }).click();
  await expect(card).toHaveAttribute("data-status", "cancelled");
  await expect(studio.scenes.faults).toHaveCount(0);
  await studio.runs.settings({ overlapPercent: 0, scale: "auto" });
  await studio.runs.runToEnd();
  const second = studio.runs.card(`Run ${nano.name}`).nth(1);
  await expect(second).toHaveAttribute("data-status", "done");
  // A run has one colour wherever it stands, whatever became of the others.
  const colour = (element: Element) => getComputedStyle(element).color;
  const head = studio.evaluation.root.locator(".run-head").first();
  expect(await head.evaluate(colour)).toBe(await second.locator(".dot").evaluate(colour));
  expect(studio.errors).toEqual([]);
});
