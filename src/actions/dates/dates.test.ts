/** Two dates on the page: the files and figures of `nadir changes` over the exported maps, on different grids too; kept apart from what they are made of. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findChanges, readyChangeRaster, selectDates } from "../../store/date-selectors";
import { isDone } from "../../store/runs";
import { nadir } from "../../testing/command-line";
import { cropFiles, exportTo, runToEnd, sceneReady } from "../../testing/journey";
import { runPython, withoutPython } from "../../testing/run-python";
import { fileAt, JOURNEY, until } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { exportReport } from "../outputs/export-report";
import { continueSession, openAny } from "../projects/restore-project";
import { saveSessionNow } from "../projects/session";
import { removeRun } from "../runs/run-model";
import type { Studio } from "../studio";
import { selectSceneById } from "../view/arrange";
import { changeDates, chooseDate, compareChosenDates, showChanges } from "./compare-dates";
import { type ChangeFile, saveChanges } from "./save-changes";

/** The crop years later: parts of it changed places, a block is four metres higher, its pixels are a fifth larger. */
const LATER = `
import json, sys
import numpy as np, rasterio
from rasterio.warp import reproject
folder = json.load(sys.stdin)
def later(name, change):
    with rasterio.open(f"{folder}/crop_{name}.tif") as file:
        values, profile, transform = file.read(), file.profile, file.transform
    change(values)
    scale = 1.2 if name == "RGB" else 1.0
    shape = (values.shape[0], int(values.shape[1] / scale), int(values.shape[2] / scale))
    out = np.zeros(shape, values.dtype)
    grid = transform * rasterio.Affine.scale(scale)
    reproject(values, out, src_transform=transform, dst_transform=grid, src_crs=profile["crs"], dst_crs=profile["crs"], resampling=0)
    profile.update(height=shape[1], width=shape[2], transform=grid)
    with rasterio.open(f"{folder}/later_{name}.tif", "w", **profile) as file:
        file.write(out)
def swap(values):
    one, other = np.s_[:, 10:70, 10:60], np.s_[:, 80:140, 90:140]
    kept = values[one].copy()
    values[one] = values[other]
    values[other] = kept
def rise(values):
    values[:, 5:30, 5:30] += 4
later("RGB", swap)
later("dsm", rise)
print("null")
`;

const changesOf = async (studio: Studio) => {
  compareChosenDates(studio);
  const found = await until(
    studio,
    (state) => {
      const result = findChanges(state, selectDates(state)!)?.state;
      return result?.status !== "making" && result;
    },
    "the changes",
  );
  if (found.status !== "ready") throw new Error(JSON.stringify(found));
  return found;
};

describe.skipIf(withoutPython)("two dates on the page", JOURNEY, () => {
  const studios = studiosOfTests();

  test("are compared as nadir changes compares their files, and go with their runs", async () => {
    const { folder } = studios;
    const at = (name: string) => join(folder, name);
    const [optical, dsm] = await cropFiles(folder, 160);
    runPython(LATER, folder);
    const made = await studios.open({ files: [optical, dsm] });
    const { studio, browser } = made;
    await sceneReady(studio);
    const sceneId = studio.store.getState().scenes.selectedId!;
    const [before] = await runToEnd(studio);
    const earlier = (await exportTo(folder, made, before!.id, "geotiff")).tif!;
    expect(selectDates(studio.store.getState())).toBeNull();
    await openAny(studio, await Promise.all(["later_RGB.tif", "later_dsm.tif"].map((name) => fileAt(at(name)))));
    const other = studio.store.getState().scenes.records.find(({ scene }) => scene.id !== sceneId)!;
    selectSceneById(studio, other.scene.id);
    await sceneReady(studio);
    const [after] = await runToEnd(studio);
    const later = (await exportTo(folder, made, after!.id, "geotiff")).tif!;

    // The shown scene is the earlier date until somebody says otherwise.
    const chosen = () => [
      selectDates(studio.store.getState())!.of.before,
      selectDates(studio.store.getState())!.of.after,
    ];
    expect(chosen()).toMatchObject([{ runId: after!.id }, { runId: before!.id }]);
    chooseDate(studio, "before", before!.id);
    expect(chosen()).toMatchObject([{ runId: before!.id }, { runId: after!.id }]);
    changeDates(studio, { least: 0.5 });
    const { changes, placement } = await changesOf(studio);
    expect(placement).toMatchObject({ say: "grid-lies" });
    const cli = [
      ...["changes", "--before", earlier, "--after", later, "--least", "0.5"],
      ...["--before-dsm", at("crop_dsm.tif"), "--after-dsm", at("later_dsm.tif")],
    ];
    const files = ["--out", at("cli.tif"), "--polygons", at("cli.geojson"), "--height-out", at("cli-heights.tif")];
    const { status, stdout, stderr } = await nadir([...cli, ...files, "--json"]);
    expect([status, stderr]).toEqual([0, expect.stringContaining("resampled")]);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(changes)));
    const counts = changes!.objects.appeared.map(({ count }) => count);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(3);
    expect(changes!.objects.appeared.some(({ heightChangeMetres }) => heightChangeMetres !== null)).toBe(true);

    const saved = async (what: ChangeFile, ending: string) => {
      await saveChanges(studio, what);
      const file = browser.downloads.findLast(({ fileName }) => fileName.endsWith(ending))!;
      return Buffer.from(await file.blob.arrayBuffer());
    };
    expect((await saved("geojson", ".geojson")).toString()).toBe(readFileSync(at("cli.geojson"), "utf8"));
    expect((await saved("heights", "-heights.tif")).equals(readFileSync(at("cli-heights.tif")))).toBe(true);
    expect((await saved("csv", ".csv")).toString()).toBe((await nadir([...cli, "--table", "csv"])).stdout);
    expect((await saved("geotiff", "changes.tif")).equals(readFileSync(at("cli.tif")))).toBe(true);

    showChanges(studio, "height-change");
    const { scenes, panes } = studio.store.getState();
    expect(scenes.selectedId).toBe(sceneId);
    expect(panes.contents[panes.activePane]).toMatchObject({ kind: "height-change", runId: before!.id });

    changeDates(studio, { least: 2 });
    const fewer = (await changesOf(studio)).changes!;
    expect(fewer.pixels).toEqual(changes!.pixels);
    expect(fewer.objects.appeared.reduce((sum, { count }) => sum + count, 0)).toBeLessThan(
      counts.reduce((sum, count) => sum + count, 0),
    );
    const ofPair = ({ store }: Studio) => readyChangeRaster(store.getState(), "date-pairs", before!.id, after!.id);
    expect(ofPair(studio)).not.toBeNull();
    exportReport(studio);
    const report = JSON.parse(await browser.downloads.at(-1)!.blob.text()) as { runs: { changes: object[] }[] };
    const { scene, run } = selectDates(studio.store.getState())!.after;
    expect(report.runs.at(-1)!.changes).toEqual([
      {
        later: { scene: scene.name, model: run.modelName, placement: expect.stringContaining("resampled") },
        ...JSON.parse(JSON.stringify(fewer)),
        notes: [expect.stringMatching(/^The (later map may lie shifted|maps lie on each other)/)],
      },
    ]);

    await saveSessionNow(studio);
    made.dispose();
    const visit = await studios.open({ browser });
    await continueSession(visit.studio, visit.studio.store.getState().project.left[0]!.sessionId);
    const rasters = ["crop_RGB.tif", "crop_dsm.tif", "later_RGB.tif", "later_dsm.tif"];
    await openAny(visit.studio, await Promise.all(rasters.map((name) => fileAt(at(name)))));
    await until(visit.studio, ({ runs }) => runs.records.filter(isDone).length === 2, "both runs");
    expect(selectDates(visit.studio.store.getState())).toMatchObject({
      ...{ before: { run: { id: before!.id } }, after: { run: { id: after!.id } }, of: { least: 2 } },
    });
    expect((await changesOf(visit.studio)).changes).toEqual(fewer);
    expect(ofPair(visit.studio)).not.toBeNull();
    removeRun(visit.studio, after!.id);
    expect(ofPair(visit.studio)).toBeNull();
    expect(visit.studio.store.getState().panes.contents.some(({ kind }) => kind === "height-change")).toBe(false);
  });
});
