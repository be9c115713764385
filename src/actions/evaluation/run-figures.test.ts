/** Numbers about a run beyond its scores: calibration, blobs behind a cell, areas, two runs compared. NumPy, SciPy and scikit-learn judge them. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { python } from "../../../e2e/judge";
import { expectedCalibrationError, reliabilityBins } from "../../core/metrics/reliability";
import { averagedClasses, scoreConfusion } from "../../core/metrics/scores";
import { findResult } from "../../store/results";
import { isDone } from "../../store/runs";
import { selectStaleness } from "../../store/selectors";
import { cropFiles, evaluated, exportTo, runToEnd, sceneReady } from "../../testing/journey";
import { withoutPython } from "../../testing/run-python";
import { JOURNEY, until } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { shippedModel } from "../../testing/zoo-in-node";
import { measureAreas } from "../results/measure-areas";
import { ablateHeights } from "../runs/run-model";
import { undo } from "../undo";
import { changeEvaluation, changeSettings } from "../view/arrange";
import { comparePair } from "./compare-pair";
import { cellCount, goToBlob, lightCell, stepBlob } from "./evaluate-run";

interface Figures {
  /** Expected calibration error over fifteen bins. */
  readonly error: number;
  /** By class id of the mask. */
  readonly squareMetres: readonly number[];
  readonly confusion: readonly (readonly number[])[];
  readonly blobs: readonly (readonly (readonly {
    readonly pixels: number;
    readonly box: readonly [left: number, top: number, width: number, height: number];
  }[])[])[];
}

describe.skipIf(withoutPython)("figures about runs", JOURNEY, () => {
  const studios = studiosOfTests();
  const models = [shippedModel("emsnet-nano")];

  test("cells are scikit-learn's, the blobs behind each SciPy's, calibration error and areas NumPy's", async () => {
    const folder = join(studios.folder, "one");
    const inNode = await studios.open({ files: await cropFiles(folder, 200), models });
    const { studio } = inNode;
    await sceneReady(studio);
    const [run] = await runToEnd(studio);
    const { classes, maskToClass, confidence } = await evaluated(studio, run!.id);
    const mask = (await exportTo(folder, inNode, run!.id, "geotiff")).tif!;
    const sure = (await exportTo(folder, inNode, run!.id, "confidence")).tif!;
    const table = { colours: classes.map(({ colour }) => colour), maskToClass };
    const found = python(JUDGE, mask, sure, join(folder, "crop_label.tif"), JSON.stringify(table)) as Figures;

    expect(expectedCalibrationError(reliabilityBins(confidence!))).toBeCloseTo(found.error, 6);
    measureAreas(studio, run!.id);
    const squareMetres = await until(
      studio,
      ({ results }) => {
        const state = findResult(results, "areas", run!.id)?.state;
        return state?.status === "ready" && state.squareMetres;
      },
      "the areas",
    );
    for (const [id, area] of found.squareMetres.entries()) expect(squareMetres[id] ?? 0).toBeCloseTo(area, 3);

    const lit = () => studio.store.getState().evaluation.lit;
    const camera = () => studio.store.getState().panes.cameras[0]?.centrePx;
    for (const [truth, row] of found.confusion.entries()) {
      for (const [predicted, count] of row.entries()) {
        expect(cellCount(studio, run!.id, truth, predicted)).toBe(count);
        await lightCell(studio, run!.id, truth, predicted);
        expect(lit()).toMatchObject({ truthClass: truth, predictedClass: predicted, pixels: count });
        for (const [step, { pixels, box }] of found.blobs[truth]![predicted]!.entries()) {
          expect(lit()!.blobs[step]!.pixelCount).toBe(pixels);
          const [left, top, width, height] = box;
          if (step === 0) goToBlob(studio);
          else stepBlob(studio, 1);
          expect(camera()).toEqual([left + width / 2, top + height / 2]);
        }
        // The same cell again puts it out.
        await lightCell(studio, run!.id, truth, predicted);
        expect(lit()).toBeNull();
      }
    }

    // Lit, put out by another boundary and lit again at once: the first count is nobody's any more.
    const seen = new Set<number | null>();
    const stop = studio.store.subscribe(({ evaluation }) => seen.add(evaluation.lit?.pixels ?? null));
    const early = lightCell(studio, run!.id, 0, 0);
    changeEvaluation(studio, { boundary: "without" });
    await Promise.all([early, lightCell(studio, run!.id, 0, 0)]);
    stop();
    const inside = cellCount(studio, run!.id, 0, 0);
    expect(inside).toBeLessThan(found.confusion[0]![0]!);
    expect([...seen]).toEqual([null, inside]);
  });

  test("two runs are compared by the difference of their means; changed settings make them stale", async () => {
    const folder = join(studios.folder, "two");
    const { studio } = await studios.open({ files: await cropFiles(folder, 200), models });
    await sceneReady(studio);
    const [run] = await runToEnd(studio);
    ablateHeights(studio, run!.id);
    const flat = await until(studio, ({ runs }) => runs.records.filter(isDone)[1], "the run without heights");
    expect(flat.settings.heights).toBe("flattened");
    expect(flat.modelName).toBe(`${run!.modelName}, flat DSM`);
    const means = [];
    for (const id of [run!.id, flat.id]) {
      const { withBoundary, classes } = await evaluated(studio, id);
      means.push(scoreConfusion(withBoundary, averagedClasses(classes, "scored")).meanIou!);
    }
    const compared = await comparePair(studio, run!.id, flat.id);
    expect(means[0]).not.toBe(means[1]);
    expect(compared!.difference).toBeCloseTo(means[1]! - means[0]!, 9);

    const staleness = () => {
      const state = studio.store.getState();
      return selectStaleness(state, state.runs.records[0]!);
    };
    expect(staleness()).toEqual([]);
    changeSettings(studio, { overlapFraction: 0.5 });
    expect(staleness()).toEqual(["stride 64 → 32 px"]);
    undo(studio);
    expect(staleness()).toEqual([]);
  });
});

const JUDGE = `
import sys, json, numpy as np, rasterio
from scipy import ndimage
from sklearn import metrics
with rasterio.open(sys.argv[1]) as d: mask, pixel = d.read(1), abs(d.transform.a * d.transform.e)
confidence = rasterio.open(sys.argv[2]).read(1)
rgb = rasterio.open(sys.argv[3]).read([1, 2, 3])
table = json.loads(sys.argv[4])
count = len(table["colours"])
truth = np.full(mask.shape, 255)
for index, colour in enumerate(table["colours"]):
    truth[(rgb == np.array(colour)[:, None, None]).all(0)] = index
lookup = np.full(256, 255)
for mask_id, index in enumerate(table["maskToClass"]):
    if index is not None: lookup[mask_id] = index
predicted = lookup[mask]
kept = (truth != 255) & (predicted != 255)
# Confidences are multiples of 1/255, whole numbers decide the half-open bins without rounding.
right, steps = (truth == predicted)[kept], np.rint(confidence[kept].astype(float) * 255).astype(int)
sure, bins = steps / 255, np.maximum(-(-steps * 15 // 255) - 1, 0)
error = sum(abs(right[bins == b].mean() - sure[bins == b].mean()) * (bins == b).mean() for b in range(15) if (bins == b).any())
areas = np.bincount(mask.ravel(), minlength=256)[:6] * pixel
# UTM's own scale in the middle of the image: areas are on the ground.
with rasterio.open(sys.argv[1]) as m:
    from pyproj import CRS, Proj
    x, y = m.transform * (m.width / 2, m.height / 2)
    utm = Proj(CRS.from_wkt(m.crs.to_wkt()))
    areas = areas / utm.get_factors(*utm(x, y, inverse=True)).areal_scale
blobs = [[[] for _ in range(count)] for _ in range(count)]
for t in range(count):
    for p in range(count):
        labels, number = ndimage.label((truth == t) & (predicted == p), np.ones((3, 3)))
        sizes = np.bincount(labels.ravel())[1:]
        order = np.argsort(-sizes, kind="stable")[:4]
        # Blobs of one size have no order of their own.
        safe = [blob for place, blob in enumerate(order) if (sizes == sizes[blob]).sum() == 1]
        for blob in safe if list(safe) == list(order[: len(safe)]) else order[:0]:
            rows, cols = ndimage.find_objects(labels)[blob]
            blobs[t][p].append(dict(pixels=int(sizes[blob]), box=[cols.start, rows.start, cols.stop - cols.start, rows.stop - rows.start]))
print(json.dumps(dict(error=float(error), squareMetres=areas.tolist(), blobs=blobs, confusion=metrics.confusion_matrix(truth[kept], predicted[kept], labels=range(count)).tolist()), default=int))
`;
