/** Before the run: how the rasters lie on each other, in numbers, and where to run. GDAL (rasterio) judges. */

import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { python } from "../../../e2e/judge";
import { spellInEnglish } from "../../core/remarks/spell";
import { selectRunObstacle } from "../../store/selectors";
import { asInThePapers } from "../../testing/as-in-the-papers";
import { cropFiles, exportTo, runToEnd, sceneReady } from "../../testing/journey";
import { withoutPython } from "../../testing/run-python";
import { fileAt, JOURNEY } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { isWithoutTestData, testDataPath } from "../../testing/test-data";
import { shippedModel, type ZooModel } from "../../testing/zoo-in-node";
import { chooseAuxiliary, drawArea, setArea } from "./set-area";

interface HalfDsm {
  readonly overlap: number;
  readonly min: number;
  readonly max: number;
  readonly rect: readonly [left: number, top: number, right: number, bottom: number];
}

interface Placed {
  readonly offset: readonly [col: number, row: number];
  readonly ratio: number;
  readonly overlap: number;
  readonly min: number;
  readonly max: number;
}

describe.skipIf(withoutPython)("the place of a run", JOURNEY, () => {
  const studios = studiosOfTests();
  let models: ZooModel[];
  beforeAll(async () => {
    models = [await asInThePapers(shippedModel("emsnet-nano"))];
  });

  test("is the area: outside it the mask is nodata, and taken back it makes the run stale", async () => {
    const files = await cropFiles(studios.folder, 320);
    const inNode = await studios.open({ files, models });
    const { studio } = inNode;
    await sceneReady(studio);
    const area = () => studio.store.getState().scenes.records[0]!.area;
    drawArea(studio, [70.2, 90.4], [199.6, 189.8]);
    expect(area()).toEqual({ col: 70, row: 90, widthPx: 130, heightPx: 100 });
    // A click draws nothing, and what leaves the image is cut off.
    drawArea(studio, [70, 90], [70, 90]);
    expect(area()).toEqual({ col: 70, row: 90, widthPx: 130, heightPx: 100 });
    setArea(studio, { col: 300, row: 310, widthPx: 100, heightPx: 100 });
    expect(area()).toEqual({ col: 300, row: 310, widthPx: 20, heightPx: 10 });

    setArea(studio, { col: 70, row: 90, widthPx: 130, heightPx: 100 });
    const [run] = await runToEnd(studio);
    expect(run!.settings.areaOfInterest).toEqual({ col: 70, row: 90, widthPx: 130, heightPx: 100 });
    const { tif } = await exportTo(studios.folder, inNode, run!.id, "geotiff");
    expect(python(PREDICTED, tif!)).toEqual({ box: [70, 90, 200, 190], pixels: 130 * 100 });
    setArea(studio, null);
    expect(area()).toBeUndefined();
  });

  test("with a DSM over a part: the report's numbers are GDAL's, and the run goes where the user says", async () => {
    const folder = join(studios.folder, "half");
    await cropFiles(folder, 320);
    const [image, dsm] = [join(folder, "crop_RGB.tif"), join(folder, "crop_dsm.tif")];
    const judged = python(HALF_DSM, image, dsm) as HalfDsm;
    const inNode = await studios.open({ files: [await fileAt(image), await fileAt(dsm)], models });
    const { studio } = inNode;
    const { scene } = await sceneReady(studio);
    const { overlapFraction, valueRange } = scene.auxiliary!.alignment;
    expect(overlapFraction).toBeCloseTo(judged.overlap, 6);
    expect(valueRange!.min).toBeCloseTo(judged.min, 5);
    expect(valueRange!.max).toBeCloseTo(judged.max, 5);

    chooseAuxiliary(studio, scene.id, "leave-out");
    expect(spellInEnglish(selectRunObstacle(studio.store.getState())!)).toContain("needs the DSM, which is left out");
    chooseAuxiliary(studio, scene.id, "only-where-it-lies");
    expect(selectRunObstacle(studio.store.getState())).toBeNull();
    const [run] = await runToEnd(studio);
    const { tif } = await exportTo(folder, inNode, run!.id, "geotiff");
    const [left, top, right, bottom] = judged.rect;
    expect(python(PREDICTED, tif!)).toEqual({ box: judged.rect, pixels: (right - left) * (bottom - top) });
  });

  test.skipIf(isWithoutTestData("scenes/autzen"))("on a grid in feet, with another grid over a corner", async () => {
    const paths = ["autzen_ortho.tif", "dsm.tif"].map((name) => testDataPath("scenes/autzen", name));
    const { studio } = await studios.open({ files: await Promise.all(paths.map((path) => fileAt(path))), models });
    const { scene } = await sceneReady(studio);
    const judged = python(PLACE, ...paths) as Placed;
    const { offsetPx, overlapFraction, resolutionRatio, valueRange } = scene.auxiliary!.alignment;
    expect(offsetPx[0]).toBeCloseTo(judged.offset[0], 6);
    expect(offsetPx[1]).toBeCloseTo(judged.offset[1], 6);
    expect(resolutionRatio).toBeCloseTo(judged.ratio, 9);
    expect(overlapFraction).toBeCloseTo(judged.overlap, 9);
    expect(valueRange!.min).toBeCloseTo(judged.min, 4);
    expect(valueRange!.max).toBeCloseTo(judged.max, 4);
  });

  test.skipIf(isWithoutTestData("scenes/farapart"))(
    "is nowhere with a DSM of another place, which is refused with the distance",
    async () => {
      const paths = ["m_4709963_se_14_1_20200831.tif", "dsm.tif"].map((name) => testDataPath("scenes/farapart", name));
      const { studio } = await studios.open({ files: await Promise.all(paths.map((path) => fileAt(path))), models });
      const [record] = studio.store.getState().scenes.records;
      const { alignment } = record!.scene.auxiliary!;
      const gapKm = python(GAP, ...paths) as number;
      expect(alignment).toMatchObject({ verdict: "refused", overlapRect: null });
      expect(alignment.gapMetres! / 1000 / gapKm).toBeCloseTo(1, 2);
      const [distance] = /[\d,.]+ km/.exec(spellInEnglish(alignment.summary))!;
      expect(spellInEnglish(selectRunObstacle(studio.store.getState())!)).toContain(distance);
    },
  );
});

const PREDICTED = `
import sys, json, numpy as np, rasterio
rows, cols = np.nonzero(rasterio.open(sys.argv[1]).read(1) != 255)
print(json.dumps(dict(box=[int(cols.min()), int(rows.min()), int(cols.max()) + 1, int(rows.max()) + 1], pixels=len(rows))))
`;

const PLACE = `
import sys, json, rasterio
a, b = rasterio.open(sys.argv[1]), rasterio.open(sys.argv[2])
col, row = ~a.transform * (b.transform.c, b.transform.f)
c1, r1 = ~a.transform * (b.transform * (b.width, b.height))
covered = (min(c1, a.width) - max(col, 0)) * (min(r1, a.height) - max(row, 0))
data = b.read(1, masked=True)
print(json.dumps(dict(offset=[col, row], ratio=b.res[0] / a.res[0], overlap=covered / (a.width * a.height), min=float(data.min()), max=float(data.max()))))
`;

/** Leaves the left part of the DSM. */
const HALF_DSM = `
import sys, json, math, rasterio
from rasterio.windows import Window
with rasterio.open(sys.argv[2]) as d:
    window = Window(0, 0, d.width * 6 // 10, d.height)
    data, profile = d.read(window=window), d.profile | dict(width=int(window.width), height=int(window.height))
with rasterio.open(sys.argv[2], "w", **profile) as d: d.write(data)
a, b = rasterio.open(sys.argv[1]), rasterio.open(sys.argv[2])
x0, y0 = ~a.transform * (b.transform.c, b.transform.f)
x1, y1 = ~a.transform * (b.transform * (b.width, b.height))
clip = lambda lo, hi, size: (max(0, lo), min(size, hi))
(l, r), (t, e) = clip(x0, x1, a.width), clip(y0, y1, a.height)
rect = [max(0, math.ceil(x0 - 0.01)), max(0, math.ceil(y0 - 0.01)), min(a.width, math.floor(x1 + 0.01)), min(a.height, math.floor(y1 + 0.01))]
masked = b.read(1, masked=True)
print(json.dumps(dict(overlap=(r - l) * (e - t) / (a.width * a.height), min=float(masked.min()), max=float(masked.max()), rect=rect)))
`;

/** Kilometres along the ellipsoid between the corners that are nearest to each other. */
const GAP = `
import sys, json, rasterio
from itertools import product
from pyproj import Geod
from rasterio.warp import transform_bounds
a, b = (transform_bounds(d.crs, 4326, *d.bounds) for d in map(rasterio.open, sys.argv[1:]))
corners = lambda box: product(box[0::2], box[1::2])
print(json.dumps(min(Geod(ellps="WGS84").inv(*p, *q)[2] for p, q in product(corners(a), corners(b))) / 1000))
`;
