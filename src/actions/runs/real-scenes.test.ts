/**
 * Real rasters, opened as a user would: a mask over the whole image, nodata left nodata, and poitou's black margin, which
 * nobody declared, as well. GDAL (rasterio) and SciPy judge.
 */

import { describe, expect, test } from "vitest";
import { describeRaster, python } from "../../../e2e/judge";
import { spellInEnglish } from "../../core/remarks/spell";
import { exportTo, runToEnd, sceneReady } from "../../testing/journey";
import { withoutPython } from "../../testing/run-python";
import { fileAt, JOURNEY } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { isWithoutTestData, testDataPath } from "../../testing/test-data";
import { shippedModel, tinyZooModel } from "../../testing/zoo-in-node";

describe.skipIf(withoutPython || isWithoutTestData("scenes"))("a real scene", JOURNEY, () => {
  const studios = studiosOfTests();

  // What has no data is no matter of the network: the larger scene is run with one that is quick.
  test.each([
    { name: "burgundy", model: shippedModel("emsnet-nano") },
    { name: "poitou", model: tinyZooModel("placed") },
  ])("$name: every valid pixel gets a class, nodata stays nodata", async ({ name, model }) => {
    const paths = ["rgb_from_points.tif", "dsm.tif"].map((file) => testDataPath("scenes", name, file));
    const files = await Promise.all(paths.map((path) => fileAt(path)));
    const inNode = await studios.open({ files, models: [model] });
    const { scene } = await sceneReady(inNode.studio);
    expect(spellInEnglish(scene.auxiliary!.alignment.summary)).toContain("grids aligned");
    const [run] = await runToEnd(inNode.studio);
    const { tif } = await exportTo(studios.folder, inNode, run!.id, "geotiff");
    const { size, transform, epsg } = describeRaster(paths[0]!);
    expect(describeRaster(tif!)).toMatchObject({ size, transform, epsg });
    expect(python(COMPARE_NODATA, tif!, paths[0]!)).toEqual({ predictedOnNodata: 0, missingOnValid: 0 });
  });
});

const COMPARE_NODATA = `
import sys, json, numpy as np, rasterio
from scipy import ndimage
mask = rasterio.open(sys.argv[1]).read(1)
with rasterio.open(sys.argv[2]) as d:
    valid = d.dataset_mask() > 0
    pieces = ndimage.label((d.read([1, 2, 3]) == 0).all(0) & valid, np.ones((3, 3)))[0]
edge = np.unique(np.r_[pieces[0], pieces[-1], pieces[:, 0], pieces[:, -1]])
margin = np.isin(pieces, edge[edge > 0])
# Less than a two-hundredth of the image is no margin.
if margin.mean() >= 0.005: valid &= ~margin
print(json.dumps(dict(predictedOnNodata=int(((mask != 255) & ~valid).sum()), missingOnValid=int(((mask == 255) & valid).sum()))))
`;
