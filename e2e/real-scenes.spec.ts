/** Real rasters, dropped as a user would: a mask over the whole image, nodata left nodata. */
import { expect, test } from "@playwright/test";
import { describeRaster, hasTestData, python, TEST_DATA } from "./judge";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

for (const name of ["burgundy", "poitou"]) {
  test(`${name}: every valid pixel gets a class, nodata stays nodata`, async ({ page }, info) => {
    test.skip(!hasTestData, `no real rasters at ${TEST_DATA}`);
    const folder = `${TEST_DATA}/scenes/${name}`;
    const nano = zooModel("emsnet-nano");
    const studio = new StudioPage(page);
    await studio.open();
    await studio.scenes.add([`${folder}/rgb_from_points.tif`, `${folder}/dsm.tif`]);
    await expect(studio.scenes.cards).toHaveCount(1);
    await expect(studio.scenes.cards.first()).toContainText("grids aligned");
    await studio.runs.choose(nano.name);
    await studio.runs.settings({ backend: "wasm" });
    await studio.runs.runToEnd();
    await expect(studio.runs.card(`Run ${nano.name}`)).toHaveAttribute("data-status", "done");
    const saved = await studio.export("GeoTIFF", info.outputDir);
    const original = describeRaster(`${folder}/rgb_from_points.tif`);
    const mask = describeRaster(saved.tif!);
    expect(mask).toMatchObject({ size: original.size, transform: original.transform, epsg: original.epsg });
    const { predictedOnNodata, missingOnValid } = python(
      COMPARE_NODATA,
      saved.tif!,
      `${folder}/rgb_from_points.tif`,
    ) as {
      predictedOnNodata: number;
      missingOnValid: number;
    };
    expect(predictedOnNodata).toBe(0);
    expect(missingOnValid).toBe(0);
    studio.expectNothingSent();
    expect(studio.errors).toEqual([]);
  });
}

const COMPARE_NODATA = `
import sys, json, numpy as np, rasterio
mask = rasterio.open(sys.argv[1]).read(1)
with rasterio.open(sys.argv[2]) as d:
    valid = d.dataset_mask() > 0
print(json.dumps(dict(predictedOnNodata=int(((mask != 255) & ~valid).sum()), missingOnValid=int(((mask == 255) & valid).sum()))))
`;
