/**
 * Ticked scenes are run, scored and handed over together; the pooled figures are scikit-learn's over the exported masks,
 * the files GDAL's, Python's csv module's and pdfLaTeX's, and the command line writes the same ones.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { describeRaster, python } from "../../../e2e/judge";
import { compareModels } from "../../actions/evaluation/compare-pair";
import { handOver } from "../../actions/outputs/hand-over";
import { addPredictions } from "../../actions/runs/add-prediction";
import { removeRun, runChosenModels } from "../../actions/runs/run-model";
import { openFiles } from "../../actions/scenes/open-files";
import { tickScenes } from "../../actions/scenes/tick-scenes";
import { changeLegend, changeSettings, setClassColour } from "../../actions/view/arrange";
import { isDone } from "../../store/runs";
import { nadir } from "../../testing/command-line";
import { evaluated, exportTo } from "../../testing/journey";
import { withoutPython } from "../../testing/run-python";
import { fileAt, JOURNEY, until } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { tinyZooModel } from "../../testing/zoo-in-node";
import { scoreModels } from "./test-set-runs";

const TILES = ["town_1_1", "town_1_2", "town_2_1"];

describe.skipIf(withoutPython)("a test set", JOURNEY, () => {
  const studios = studiosOfTests();

  test("is run over its scenes, once each, and scored pooled and tile by tile", async () => {
    python(WRITE, studios.folder, ...TILES);
    const inNode = await studios.open();
    const { studio } = inNode;
    const state = () => studio.store.getState();
    const paths = TILES.flatMap((tile) => ["RGB", "dsm", "label"].map((part) => `top_${tile}_${part}.tif`));
    await openFiles(studio, await Promise.all(paths.map((path) => fileAt(join(studios.folder, path)))));
    await until(studio, ({ scenes }) => scenes.records.every(({ truth }) => truth.status === "ready"), "every truth");
    changeSettings(studio, { overlapFraction: 0 });
    const ids = state().scenes.records.map(({ scene }) => scene.id);
    tickScenes(studio, ids.slice(0, 2), true);
    runChosenModels(studio);
    const allDone = ({ runs }: ReturnType<typeof state>) => runs.records.every(isDone);
    await until(studio, allDone, "two runs");
    expect(state().runs.records.map(({ sceneId }) => sceneId)).toEqual(ids.slice(0, 2));

    // What is there is not made again.
    tickScenes(studio, ids, true);
    runChosenModels(studio);
    await until(studio, allDone, "the third run");
    expect(state().runs.records.map(({ sceneId }) => sceneId)).toEqual(ids);

    const masks: string[] = [];
    for (const run of state().runs.records) {
      await evaluated(studio, run.id);
      const folder = join(studios.folder, run.id);
      masks.push((await exportTo(folder, inNode, run.id, "geotiff")).tif!);
    }
    const { scenes, runs, evaluation } = state();
    const [model, ...others] = scoreModels(scenes.records, runs.records.filter(isDone), evaluation);
    expect(others).toEqual([]);
    const labels = scenes.records.map(({ scene }) => join(studios.folder, scene.truth!.facts.fileName));
    const wanted = python(JUDGE, ...masks, ...labels) as Wanted;
    expect(model!.differences).toEqual([]);
    expect(model!.scores.pooled.scored.meanIou).toBeCloseTo(wanted.miou, 12);
    expect(model!.scores.pooled.all.overallAccuracy).toBeCloseTo(wanted.accuracy, 12);
    expect(model!.scores.pooled.all.kappa).toBeCloseTo(wanted.kappa, 12);
    for (const [index, { scored }] of model!.scores.perTile.entries()) {
      expect(scored.meanIou).toBeCloseTo(wanted.tiles[index]!, 12);
    }

    const given = join(studios.folder, "given");
    mkdirSync(given);
    await handOver(studio, ["geotiff", "png", "geojson", "confidence"], null);
    const archive = inNode.browser.downloads.at(-1)!;
    expect(archive.fileName).toBe("nadir-3-tiles.zip");
    writeFileSync(join(given, archive.fileName), new Uint8Array(await archive.blob.arrayBuffer()));
    const page = join(given, "nadir-3-tiles");
    const terminal = join(studios.folder, "terminal");
    await modelOnDisk(join(studios.folder, "model"));
    const { status, stderr } = await nadir([
      ...[
        "segment",
        "--list",
        join(studios.folder, "tiles.csv"),
        "--model",
        join(studios.folder, "model/tiny.nadir.json"),
      ],
      ...[
        "--out-folder",
        terminal,
        "--formats",
        "geotiff,png,geojson,confidence",
        "--stride",
        "64",
        "--backend",
        "cpu",
        "--threads",
        "1",
      ],
    ]);
    expect([status, stderr]).toEqual([0, expect.not.stringContaining("error")]);
    const seen = python(HANDED, page, terminal, ...masks, ...labels) as Handed;
    expect(seen).toEqual({ ...seen, notAlike: [], bad: [], unreadable: [], mosaic: true, text: [] });
    expect(seen.rasters).toBe(10);
    expect(seen.pooled[0]).toBeCloseTo(wanted.miou, 12);
    expect(seen.pooled[1]).toBeCloseTo(wanted.accuracy, 12);
    expect(seen.pooled[2]).toBeCloseTo(wanted.kappa, 12);
    for (const [index, miou] of seen.tiles.entries()) expect(miou).toBeCloseTo(wanted.tiles[index]!, 12);
    expect(seen.confusion).toEqual([...model!.scores.pooled.matrix.counts]);
    const again = join(studios.folder, "again");
    const list = ["--list", join(studios.folder, "tiles.csv"), "--predictions", join(terminal, "maps")];
    expect((await nadir(["evaluate", ...list, "--out-folder", again])).status).toBe(0);
    const confusion = (folder: string) => readFileSync(join(folder, "scores/confusion.csv"), "utf8");
    expect(confusion(again)).toBe(confusion(terminal));
    if (hasPdfLatex()) {
      const pdflatex = ["-interaction=nonstopmode", "-halt-on-error", `-output-directory=${given}`];
      execFileSync("pdflatex", [...pdflatex, join(page, "scores/scores.tex")], { stdio: "pipe" });
    }

    // Files carry the colours that the map has.
    changeLegend(studio, { palette: "colour-blind" });
    setClassColour(studio, "tree", [9, 8, 7]);
    const first = state().runs.records[0]!;
    const { tif } = await exportTo(join(studios.folder, "coloured"), inNode, first.id, "geotiff");
    const { colormap } = describeRaster(tif!);
    const named = first.classes.map(({ name, id }) => [name, colormap![id]!.slice(0, 3)]);
    expect(Object.fromEntries(named)).toMatchObject({ building: [60, 20, 130], tree: [9, 8, 7] });

    // The truths themselves as predictions of another maker: one more model, right everywhere.
    await addPredictions(
      studio,
      await Promise.all(TILES.map((tile, index) => fileAt(labels[index]!, `top_${tile}_oracle.tif`))),
    );
    await until(studio, (now) => now.runs.records.length === 6, "three predictions");
    for (const run of state().runs.records) await evaluated(studio, run.id);
    const both = scoreModels(scenes.records, state().runs.records.filter(isDone), state().evaluation);
    expect(both.map(({ modelName, byScene }) => [modelName, byScene.size])).toEqual([
      [model!.modelName, 3],
      ["oracle", 3],
    ]);
    const [ofModel, ofOracle] = both.map(({ byScene }) =>
      [...byScene].map(
        ([
          sceneId,
          {
            evaluation: { classes },
            matrix,
          },
        ]) => ({ sceneId, classes, matrix }),
      ),
    );
    const compared = (await compareModels(studio, ofModel!, ofOracle!))!;
    expect(compared.windows).toBe(3);
    expect(compared.difference).toBeCloseTo(1 - wanted.miou, 12);
    expect(compared.low).toBeGreaterThan(0);
    for (const run of state().runs.records.slice(3)) removeRun(studio, run.id);

    // A tile that is run otherwise is said.
    changeSettings(studio, { overlapFraction: 0.5 });
    tickScenes(studio, ids.slice(1), false);
    runChosenModels(studio);
    await until(studio, ({ runs: { records } }) => records.length === 4 && records.every(isDone), "another run");
    await evaluated(studio, state().runs.records[3]!.id);
    const mixed = scoreModels(scenes.records, state().runs.records.filter(isDone), state().evaluation);
    expect(mixed[0]!.differences).toEqual([expect.stringContaining("stride")]);
  });
});

interface Wanted {
  readonly miou: number;
  readonly accuracy: number;
  readonly kappa: number;
  readonly tiles: readonly number[];
}

/** The model that the studio runs, for the command line. */
async function modelOnDisk(folder: string): Promise<void> {
  mkdirSync(folder);
  for (const [name, blob] of Object.entries(tinyZooModel("placed"))) {
    const file = name.endsWith(".nadir.json") ? "tiny.nadir.json" : name;
    writeFileSync(join(folder, file), new Uint8Array(await blob.arrayBuffer()));
  }
}

function hasPdfLatex(): boolean {
  try {
    execFileSync("pdflatex", ["--version"], { stdio: "pipe" });
    return true;
  } catch {
    return false;
  }
}

interface Handed {
  /** Files that page and command line do not write alike. */
  readonly notAlike: readonly string[];
  /** Entries of the archive whose sum is wrong. */
  readonly bad: readonly string[];
  /** Rasters that GDAL does not open. */
  readonly unreadable: readonly string[];
  readonly rasters: number;
  /** Whether the mosaic holds the tiles' pixels at their places. */
  readonly mosaic: boolean;
  /** Columns of figures that hold something else. */
  readonly text: readonly string[];
  readonly pooled: readonly number[];
  readonly tiles: readonly number[];
  readonly confusion: readonly number[];
}

const HANDED = `
import sys, json, os, re, zipfile, warnings, csv, numpy as np, rasterio
warnings.filterwarnings("ignore")
page, terminal = sys.argv[1:3]
archive = zipfile.ZipFile(page + ".zip")
bad = [archive.testzip()] if archive.testzip() else []
archive.extractall(os.path.dirname(page))
files = lambda root: sorted(os.path.relpath(os.path.join(folder, name), root) for folder, _, names in os.walk(root) for name in names)
def same(name):
    a, b = (open(os.path.join(root, name), "rb").read() for root in (page, terminal))
    if name == "scores/tiles.csv": a, b = (re.sub(rb",[^,]*\\r\\n", b"\\r\\n", text) for text in (a, b))
    return a == b or name == "report.json"
notAlike = sorted(set(files(page)) ^ set(files(terminal))) + [name for name in set(files(page)) & set(files(terminal)) if not same(name)]
rasters = [name for name in files(page) if name.endswith((".tif", ".png", ".vrt"))]
unreadable, pixels = [], {}
for name in rasters:
    try:
        with rasterio.open(os.path.join(page, name)) as d: pixels[name] = (d.read(1), d.transform, d.crs)
    except Exception as error: unreadable.append(str(error))
[vrt] = [name for name in rasters if name.endswith(".vrt")]
whole, place, crs = pixels[vrt]
mosaic = crs.to_epsg() == 25832
seen = 0
for name, (values, transform, _) in pixels.items():
    if name.endswith(".tif") and "confidence" not in name:
        col, row = (round(v) for v in ~place * (transform.c, transform.f))
        mosaic = mosaic and bool((whole[row:row + values.shape[0], col:col + values.shape[1]] == values).all())
        seen += int((values != 255).sum())
mosaic = mosaic and seen == int((whole != 255).sum())
def read(name):
    with open(os.path.join(page, "scores", name + ".csv"), newline="") as f: return list(csv.DictReader(f))
tables = {name: read(name) for name in ("pooled", "tiles", "classes", "confusion")}
words = {"model", "boundary", "tile", "class", "scope", "truth_class", "predicted_class"}
def plain(value): return value == "" or re.fullmatch(r"-?[0-9]+([.][0-9]+)?(e[+-]?[0-9]+)?", value) is not None
text = [f"{name}.{column}" for name, table in tables.items() for column in table[0] if column not in words and not all(plain(row[column]) for row in table)]
given = lambda name: [row for row in tables[name] if row["boundary"] == "with"]
row = given("pooled")[0]
print(json.dumps(dict(notAlike=notAlike, bad=bad, unreadable=unreadable, rasters=len(rasters), mosaic=mosaic, text=text,
    pooled=[float(row[name]) for name in ("mean_iou_scored_classes", "overall_accuracy", "kappa")],
    tiles=[float(row["mean_iou_scored_classes"]) for row in given("tiles")],
    confusion=[int(row["pixels"]) for row in given("confusion") if row["scope"] == "pooled"])))
`;

const WRITE = `
import sys, warnings, numpy as np, rasterio
warnings.filterwarnings("ignore")
colours = np.array([[255, 0, 0], [255, 255, 255], [0, 0, 255], [0, 255, 255], [0, 255, 0], [255, 255, 0]], np.uint8)
rng = np.random.default_rng(5)
for tile, name in enumerate(sys.argv[2:]):
    grid = dict(driver="GTiff", width=96, height=64, crs="EPSG:25832", transform=rasterio.Affine(0.1, 0, 691000 + 100 * tile, 0, -0.1, 5335200))
    path = f"{sys.argv[1]}/top_{name}"
    with rasterio.open(path + "_RGB.tif", "w", count=3, dtype="uint8", photometric="RGB", **grid) as d: d.write(rng.integers(0, 255, (3, 64, 96), dtype=np.uint8))
    with rasterio.open(path + "_dsm.tif", "w", count=1, dtype="float32", **grid) as d: d.write(rng.uniform(90, 120, (1, 64, 96)).astype("float32"))
    ids = np.kron(rng.integers(0, 6, (4, 6)), np.ones((16, 16), int))
    with rasterio.open(path + "_label.tif", "w", count=3, dtype="uint8", photometric="RGB", **grid) as d: d.write(colours[ids].transpose(2, 0, 1))
with open(sys.argv[1] + "/tiles.csv", "w") as f:
    f.write("optical,dsm,truth,name\\n")
    for name in sys.argv[2:]: f.write(f"top_{name}_RGB.tif,top_{name}_dsm.tif,top_{name}_label.tif,{name.replace('_', ' ')}\\n")
print("{}")
`;

const JUDGE = `
import sys, json, numpy as np, rasterio
from sklearn.metrics import accuracy_score, cohen_kappa_score, jaccard_score
names = ["clutter", "impervious surface", "building", "low vegetation", "tree", "car"]
colours = [(255, 0, 0), (255, 255, 255), (0, 0, 255), (0, 255, 255), (0, 255, 0), (255, 255, 0)]
paths = sys.argv[1:]
half = len(paths) // 2
truths, masks = [], []
for mask, label in zip(paths[:half], paths[half:]):
    with rasterio.open(label) as d: image = d.read().transpose(1, 2, 0)
    with rasterio.open(mask) as d:
        ids = d.read(1)
        as_name = {index: names[colours.index(colour[:3])] for index, colour in d.colormap(1).items() if colour[:3] in colours}
    mask = np.array([as_name[index] for index in ids.ravel()])
    truth = np.array([names[colours.index(tuple(pixel))] for pixel in image.reshape(-1, 3)])
    # Truth of a class that the model does not know is left out.
    known = np.isin(truth, list(as_name.values()))
    masks.append(mask[known])
    truths.append(truth[known])
miou = lambda t, m: jaccard_score(t, m, labels=[name for name in names[1:] if name in set(t) | set(m)], average="macro")
all_truth, all_masks = np.concatenate(truths), np.concatenate(masks)
print(json.dumps(dict(
    miou=miou(all_truth, all_masks), accuracy=accuracy_score(all_truth, all_masks), kappa=cohen_kappa_score(all_truth, all_masks),
    tiles=[miou(t, m) for t, m in zip(truths, masks)])))
`;
