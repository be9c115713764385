/** A map corrected on the page: pixels, scores and files as NumPy, scikit-learn and the command line have them; kept over a reload. */
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { MaskEdit } from "../../core/correction/mask-edit";
import { photoGrid } from "../../core/vector/stroke-on-photo";
import { maskInUse } from "../../store/masks-in-use";
import { type DoneRun, isDone } from "../../store/runs";
import { nadir } from "../../testing/command-line";
import { cropFiles, evaluated, exportTo, histogram, runToEnd, sceneReady } from "../../testing/journey";
import { runPython, withoutPython } from "../../testing/run-python";
import { JOURNEY, until } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { continueSession, openAny } from "../projects/restore-project";
import { saveSessionNow } from "../projects/session";
import { whenCorrected } from "../results/corrected-masks";
import { openFiles } from "../scenes/open-files";
import type { Studio } from "../studio";
import { redo, undo } from "../undo";
import { clearEdits, editMask } from "./edit-mask";

/** Of the corrected file: what the edits make of the run's own, and the matrix against the truth's colours. */
const JUDGE = `
import json, sys
import numpy as np, rasterio
from rasterio.features import rasterize
from scipy.ndimage import label
from sklearn.metrics import confusion_matrix
given = json.load(sys.stdin)
def read(path):
    with rasterio.open(path) as file: return file.read(), file.tags()
(own,), _ = read(given["own"])
(corrected,), tags = read(given["corrected"])
ids = {name: id for id, name in enumerate(given["names"])}
expected = own.copy()
ring = given["ring"]
expected[rasterize([{"type": "Polygon", "coordinates": [ring]}], own.shape) == 1] = ids["building"]
labels = label(expected == expected[100, 100])[0]
expected[labels == labels[100, 100]] = ids["tree"]
truth = np.moveaxis(read(given["truth"])[0], 0, -1)
colours = [[255, 255, 255], [0, 0, 255], [0, 255, 255], [0, 255, 0], [255, 255, 0]]
truth_ids = np.full(own.shape, 255, np.uint8)
for id, colour in enumerate(colours): truth_ids[(truth == colour).all(-1)] = id
counted = (truth_ids != 255) & (corrected != 255)
matrix = confusion_matrix(truth_ids[counted], corrected[counted], labels=range(5))
print(json.dumps({"equal": bool((corrected == expected).all()), "changed": int((corrected != own).sum()), "tags": tags,
                  "matrix": matrix.ravel().tolist(), "counts": np.bincount(corrected.ravel(), minlength=256).tolist()}))
`;

describe.skipIf(withoutPython)("a map corrected by hand", JOURNEY, () => {
  const studios = studiosOfTests();

  test("is scored, exported and kept as it was corrected; the run's own mask stays", async () => {
    const { folder } = studios;
    const files = await cropFiles(folder, 160);
    const inNode = await studios.open({ files });
    const { studio, browser } = inNode;
    await sceneReady(studio);
    const [run] = await runToEnd(studio);
    await evaluated(studio, run!.id);
    const own = await histogram(studio, run!);
    const ownFiles = await exportTo(join(folder, "own"), inNode, run!.id, "geotiff");
    expect(ownFiles.json).toBeUndefined();

    const { facts } = studio.store.getState().scenes.records[0]!.scene.optical;
    const grid = photoGrid(facts);
    const ring = [
      [20.3, 30.2],
      [140.1, 25.7],
      [90.4, 120.8],
      [20.3, 30.2],
    ] as const;
    const shape = { kind: "area", rings: [ring.map((point) => grid.toMap(point))] } as const;
    editMask(studio, run!.id, { place: shape, from: null, to: "building" });
    editMask(studio, run!.id, { place: { kind: "patch", at: grid.toMap([100.5, 100.5]) }, from: null, to: "tree" });
    const scores = await scoredAgain(studio, run!);
    const corrected = await exportTo(join(folder, "page"), inNode, run!.id, "geotiff");
    const judged = runPython(JUDGE, {
      own: ownFiles.tif,
      corrected: corrected.tif,
      truth: join(folder, "crop_label.tif"),
      names: run!.classes.map(({ name }) => name),
      ring,
    }) as { equal: boolean; changed: number; tags: Record<string, string>; matrix: number[]; counts: number[] };
    expect(judged.equal).toBe(true);
    expect(judged.changed).toBeGreaterThan(1000);
    expect(scores).toEqual(judged.matrix);
    expect(await correctedHistogram(studio, run!)).toEqual(judged.counts);
    const percent = ((100 * judged.changed) / (160 * 160)).toFixed(1);
    expect(judged.tags.CORRECTED).toBe(`by hand: 2 edits, ${percent} % of pixels changed`);

    // The command line makes the same files of the same edits.
    const cli = join(folder, "cli.tif");
    copyFileSync(corrected.json!, join(folder, "log.json"));
    const done = await nadir(["correct", "--map", ownFiles.tif!, "--edits", join(folder, "log.json"), "--out", cli]);
    expect(done.status, done.stderr).toBe(0);
    expect(readFileSync(cli).equals(readFileSync(corrected.tif!))).toBe(true);
    expect(readFileSync(join(folder, "cli.edits.json"), "utf8")).toBe(readFileSync(corrected.json!, "utf8"));

    undo(studio);
    undo(studio);
    expect(await correctedHistogram(studio, run!)).toEqual(own);
    redo(studio);
    redo(studio);
    expect(await correctedHistogram(studio, run!)).toEqual(judged.counts);

    // A tab that goes on where this one was closed.
    await saveSessionNow(studio);
    const log = logOf(studio, run!.id);
    inNode.dispose();
    const next = await studios.open({ browser });
    await continueSession(next.studio, next.studio.store.getState().project.left[0]!.sessionId);
    await openFiles(next.studio, files);
    const back = await until(next.studio, ({ runs }) => runs.records.find(isDone), "the run");
    expect(logOf(next.studio, back.id)).toEqual(log);
    expect(await correctedHistogram(next.studio, back)).toEqual(judged.counts);
    expect(await scoredAgain(next.studio, back)).toEqual(judged.matrix);
    clearEdits(next.studio, back.id);
    expect(await correctedHistogram(next.studio, back)).toEqual(own);

    // The log is dropped again: all of it, then nothing of it twice.
    const dropped = async (text: string) => {
      await openAny(next.studio, [new File([text], "crop.edits (1).json")]);
      return next.studio.store.getState().workspace.notices.at(-1)!;
    };
    const saved = readFileSync(corrected.json!, "utf8");
    for (const added of ["2 corrections added", "all of its corrections are in"]) {
      expect((await dropped(saved)).text).toContain(`crop.edits (1).json: ${added}`);
      expect(logOf(next.studio, back.id)).toEqual(log);
    }
    expect(await correctedHistogram(next.studio, back)).toEqual(judged.counts);
    const again = await exportTo(join(folder, "again"), next, back.id, "geotiff");
    expect(readFileSync(again.tif!).equals(readFileSync(cli))).toBe(true);
    undo(next.studio);
    expect(logOf(next.studio, back.id)).toEqual([]);
    for (const [what, other, sentence] of [
      ['"to": "building"', '"to": "swamp"', 'An edit names the class "swamp"'],
      [/"epsg": \d+/, '"epsg": 3035', "Its edits are in EPSG:3035, crop_RGB.tif is in EPSG:"],
      [/"edits": [\s\S]*/, '"edits": 7}', "edits must be a list"],
    ] as const) {
      const text = saved.replace(what, other);
      expect(text).not.toBe(saved);
      expect((await dropped(text)).text).toContain(sentence);
      expect(logOf(next.studio, back.id)).toEqual([]);
    }
    const far = {
      format: "nadir-edits/1",
      photo: "other.tif",
      epsg: null,
      edits: [{ ...log[1]!, place: { kind: "patch", at: [0, 0] } }],
    };
    expect((await dropped(JSON.stringify(far))).text).toContain(
      "None of its edits lies on crop_RGB.tif; it was made for other.tif.",
    );
  });
});

function logOf({ store }: Studio, runId: string): readonly MaskEdit[] {
  return store.getState().runs.records.find(({ id }) => id === runId)?.edits?.edits ?? [];
}

async function correctedHistogram(studio: Studio, { id }: DoneRun): Promise<readonly number[]> {
  const { maskId } = await whenCorrected(studio, id);
  const { facts } = studio.store.getState().scenes.records[0]!.scene.optical;
  return studio.rasters.call("histogram", { maskId, size: { widthPx: facts.widthPx, heightPx: facts.heightPx } });
}

/** The matrix with boundaries, once it is that of the mask with all edits. */
async function scoredAgain(studio: Studio, { id }: DoneRun): Promise<readonly number[]> {
  const { maskId } = await whenCorrected(studio, id);
  const ready = await until(
    studio,
    (state) => {
      const run = state.runs.records.filter(isDone).find((each) => each.id === id)!;
      const map = Object.values(state.results).find(({ of }) => of.kind === "window-iou" && of.mask.maskId === maskId);
      const evaluation = state.evaluation.byRun[id];
      return maskInUse(state, run).maskId === maskId && map?.state.status === "ready" && evaluation?.status === "ready"
        ? evaluation
        : undefined;
    },
    "its scores",
  );
  return [...ready.withBoundary.counts];
}
