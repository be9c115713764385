/** Ticked scenes are run and scored together; the pooled figures are scikit-learn's over the exported masks. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { python } from "../../../e2e/judge";
import { runChosenModels } from "../../actions/runs/run-model";
import { openFiles } from "../../actions/scenes/open-files";
import { tickScenes } from "../../actions/scenes/tick-scenes";
import { changeSettings } from "../../actions/view/arrange";
import { isDone } from "../../store/runs";
import { evaluated, exportTo } from "../../testing/journey";
import { withoutPython } from "../../testing/run-python";
import { fileAt, JOURNEY, until } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
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
