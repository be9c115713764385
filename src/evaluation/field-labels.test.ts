/** Truths that other programs' users reported as read wrongly; counts are NumPy's of the files. */

import { describe, expect, test } from "vitest";
import type { Geotransform } from "../core/georef/geotransform";
import { CLASS_SCHEMES } from "../core/labels/class-scheme";
import { recogniseRasterPart } from "../core/pairing/raster-part";
import type { RasterFacts } from "../core/raster/raster";
import { spellInEnglish } from "../core/remarks/spell";
import type { BandRole } from "../core/vocabulary/band-roles";
import { openRaster } from "../io/open-raster";
import { arrayRaster } from "../testing/array-raster";
import { nadir } from "../testing/command-line";
import { computedMask } from "../testing/export-fixtures";
import { blobOf, isWithoutTestData, testDataPath } from "../testing/test-data";
import { placeLabels, saidBesideScores } from "./place-labels";

const at = (...path: string[]) => testDataPath("field-cases", ...path);

async function decode(path: string[], schemeId: string | null = null) {
  const labels = await openRaster({ file: await blobOf(at(...path)) });
  const scheme = CLASS_SCHEMES.find(({ id }) => id === schemeId) ?? null;
  const placed = await placeLabels(labels.facts, labels, { role: "truth", scheme });
  const { widthPx, heightPx } = labels.facts;
  const sink = { ...computedMask(widthPx, heightPx), async writeRows() {} };
  return placed.decode(sink as never, new AbortController().signal, null);
}

describe.skipIf(isWithoutTestData("field-cases"))("what a truth means", () => {
  test.each([
    ["palette-256-truth/refused", [10646, 11346, 9948, 11243, 11554, 10799], 0],
    ["palette-256-truth/silent", [49204, 3360, 2953, 3297, 3524, 3198], 0],
    ["sparse-truth-read-as-dfc2023", [2560, 3840, 2304, 2304, 2048, 3328], 49152],
  ])("%s: the six ISPRS classes", async (folder, counts, ignored) => {
    const decoded = await decode([...folder.split("/"), "site_label.tif"]);
    expect(decoded.schemeName).toBe("ISPRS Potsdam / Vaihingen");
    expect([0, 1, 2, 3, 4, 5].map((id) => decoded.classPixels[id] ?? 0)).toEqual(counts);
    expect(decoded.ignoredPixels).toBe(ignored);
  });

  test("a palette of other colours is asked about: red buildings are no clutter", async () => {
    await expect(decode(["crs", "06_truth_palette.tif"])).rejects.toMatchObject({ code: "unknown-labels" });
    await expect(decode(["crs", "06_truth_ids.tif"])).rejects.toMatchObject({ code: "unknown-labels" });
  });

  test.each(["truth_mmseg.png", "truth_mmseg.tif", "truth_nodata0.tif"])(
    "%s: ids numbered from 1 are refused",
    async (name) => {
      const path = ["cli-evaluate-ids-off-by-one", name];
      await expect(decode(path)).rejects.toMatchObject({ code: "unknown-labels" });
      await expect(decode(path, "isprs")).rejects.toThrow("9675 pixels, one past the last class");
      const { status, stderr } = await nadir([
        "evaluate",
        "--prediction",
        at(path[0]!, "pred.tif"),
        "--truth",
        at(...path),
      ]);
      expect(status).not.toBe(0);
      expect(stderr).toContain("order of classes is not agreed");
    },
  );

  test("labels with their photo's own name are told by their colours", async () => {
    const folder = "vaihingen-gts-same-name";
    const open = async (part: string) =>
      (await openRaster({ file: await blobOf(at(folder, part, "top_mosaic_09cm_area1.tif")) })).facts;
    expect(recogniseRasterPart(await open("gts_for_participants")).part).toBe("truth");
    expect(recogniseRasterPart(await open("top")).part).toBe("optical");
  });
});

describe("what a file itself says of its ids", () => {
  const red = [255, 0, 0] as const;
  async function read(facts: Partial<RasterFacts>, value = (col: number) => col % 3, bands = 1) {
    const roles = Array.from({ length: bands }, () => (bands === 1 ? "class" : "unknown") as BandRole);
    const raster = arrayRaster({ widthPx: 9, heightPx: 3, roles, value: (_, col) => value(col) });
    const labels = { ...raster, facts: { ...raster.facts, fileName: "site_label.tif", ...facts } };
    const placed = await placeLabels(labels.facts, labels, { role: "truth", scheme: null });
    return placed.decode({ ...computedMask(9, 3), async writeRows() {} } as never, new AbortController().signal, null);
  }

  test("its names come before its colours, and without any", async () => {
    for (const palette of [[[0, 0, 0], red, [0, 0, 255]] as const, null]) {
      const { classes, classPixels, ignoredPixels } = await read({
        palette,
        categoryNames: ["unlabelled", "building", "tree"],
      });
      expect(classes.map(({ id, name }) => [id, name])).toEqual([
        [1, "building"],
        [2, "tree"],
      ]);
      if (palette !== null) expect(classes[0]!.colour).toEqual(red);
      expect([classPixels, ignoredPixels]).toEqual([{ 1: 9, 2: 9 }, 9]);
    }
  });

  test("a grid of another pixel size is said", async () => {
    const geotransform = (size: number): Geotransform => [0, size, 0, 0, 0, -size];
    const photo = arrayRaster({ widthPx: 18, heightPx: 6, roles: ["red", "green", "blue"], value: () => 0 });
    const raster = arrayRaster({ widthPx: 9, heightPx: 3, roles: ["class"], value: (_, col) => col % 2 });
    const facts = { ...raster.facts, geotransform: geotransform(2), categoryNames: ["tree", "car"] };
    const grid = { ...photo.facts, geotransform: geotransform(1) };
    const placed = await placeLabels(grid, { ...raster, facts }, { role: "truth", scheme: null });
    const sink = { ...computedMask(18, 6), async writeRows() {} } as never;
    const { notes, classPixels } = await placed.decode(sink, new AbortController().signal, null);
    expect(notes.map(spellInEnglish)).toContain("Truth 2× coarser, resampled to the image's pixels (nearest).");
    expect(classPixels).toEqual({ 0: 60, 1: 48 });
  });

  test("names that only number the ids are none, and many bands without colours are no labels", async () => {
    await expect(read({ categoryNames: ["Class 0", "1", ""] })).rejects.toMatchObject({ code: "unknown-labels" });
    await expect(read({}, () => 255, 6)).rejects.toThrow("The truth has 6 bands");
  });
});

test("more than a tenth outside the known classes is said", () => {
  const classPixels = { 0: 90 };
  expect(saidBesideScores({ classPixels, unknown: [{ value: "6", pixels: 10 }] }).map(spellInEnglish)).toEqual([]);
  expect(saidBesideScores({ classPixels, unknown: [{ value: "6", pixels: 11 }] }).map(spellInEnglish)).toEqual([
    "11 % of the truth has a value of no known class (6) and is not scored.",
  ]);
});

test("more than a tenth where the photo is missing is said", () => {
  const classPixels = { 0: 90 };
  expect(saidBesideScores({ classPixels, unknown: [], unseenPixels: 10 }).map(spellInEnglish)).toEqual([]);
  expect(saidBesideScores({ classPixels, unknown: [], unseenPixels: 30 }).map(spellInEnglish)).toEqual([
    "25 % of the truth lies where the photo is missing and is not scored.",
  ]);
});

test("a class table that was chosen for another file is said", async () => {
  const chosen = { ...CLASS_SCHEMES[0]!, chosenFor: "tile_1_label.tif" };
  const decoded = async (fileName: string) => {
    const raster = arrayRaster({ widthPx: 4, heightPx: 4, roles: ["class"], value: () => 1 });
    const labels = { ...raster, facts: { ...raster.facts, fileName } };
    const placed = await placeLabels(labels.facts, labels, { role: "truth", scheme: chosen });
    return placed.decode({ ...computedMask(4, 4), async writeRows() {} } as never, new AbortController().signal, null);
  };
  expect(saidBesideScores(await decoded("tile_1_label.tif")).map(spellInEnglish)).toEqual([]);
  expect(saidBesideScores(await decoded("tile_2_label.tif")).map(spellInEnglish)).toEqual([
    "The truth is read by the class table that was chosen for tile_1_label.tif.",
  ]);
});
