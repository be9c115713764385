/**
 * "Reproduce the paper" against the reference scripts' protocol written out in Python: their windows, summed logits,
 * truth without class boundaries (a disc of 3 px), means over five classes.
 */
import { describe, expect, test } from "vitest";
import { python } from "../../../e2e/judge";
import { averagedClasses, scoreConfusion } from "../../core/metrics/scores";
import { chosenMatrix } from "../../store/evaluation";
import { isDone } from "../../store/runs";
import { selectManifest } from "../../store/selectors";
import { asInThePapers } from "../../testing/as-in-the-papers";
import { cropFiles, evaluated, exportTo, sceneReady } from "../../testing/journey";
import { withoutPython } from "../../testing/run-python";
import { JOURNEY, until } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { shippedModel } from "../../testing/zoo-in-node";
import { runChosenModels } from "../runs/run-model";
import { reproducePapers } from "../view/arrange";

interface Paper {
  readonly miou: number;
  readonly mf1: number;
  readonly oa: number;
  readonly kappa: number;
  readonly counts: readonly number[];
  readonly clear: number;
  readonly different: number;
  readonly windows: number;
}

describe.skipIf(withoutPython)("reproduce the paper", JOURNEY, () => {
  const studios = studiosOfTests();

  test("one switch gives the paper's mask and the paper's scores", async () => {
    const { folder } = studios;
    const files = await cropFiles(folder, 230);
    const inNode = await studios.open({ files, models: [await asInThePapers(shippedModel("mobanet-nano"))] });
    const { studio } = inNode;
    await sceneReady(studio);
    reproducePapers(studio, true);
    runChosenModels(studio);
    const run = await until(studio, ({ runs }) => runs.records.find(isDone), "the run");
    const { stitch } = selectManifest(studio.store.getState(), "mobanet-nano")!;
    expect(run.settings).toMatchObject({ stridePx: stitch.papersStridePx, blend: "papers" });

    const ready = await evaluated(studio, run.id);
    const { evaluation } = studio.store.getState();
    expect(evaluation).toMatchObject({ boundary: "without", boundaryPx: 3 });
    const matrix = chosenMatrix(evaluation, ready);
    const scored = scoreConfusion(matrix, averagedClasses(ready.classes, "scored"));
    const all = scoreConfusion(matrix, averagedClasses(ready.classes, "all"));

    const { tif } = await exportTo(folder, inNode, run.id, "geotiff");
    const paper = python(PROTOCOL, folder, tif!, "models/zoo/mobanet-nano.nadir.json") as Paper;
    expect(paper.different).toBe(0);
    expect(paper.clear).toBeGreaterThan(0.99);
    expect(paper.windows).toBeGreaterThan(36);
    expect([...matrix.counts]).toEqual(paper.counts);
    expect(scored.meanIou).toBeCloseTo(paper.miou, 9);
    expect(scored.meanF1).toBeCloseTo(paper.mf1, 9);
    expect(all.overallAccuracy).toBeCloseTo(paper.oa, 9);
    expect(all.kappa).toBeCloseTo(paper.kappa, 9);
  });
});

const PROTOCOL = `
import sys, json
from pathlib import Path
import numpy as np, onnxruntime, rasterio, torch
from scipy import ndimage
from sklearn import metrics
sys.path.insert(0, "models/tests")
from reference_segment import read_heights, read_optical
folder, mask_path, manifest_path = map(Path, sys.argv[1:])
manifest = json.loads(manifest_path.read_text())
size, pad, stride = manifest["window"]["sizePx"], manifest["window"]["padPx"], manifest["stitch"]["papersStridePx"]
image, valid, transform = read_optical(folder / "crop_RGB.tif")
_, height, width = image.shape
optical = manifest["inputs"][0]
mean, std = (np.array(optical[key])[:, None, None] for key in ("mean", "std"))
image = ((image / 255 - mean) / std).astype(np.float32)
heights = np.nan_to_num(read_heights(folder / "crop_dsm.tif", transform, height, width)).astype(np.float32)
session = onnxruntime.InferenceSession(manifest_path.parent / manifest["graph"]["file"])
sums, windows = np.zeros((6, height, width)), 0
def positions(length):
    k = 0
    while k * stride < length:
        yield min(k * stride, length - size)
        k += 1
for row in positions(height):
    for col in positions(width):
        place = np.s_[row : row + size, col : col + size]
        margin = [(0, 0), (0, pad), (0, pad)]
        logits = session.run(None, {"optical": np.pad(image[:, *place], margin)[None],
                                    "dsm": np.pad(heights[None][:, *place], margin)[None]})[0]
        whole = torch.nn.functional.interpolate(torch.from_numpy(logits), size + pad, mode="bilinear", align_corners=False)
        sums[:, *place] += whole[0, :, :size, :size].numpy()
        windows += 1
predicted = sums.argmax(0)
mask = rasterio.open(mask_path).read(1)
ranked = np.sort(sums, axis=0)
clear = (ranked[-1] - ranked[-2]) > 1e-4 * np.abs(ranked[-1])
rgb = rasterio.open(folder / "crop_label.tif").read([1, 2, 3])
truth = np.full(mask.shape, 255)
for entry in manifest["classes"]:
    truth[(rgb == np.array(entry["colour"])[:, None, None]).all(0)] = entry["id"]
yy, xx = np.mgrid[-3:4, -3:4]
disc = yy**2 + xx**2 <= 9
near = np.zeros(truth.shape, bool)
for label in range(6):
    others = (truth != label) & (truth != 255)
    near |= (truth == label) & ndimage.binary_dilation(others, disc)
kept = (truth != 255) & ~near & (mask != 255)
t, p = truth[kept], mask[kept]
f1 = metrics.f1_score(t, p, labels=range(5), average=None, zero_division=np.nan)
iou = metrics.jaccard_score(t, p, labels=range(5), average=None, zero_division=0)
seen = np.array([(t == label).any() or (p == label).any() for label in range(5)])
print(json.dumps(dict(windows=windows, clear=float(clear.mean()), different=int(((mask != predicted) & clear & valid).sum()),
    counts=metrics.confusion_matrix(t, p, labels=range(6)).ravel().tolist(), oa=metrics.accuracy_score(t, p),
    kappa=metrics.cohen_kappa_score(t, p), miou=float(iou[seen].mean()), mf1=float(f1[seen].mean()))))
`;
