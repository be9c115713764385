/** Numbers about a run beyond its scores: calibration, blobs behind a cell, copied tables. NumPy and SciPy judge them. */
import { expect, test } from "@playwright/test";
import { python } from "./judge";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

test("calibration, blobs and copied tables are what NumPy and SciPy find in the exports", async ({ page }, info) => {
  const nano = zooModel("emsnet-nano");
  const studio = new StudioPage(page);
  const runId = await studio.runCrop(nano.name, info.outputDir);
  const mask = (await studio.export("GeoTIFF", info.outputDir)).tif!;
  const saving = page.waitForEvent("download");
  await studio.chooseExport("Confidence GeoTIFF");
  const confidence = `${info.outputDir}/confidence.tif`;
  await (await saving).saveAs(confidence);
  const classes = await page.evaluate((id) => {
    const evaluation = window.nadir!.state().evaluation.byRun[id]!;
    return evaluation.status === "ready"
      ? { colours: evaluation.classes.map(({ colour }) => colour), maskToClass: [...evaluation.maskToClass] }
      : null;
  }, runId);
  const label = `${info.outputDir}/crop_label.tif`;
  const found = python(JUDGE, mask, confidence, label, JSON.stringify(classes)) as {
    error: number;
    confusion: number[][];
    blobs: { pixels: number; box: [number, number, number, number] }[][][];
  };

  await test.step("the calibration error is NumPy's over the same fifteen bins", async () => {
    await studio.evaluation.open("Calibration");
    await expect(studio.evaluation.root.locator(`[data-ece="${runId}"]`)).toHaveText((100 * found.error).toFixed(1));
    await expect(
      studio.evaluation.root.getByRole("img", { name: /^(Reliability diagram|Overall accuracy)/ }),
    ).toHaveCount(2);
  });

  await test.step("the largest blobs behind a cell are SciPy's, one after the other", async () => {
    await studio.evaluation.open("Confusion");
    const cells = found.confusion.flatMap((row, truth) => row.map((count, predicted) => ({ count, truth, predicted })));
    const [worst] = cells.filter(({ truth, predicted }) => truth !== predicted).sort((a, b) => b.count - a.count);
    await studio.evaluation.cell(worst!.truth, worst!.predicted).click();
    const lit = studio.evaluation.root.locator("[data-role=lit-cell]");
    await expect(lit).toHaveAttribute("data-pixels", String(worst!.count));
    const largest = found.blobs[worst!.truth]![worst!.predicted]!;
    for (const [step, { box }] of largest.entries()) {
      await lit.getByRole("button", { name: step === 0 ? "go to the largest" : "next" }).click();
      const [left, top, width, height] = box;
      await expect
        .poll(() => page.evaluate(() => window.nadir!.cameras()[0]?.centrePx))
        .toEqual([left + width / 2, top + height / 2]);
    }
    await studio.evaluation.cell(worst!.truth, worst!.predicted).click();
  });

  await test.step("IoU by window is drawn, cost counts the arithmetic of the manifest", async () => {
    await studio.panes.show(1, "IoU by window");
    await studio.panes.settled();
    await studio.evaluation.open("Cost");
    const arithmetic = studio.evaluation.root.getByRole("row", { name: /GFLOP per window/ });
    await expect(arithmetic).toContainText(((2 * nano.network!.macsPerWindow!) / 1e9).toPrecision(3));
    await expect(page.getByRole("alert")).toHaveCount(0);
  });

  await test.step("a copied matrix is the one that was counted", async () => {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await studio.evaluation.open("Confusion");
    await studio.evaluation.root.getByRole("radio", { name: "Pixels", exact: true }).click();
    await studio.evaluation.root.getByRole("button", { name: "CSV" }).click();
    const copied = python(READ_CSV, await page.evaluate(() => navigator.clipboard.readText())) as string[][];
    expect(copied.map((row) => row.slice(1).map(Number))).toEqual(found.confusion);
    await studio.evaluation.root.getByRole("button", { name: "LaTeX" }).click();
    const latex = await page.evaluate(() => navigator.clipboard.readText());
    expect(latex.match(/\\\\/g)!.length).toBeGreaterThanOrEqual(found.confusion.length + 1);
  });
  expect(studio.errors).toEqual([]);
});

const JUDGE = `
import sys, json, numpy as np, rasterio
from scipy import ndimage
from sklearn import metrics
mask, confidence = (rasterio.open(path).read(1) for path in sys.argv[1:3])
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
right, sure = (truth == predicted)[kept], confidence[kept].astype(float)
bins = np.digitize(sure, np.linspace(0, 1, 16)[1:-1], right=True)
error = sum(abs(right[bins == b].mean() - sure[bins == b].mean()) * (bins == b).mean() for b in range(15) if (bins == b).any())
blobs = [[[] for _ in range(count)] for _ in range(count)]
for t in range(count):
    for p in range(count):
        labels, number = ndimage.label((truth == t) & (predicted == p), np.ones((3, 3)))
        sizes = np.bincount(labels.ravel())[1:]
        order = np.argsort(-sizes, kind="stable")[:3]
        # Blobs of one size have no order of their own.
        if len(set(sizes[order])) < len(order): order = order[:1] if len(order) > 1 and sizes[order[0]] > sizes[order[1]] else []
        for blob in order:
            rows, cols = ndimage.find_objects(labels)[blob]
            blobs[t][p].append(dict(pixels=int(sizes[blob]), box=[cols.start, rows.start, cols.stop - cols.start, rows.stop - rows.start]))
print(json.dumps(dict(error=float(error), blobs=blobs, confusion=metrics.confusion_matrix(truth[kept], predicted[kept], labels=range(count)).tolist()), default=int))
`;

const READ_CSV = `
import sys, io, csv, json
print(json.dumps([row for row in csv.reader(io.StringIO(sys.argv[1]))][1:]))
`;
