/**
 * "Reproduce the paper" against the reference scripts' protocol written out in Python: their windows, summed logits,
 * truth without class boundaries (a disc of 3 px), means over five classes.
 */
import { expect, test } from "@playwright/test";
import { python } from "./judge";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

test("one switch gives the paper's mask and the paper's scores", async ({ page }, info) => {
  const nano = zooModel("mobanet-nano");
  const studio = new StudioPage(page);
  await studio.open();
  await studio.openCrop(info.outputDir, 230);
  await studio.runs.choose(nano.name);
  await studio.runs.settings({ backend: "wasm" });
  await studio.runs.models.getByRole("button", { name: "Settings…" }).click();
  const papers = page.getByRole("switch", { name: "Reproduce the paper" });
  await papers.click();
  await expect(papers).toBeChecked();
  await expect(page.getByText(`Stride ${nano.stitch.papersStridePx} px (${nano.name})`)).toBeVisible();
  await page.keyboard.press("Escape");
  const [runId = ""] = await studio.runs.runToEnd();
  await expect(studio.evaluation.root.getByRole("radio", { name: /no boundary/i })).toBeChecked();
  await expect.poll(() => page.evaluate((id) => window.nadir!.scores(id) !== null, runId)).toBe(true);
  const shown = await page.evaluate((id) => {
    const { scored, all, counts } = window.nadir!.scores(id)!;
    return { miou: scored.meanIou, mf1: scored.meanF1, oa: all.overallAccuracy, kappa: all.kappa, counts };
  }, runId);

  const mask = (await studio.export("GeoTIFF", info.outputDir)).tif!;
  const paper = python(PROTOCOL, info.outputDir, mask, "models/zoo/mobanet-nano.nadir.json") as typeof shown & {
    clear: number;
    different: number;
    windows: number;
  };
  expect(paper.different).toBe(0);
  expect(paper.clear).toBeGreaterThan(0.99);
  expect(paper.windows).toBeGreaterThan(36);
  expect(shown.counts).toEqual(paper.counts);
  for (const score of ["miou", "mf1", "oa", "kappa"] as const) expect(shown[score]).toBeCloseTo(paper[score]!, 9);
  await expect(studio.evaluation.total("miou-scored")).toHaveText((100 * paper.miou!).toFixed(1));
  expect(studio.errors).toEqual([]);
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
