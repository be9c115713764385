/** Truth of any make: a table of one's own, unknown colours counted, two variants, several model classes in one; judged by NumPy and scikit-learn. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { python } from "../../../e2e/judge";
import { schemeFromValues } from "../../core/labels/own-scheme";
import { cropFiles, evaluated, exportTo, runToEnd, sceneReady } from "../../testing/journey";
import { withoutPython } from "../../testing/run-python";
import { fileAt, JOURNEY, until } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { shippedModel } from "../../testing/zoo-in-node";
import { redo, undo } from "../undo";
import {
  chooseScheme,
  chooseTruthFile,
  loadClassMapping,
  mapClass,
  readTruthValues,
  resetClassMapping,
  saveClassMapping,
} from "./truth-classes";

describe.skipIf(withoutPython)("truth classes", JOURNEY, () => {
  const studios = studiosOfTests();

  test("class ids without names get them, and classes share a truth class as the user says", async () => {
    const folder = join(studios.folder, "ids");
    const [optical, dsm] = await cropFiles(folder, 256);
    const truthPath = join(folder, "crop_label.tif");
    const values = python(TO_IDS, truthPath) as Record<string, number>;
    const inNode = await studios.open({
      files: [optical, dsm, await fileAt(truthPath)],
      models: [shippedModel("emsnet-nano")],
    });
    const { studio, browser } = inNode;
    const unread = await sceneReady(studio);
    expect(unread.truth).toMatchObject({ status: "failed" });
    if (unread.truth.status === "failed") {
      expect(unread.truth.error.found).toContain("class ids without colours or names");
    }

    const truth = unread.scene.truth!;
    const found = await readTruthValues(studio, truth.rasterId);
    expect(found?.kind).toBe("ids");
    expect(Object.fromEntries(found!.values.map(({ value, pixels }) => [value, pixels]))).toEqual(values);
    const names: Record<string, string> = { 1: "ground", 2: "building", 3: "trees" };
    const table = found!.values.map(({ value }) => ({ value, name: names[value] ?? "" }));
    await chooseScheme(studio, truth.facts, schemeFromValues("ids", table));
    await until(studio, ({ scenes }) => scenes.records[0]?.truth.status === "ready", "the truth by the own table");
    expect(Object.values(studio.store.getState().corrections)).toEqual([
      { scheme: expect.objectContaining({ chosenFor: truth.facts.fileName }) },
    ]);

    const [run] = await runToEnd(studio);
    await evaluated(studio, run!.id);
    const { tif } = await exportTo(folder, inNode, run!.id, "geotiff");
    const counts = () => {
      const found = studio.store.getState().evaluation.byRun[run!.id];
      return found?.status === "ready" ? [...found.withBoundary.counts] : null;
    };
    // Ids of the model: 1 impervious surface, 2 building, 3 low vegetation, 4 tree, 5 car, 0 clutter.
    const [byName, withCars, withoutTrees] = python(
      CONFUSIONS,
      tif!,
      truthPath,
      JSON.stringify([
        { 1: [1, 3], 2: [2], 3: [4] },
        { 1: [1, 3, 5], 2: [2], 3: [4] },
        { 1: [1, 3, 5], 2: [2] },
      ]),
    ) as number[][];
    const counted = (wanted: readonly number[] | undefined) =>
      until(studio, () => JSON.stringify(counts()) === JSON.stringify(wanted), `the counts ${wanted}`);
    await counted(byName);

    await mapClass(studio, "car", "ground");
    await counted(withCars);
    await mapClass(studio, "tree", null);
    await counted(withoutTrees);
    undo(studio);
    await counted(withCars);
    redo(studio);
    await counted(withoutTrees);

    saveClassMapping(studio);
    const saved = browser.downloads.at(-1)!;
    expect(saved.fileName).toMatch(/\.classes\.json$/);
    expect(JSON.parse(await saved.blob.text())).toMatchObject({
      format: "nadir-class-mapping/1",
      modelToTruth: { car: "ground", tree: null, building: "building" },
    });
    await resetClassMapping(studio);
    await counted(byName);
    await loadClassMapping(studio, new File([saved.blob], saved.fileName));
    await counted(withoutTrees);
  });

  test("unknown colours are counted, and either of two truth files can count", async () => {
    const folder = join(studios.folder, "strangers");
    const [optical, dsm] = await cropFiles(folder, 200);
    const [full, eroded] = [join(folder, "crop_label.tif"), join(folder, "crop_label_noBoundary.tif")];
    const pixels = python(WITH_STRANGERS, full, eroded) as { full: number; eroded: number };
    const { studio } = await studios.open({ files: [optical, dsm, await fileAt(full), await fileAt(eroded)] });
    const { truth } = await sceneReady(studio);
    if (truth.status !== "ready") throw new Error(`no truth: ${JSON.stringify(truth)}`);
    expect(truth.unknown[0]).toEqual({ value: "200,30,200", pixels: 120 });
    const labelled = () => {
      const { truth: now } = studio.store.getState().scenes.records[0]!;
      return now.status === "ready" ? Object.values(now.classPixels).reduce((sum, count) => sum + count, 0) : null;
    };
    expect(labelled()).toBe(pixels.full);
    chooseTruthFile(studio, "eroded");
    await until(studio, () => labelled() === pixels.eroded, "the counts of the eroded truth");
    chooseTruthFile(studio, "full");
    await until(studio, () => labelled() === pixels.full, "the counts of the full truth");
  });

  test("a truth of another size without a position is refused beside its scene", async () => {
    const folder = studios.folder;
    python(WRITE_PAIR, folder);
    const paths = ["town_RGB.tif", "town_label.tif"].map((name) => join(folder, name));
    const { studio } = await studios.open({ files: await Promise.all(paths.map((path) => fileAt(path))) });
    const { scene, truth } = await sceneReady(studio);
    expect(scene.auxiliary).toBeNull();
    if (truth.status !== "failed") throw new Error(`not refused: ${JSON.stringify(truth)}`);
    expect(truth.error).toMatchObject({ code: "no-overlap", subject: "town_label.tif" });
  });
});

const TO_IDS = `
import sys, json, warnings, numpy as np, rasterio
warnings.filterwarnings("ignore")
with rasterio.open(sys.argv[1]) as d: rgb, grid = d.read(), dict(transform=d.transform, crs=d.crs)
ids = np.full(rgb.shape[1:], 9, np.uint8)
for value, colours in {1: [(255, 255, 255), (0, 255, 255)], 2: [(0, 0, 255)], 3: [(0, 255, 0)]}.items():
    for colour in colours: ids[np.all(rgb == np.array(colour, np.uint8)[:, None, None], axis=0)] = value
ids[:5, :7] = 4
with rasterio.open(sys.argv[1], "w", driver="GTiff", width=ids.shape[1], height=ids.shape[0], count=1, dtype="uint8", **grid) as d: d.write(ids, 1)
values, counts = np.unique(ids, return_counts=True)
print(json.dumps({str(v): int(c) for v, c in zip(values, counts)}))
`;

const CONFUSIONS = `
import sys, json, numpy as np, rasterio
from sklearn.metrics import confusion_matrix
mask, truth = rasterio.open(sys.argv[1]).read(1), rasterio.open(sys.argv[2]).read(1)
def confusion(groups):
    lookup = np.full(256, 255, np.uint8)
    for position, (value, ids) in enumerate(groups.items()): lookup[ids] = position
    order = np.full(256, 255, np.uint8)
    for position, value in enumerate(groups): order[int(value)] = position
    p, t = lookup[mask], order[truth]
    kept = (p != 255) & (t != 255)
    return confusion_matrix(t[kept], p[kept], labels=list(range(len(groups)))).ravel().tolist()
print(json.dumps([confusion(groups) for groups in json.loads(sys.argv[3])]))
`;

const WITH_STRANGERS = `
import sys, json, numpy as np, rasterio
from scipy.ndimage import binary_erosion
with rasterio.open(sys.argv[1]) as d: rgb, profile = d.read(), d.profile
rgb[:, 20:30, 40:52] = np.array([200, 30, 200], np.uint8)[:, None, None]
with rasterio.open(sys.argv[1], "w", **profile) as d: d.write(rgb)
code = rgb[0].astype(int) << 16 | rgb[1].astype(int) << 8 | rgb[2]
kept = np.zeros(code.shape, bool)
for value in np.unique(code): kept |= binary_erosion(code == value, iterations=2)
eroded = np.where(kept, rgb, 0).astype("uint8")
with rasterio.open(sys.argv[2], "w", **profile) as d: d.write(eroded)
known = [0xffffff, 0x0000ff, 0x00ffff, 0x00ff00, 0xffff00, 0xff0000]
print(json.dumps(dict(full=int(np.isin(code, known).sum()), eroded=int((np.isin(code, known) & kept).sum()))))
`;

const WRITE_PAIR = `
import sys, numpy as np, rasterio, warnings
warnings.filterwarnings("ignore")
rng = np.random.default_rng(1)
with rasterio.open(sys.argv[1] + "/town_RGB.tif", "w", driver="GTiff", width=120, height=90, count=3, dtype="uint8") as d:
    d.write(rng.integers(0, 255, (3, 90, 120), dtype=np.uint8))
with rasterio.open(sys.argv[1] + "/town_label.tif", "w", driver="GTiff", width=60, height=33, count=3, dtype="uint8") as d:
    d.write(np.full((3, 33, 60), 255, np.uint8))
print("{}")
`;
