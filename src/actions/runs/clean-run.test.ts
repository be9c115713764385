/** A run cleaned on the page: the pixels of `nadir clean`, judged by GDAL's sieve; scored, reported, kept, made once. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scoreWithScikit } from "../../../e2e/judge";
import { type DoneRun, isDone } from "../../store/runs";
import { selectDoneRuns } from "../../store/selectors";
import { nadir } from "../../testing/command-line";
import { cropFiles, evaluated, exportTo, histogram, runToEnd, sceneReady } from "../../testing/journey";
import { runPython, withoutPython } from "../../testing/run-python";
import { JOURNEY, type StudioInNode, until } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { exportReport } from "../outputs/export-report";
import { saveProject } from "../projects/gather-project";
import { openAny } from "../projects/restore-project";
import { changePolygons } from "../view/arrange";
import { cancelCleaning, cleanRuns } from "./clean-run";
import { removeRun } from "./run-model";

const JUDGE = `
import json, sys
import numpy as np, rasterio
from rasterio.features import sieve
raw, clean, other, least = json.load(sys.stdin)
read = lambda path: rasterio.open(path).read(1)
found = read(clean)
print(json.dumps({"sieved": bool((sieve(read(raw), least, connectivity=4) == found).all()),
    "both": bool((read(other) == found).all()), "changed": int((read(raw) != found).sum()),
    "tags": {k: v for k, v in rasterio.open(clean).tags().items() if k in ("CLEANING", "SETTINGS")}}))
`;

interface Feature {
  readonly geometry: object;
  readonly properties: Readonly<Record<string, unknown>>;
}

function featuresOf(path: string): readonly Feature[] {
  return JSON.parse(readFileSync(path, "utf8")).features;
}

describe.skipIf(withoutPython)("a cleaned run", JOURNEY, () => {
  const studios = studiosOfTests();
  const sieve = { majorityPx: 1, unit: "px", holesBelow: 0, patchesBelow: Array(6).fill(60) } as const;
  const newest = ({ studio }: StudioInNode) => selectDoneRuns(studio.store.getState()).at(-1)!;

  async function madeRun(side = 200): Promise<StudioInNode & { run: DoneRun }> {
    const inNode = await studios.open({ files: await cropFiles(studios.folder, side) });
    await sceneReady(inNode.studio);
    const [run] = await runToEnd(inNode.studio);
    return { ...inNode, run: run! };
  }

  test("has the pixels of nadir clean and of GDAL's sieve; scores, report and file say what was done", async () => {
    const made = await madeRun();
    const { studio, run, browser } = made;
    const shares: number[] = [];
    const unsubscribe = studio.store.subscribe(({ workspace: { cleaning } }, before) => {
      if (cleaning !== null && cleaning !== before.workspace.cleaning) shares.push(cleaning.share);
    });
    await cleanRuns(studio, [run], sieve);
    unsubscribe();
    expect(shares).toEqual([0, 1, 2, 3, 4, 5, 6].map((passes) => passes / 6));
    expect(studio.store.getState().workspace.cleaning).toBeNull();
    const cleaned = newest(made);
    expect(cleaned.modelName).toBe(`${run.modelName}, cleaned`);
    const facts = cleaned.state.result.result.cleaned!;
    const how = "patches below 60 px joined to their largest neighbour";
    expect(facts).toMatchObject({ of: run.modelName, cleaning: sieve, how });
    expect(facts.changedPixels).toBeGreaterThan(0);

    const raw = (await exportTo(join(studios.folder, "raw"), made, run.id, "geotiff")).tif!;
    const clean = (await exportTo(join(studios.folder, "clean"), made, cleaned.id, "geotiff")).tif!;
    const other = join(studios.folder, "other.tif");
    const [dsm, byCommand] = [join(studios.folder, "crop_dsm.tif"), join(studios.folder, "other.geojson")];
    const files = ["--out", other, "--polygons", byCommand, "--simplify", "1", "--dsm", dsm];
    await nadir(["clean", "--map", raw, "--least-pixels", "60", ...files]);
    const judged = runPython(JUDGE, [raw, clean, other, 60]) as { tags: Record<string, string> };
    expect(judged).toMatchObject({ sieved: true, both: true, changed: facts.changedPixels, tags: { CLEANING: how } });
    expect(judged.tags.SETTINGS).toContain("stride");
    const { classPixels, nodataPixels } = cleaned.state.result.result;
    const counted = await histogram(studio, cleaned);
    expect(classPixels).toEqual(counted.slice(0, classPixels.length));
    expect(nodataPixels).toBe(counted[255]);

    const { classes, maskToClass, withBoundary } = await evaluated(studio, cleaned.id);
    const reference = scoreWithScikit(clean, join(studios.folder, "crop_label.tif"), {
      colours: classes.map(({ colour }) => colour),
      maskToClass: Object.fromEntries(maskToClass.flatMap((target, id) => (target === null ? [] : [[id, target]]))),
    });
    expect([...withBoundary.counts]).toEqual(reference.confusion.flat());
    exportReport(studio);
    const report = JSON.parse(await browser.downloads.at(-1)!.blob.text());
    expect(report.runs.map((each: { cleaned?: object }) => each.cleaned)).toEqual([undefined, facts]);
    changePolygons(studio, { simplifyPx: 1 });
    const polygons = featuresOf((await exportTo(studios.folder, made, cleaned.id, "geojson")).geojson!);
    expect(polygons[0]!.properties.settings).toContain(how);
    expect(polygons.some(({ properties }) => Number(properties.height_median_m) > 1)).toBe(true);
    const said = ({ geometry, properties }: Feature) => {
      const { pixels, area_m2, perimeter_m, height_median_m, height_p95_m, roof_slope_deg } = properties;
      return [geometry, pixels, area_m2, perimeter_m, height_median_m, height_p95_m, roof_slope_deg];
    };
    expect(polygons.map(said)).toEqual(featuresOf(byCommand).map(said));
  });

  test("can be cancelled: nothing is there, and the same steps may be asked for again", async () => {
    const made = await madeRun(120);
    const { studio, run } = made;
    const { notices } = studio.store.getState().workspace;
    const begun = cleanRuns(studio, [run, run], sieve);
    expect(studio.store.getState().workspace.cleaning).toEqual({ runsDone: 0, runsTotal: 2, share: 0 });
    cancelCleaning(studio);
    await begun;
    expect(studio.store.getState().workspace).toMatchObject({ cleaning: null, notices });
    expect(selectDoneRuns(studio.store.getState())).toHaveLength(1);
    await cleanRuns(studio, [run], sieve);
    expect(newest(made).modelName).toBe(`${run.modelName}, cleaned`);
  });

  test("is made once for the same steps, comes back from a project, and the run it was made of may go", async () => {
    const made = await madeRun(120);
    const { studio, run } = made;
    await cleanRuns(studio, [run], sieve);
    const cleaned = newest(made);
    await cleanRuns(studio, [run], sieve);
    expect(selectDoneRuns(studio.store.getState()).map(({ id }) => id)).toEqual([run.id, cleaned.id]);
    await cleanRuns(studio, [run], { ...sieve, majorityPx: 3 });
    const third = newest(made);
    expect(new Set([run.id, cleaned.id, third.id]).size).toBe(3);
    const before = await histogram(studio, cleaned);
    removeRun(studio, run.id);
    removeRun(studio, third.id);

    saveProject(studio);
    const { fileName, blob } = made.browser.downloads.at(-1)!;
    const again = await studios.open({ browser: made.browser, files: await cropFiles(studios.folder, 120) });
    await openAny(again.studio, [new File([blob], fileName)]);
    await openAny(again.studio, await cropFiles(studios.folder, 120));
    const back = await until(again.studio, ({ runs }) => runs.records.find(isDone), "the cleaned run");
    expect(back.state.result.result.cleaned).toEqual(cleaned.state.result.result.cleaned);
    expect(await histogram(again.studio, back)).toEqual(before);
    expect(again.studio.store.getState().runs.records).toHaveLength(1);
  });
});
