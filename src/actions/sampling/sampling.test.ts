/** Points of a map on the page: those of the command line, answered one by one, with its figures; kept over a reload. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formatProject } from "../../core/project/project";
import { reportSample } from "../../core/sampling/map-sample";
import { photoGrid } from "../../core/vector/stroke-on-photo";
import {
  keyOfRun,
  reportedSample,
  selectReview,
  selectSampled,
  selectSampledChoices,
} from "../../store/sample-selectors";
import { nadir } from "../../testing/command-line";
import { cropFiles, exportTo, runToEnd, sceneReady } from "../../testing/journey";
import { withoutPython } from "../../testing/run-python";
import { fileAt, JOURNEY, type StudioInNode, until } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { editMask } from "../correcting/edit-mask";
import { gatherProject } from "../projects/gather-project";
import { openAny } from "../projects/restore-project";
import { removeRun } from "../runs/run-model";
import type { Studio } from "../studio";
import { undo } from "../undo";
import { changeDesign, drawSample, openPoints } from "./draw-points";
import { answerPoint, endReview, showReviewedMap, startReview, stepPoint } from "./review-points";
import { saveSample } from "./save-points";

const sampleOf = (studio: Studio) => selectSampled(studio.store.getState())!.sample!;

/** Every fifth point cannot be told, every third of the others is the next class. */
function say(names: readonly string[], stratum: number, at: number): string {
  return at % 5 === 4 ? "" : names[(stratum + (at % 3 === 2 ? 1 : 0)) % names.length]!;
}

async function save({ studio, browser }: StudioInNode, ending: ".geojson" | ".csv"): Promise<string> {
  saveSample(studio, ending);
  return browser.downloads.at(-1)!.blob.text();
}

describe.skipIf(withoutPython)("points of a map on the page", JOURNEY, () => {
  const studios = studiosOfTests();

  test("are those of nadir sample, and so are the figures that follow; a reload keeps them, another map is said", async () => {
    const { folder } = studios;
    const at = (name: string) => join(folder, name);
    const made = await studios.open({ files: await cropFiles(folder, 160) });
    const { studio } = made;
    await sceneReady(studio);
    const [run] = await runToEnd(studio);
    const map = (await exportTo(folder, made, run!.id, "geotiff")).tif!;
    writeFileSync(at("model.nadir.json"), JSON.stringify(studio.registry.models.get(run!.modelId)!.manifest));
    const onMap = ["--map", map, "--model", at("model.nadir.json")];

    changeDesign(studio, { size: { kind: "points", count: 60 }, least: 8, seed: 7 });
    await drawSample(studio);
    expect(studio.store.getState().samples.fault).toBeNull();
    const drawn = ["--points", "60", "--least", "8", "--seed", "7"];
    for (const ending of [".geojson", ".csv"] as const) {
      const path = at(`drawn${ending}`);
      expect(await nadir(["sample", ...onMap, ...drawn, "--out", path])).toMatchObject({ status: 0 });
      expect(await save(made, ending)).toBe(readFileSync(path, "utf8"));
    }

    const before = studio.store.getState().panes;
    startReview(studio);
    const names = run!.classes.map(({ name }) => name);
    const { points } = sampleOf(studio);
    for (const [index, { stratum, col, row }] of points.entries()) {
      const state = studio.store.getState();
      expect(selectReview(state)!.review).toMatchObject({ at: index, isMapShown: false });
      expect(state.panes).toMatchObject({ count: 1 });
      expect(state.panes.contents[0]).toEqual({ kind: "optical" });
      expect(state.panes.cameras[0]!.centrePx).toEqual([col + 0.5, row + 0.5]);
      if (index === 3) showReviewedMap(studio, true);
      if (index === 3) expect(studio.store.getState().panes.contents[0]).toEqual({ kind: "mask", runId: run!.id });
      answerPoint(studio, say(names, stratum, index));
    }
    stepPoint(studio, -1);
    expect(selectReview(studio.store.getState())!.review.at).toBe(points.length - 2);
    endReview(studio);
    expect(studio.store.getState().panes).toMatchObject({ count: before.count, contents: before.contents });

    const sampled = reportedSample(studio.store.getState(), run!)!;
    for (const ending of [".geojson", ".csv"] as const) {
      writeFileSync(at(`answered${ending}`), await save(made, ending));
      const { status, stdout, stderr } = await nadir([
        "accuracy",
        ...onMap,
        "--points",
        at(`answered${ending}`),
        "--json",
      ]);
      expect([status, stderr]).toEqual([0, expect.stringContaining(`At ${sampled.answers.untold} of`)]);
      expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(sampled.map)));
    }

    changeDesign(studio, { seed: 8 });
    await drawSample(studio);
    expect(reportedSample(studio.store.getState(), run!)!.answers.answered).toBe(0);
    undo(studio);
    expect(reportedSample(studio.store.getState(), run!)).toEqual(sampled);
    await openPoints(studio, await fileAt(at("answered.csv")));
    expect(reportedSample(studio.store.getState(), run!)).toEqual({ ...sampled, design: null });
    const strange = (await save(made, ".geojson")).replace(/"stratum":(\d+)/, (_, id) => `"stratum":${Number(id) + 1}`);
    await openPoints(studio, new File([strange], "other.geojson"));
    expect(studio.store.getState().samples.fault?.found).toMatch(/the map has another class/);

    // Corrected by hand it is another map; points of that are drawn from what it has become.
    const { facts } = studio.store.getState().scenes.records[0]!.scene.optical;
    const ring = (
      [
        [0, 0],
        [90, 0],
        [90, 90],
        [0, 0],
      ] as const
    ).map((place) => photoGrid(facts).toMap(place));
    editMask(studio, run!.id, { place: { kind: "area", rings: [ring] }, from: null, to: names[1]! });
    expect(selectSampled(studio.store.getState())).toMatchObject({ name: run!.modelName, sample: null });
    expect(selectSampledChoices(studio.store.getState())).toHaveLength(2);
    await drawSample(studio);
    const { classPixels } = sampleOf(studio);
    expect(classPixels[1]!).toBeGreaterThan(run!.state.result.result.classPixels[1]!);
    expect(sampleOf(studio).points).toHaveLength(60);
    const corrected = (await exportTo(join(folder, "corrected"), made, run!.id, "geotiff")).tif!;
    const args = ["--points", "60", "--least", "8", "--seed", "8", "--model", at("model.nadir.json")];
    await nadir(["sample", "--map", corrected, ...args, "--out", at("corrected.csv")]);
    expect(await save(made, ".csv")).toBe(readFileSync(at("corrected.csv"), "utf8"));
    undo(studio);
    undo(studio);
    expect(sampleOf(studio).mapKey).toBe(keyOfRun(run!));

    // The project, on another day, with the photo opened again and the map not there.
    const project = new File([formatProject(gatherProject(studio))], "p.nadir");
    removeRun(studio, run!.id);
    expect(selectSampledChoices(studio.store.getState())).toMatchObject([{ run: null, name: run!.modelName }]);
    expect(sampleOf(studio).points).toHaveLength(60);
    const later = await studios.open({ browser: made.browser, files: await cropFiles(folder, 160) });
    await sceneReady(later.studio);
    await openAny(later.studio, [project]);
    await until(later.studio, ({ samples }) => samples.records.length > 0, "the points");
    expect(reportSample(sampleOf(later.studio))).toEqual({ ...sampled, design: null });
  });
});
