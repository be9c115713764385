/** Heights above the ground on the page: shown, read, saved and run over as one result, made once; rasterio judges. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { python } from "../../../e2e/judge";
import { resultId } from "../../core/results/result";
import { selectModelFit, selectRunObstacle, selectScene } from "../../store/selectors";
import { cropFiles, runToEnd, sceneReady } from "../../testing/journey";
import { withoutPython } from "../../testing/run-python";
import { JOURNEY, until } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { tensor, tinyManifest } from "../../testing/tiny-models";
import { tinyZooModel } from "../../testing/zoo-in-node";
import { runOverFlatHeights } from "../runs/run-model";
import { openFiles, removeScene } from "../scenes/open-files";
import { dismissNotice } from "../studio";
import { setPaneContent } from "../view/arrange";
import { pinPixel } from "../view/probe-pixel";
import { exportAboveGround } from "./above-ground";
import { currentAboveGround } from "./current-results";

const ABOVE = tinyZooModel("placed", {
  name: "Above",
  inputs: [
    tinyManifest("placed").inputs[0]!,
    tensor("dsm", "auxiliary", ["height"], { kind: "fixed", min: 0, max: 20 }, { kind: "ndsm" }),
  ],
});

describe.skipIf(withoutPython)("heights above the ground", JOURNEY, () => {
  const studios = studiosOfTests();

  test("are looked for once, for pane, read-out, file and run, and go with the scene", async () => {
    const files = await cropFiles(studios.folder, 160);
    const { studio, browser } = await studios.open({ files, models: [ABOVE] });
    const { scene } = await sceneReady(studio);
    const { call } = studio.rasters;
    let asked = 0;
    const closed: string[] = [];
    studio.rasters.call = (name, args, options) => {
      if (name === "makeAboveGround") asked++;
      if (name === "close") closed.push(...(args as { readonly rasterIds: readonly string[] }).rasterIds);
      return call(name, args, options);
    };
    const id = resultId(currentAboveGround(selectScene(studio.store.getState())!)!, studio.sessionId);
    setPaneContent(studio, 0, { kind: "above-ground" });
    await until(studio, ({ results }) => results[id]?.state.status === "ready", "the heights");
    expect(studio.store.getState().results[id]!.owners).toEqual([scene.id]);

    const [run] = await runToEnd(studio);
    expect(run!.state.result.result.heightsMade).toMatchObject({ how: "from-surface", files: ["crop_dsm.tif"] });
    await exportAboveGround(studio);
    expect(asked).toBe(1);
    const saved = browser.downloads.at(-1)!;
    const places = [
      [3, 5],
      [80, 80],
      [140, 31],
    ] as const;
    const seen: (number | null)[] = [];
    for (const [col, row] of places) {
      await pinPixel(studio, col, row);
      seen.push(studio.store.getState().probe.pinned!.aboveGround);
    }
    const path = join(studios.folder, "above.tif");
    writeFileSync(path, new Uint8Array(await saved.blob.arrayBuffer()));
    const judged = python(JUDGE, path, studios.folder, JSON.stringify(places)) as {
      unit: string;
      heights: (number | null)[];
      low: number;
      high: number;
    };
    expect(judged.unit).toBe("m");
    for (const [at, height] of judged.heights.entries()) expect(seen[at]).toBeCloseTo(height!, 4);
    expect(Math.abs(judged.low)).toBeLessThan(0.5);
    expect(judged.high).toBeGreaterThan(2);

    removeScene(studio, scene.id);
    for (const notice of studio.store.getState().workspace.notices) dismissNotice(studio, notice.id);
    expect(studio.store.getState().results).toEqual({});
    expect(studio.registry.heightBases.size).toBe(0);
    expect(closed).toContain(id);
  });

  test("without any heights the card offers flat ones, and the run is called what it is", async () => {
    const [optical] = await cropFiles(studios.folder, 96);
    const { studio } = await studios.open({ models: [ABOVE] });
    await openFiles(studio, [optical]);
    const record = await sceneReady(studio);
    const state = studio.store.getState();
    expect(selectRunObstacle(state)).toContain("flat heights as an experiment");
    const [{ manifest }] = state.models.records as [(typeof state.models.records)[number]];
    expect(selectModelFit(state, record, manifest, "flattened").map(({ tone }) => tone)).toEqual(["good"]);
    runOverFlatHeights(studio, manifest.id);
    const run = await until(
      studio,
      ({ runs }) => runs.records.find((known) => known.state.status === "done" || known.state.status === "failed"),
      "the run",
    );
    expect(run.modelName).toBe("Above, flat DSM");
    expect(run.state).toMatchObject({
      status: "done",
      result: { result: { heightsMade: { how: "flat", files: [] } } },
    });
  });
});

const JUDGE = `
import json, sys
import numpy as np
import rasterio
places = json.loads(sys.argv[3])
with rasterio.open(sys.argv[1]) as d, rasterio.open(sys.argv[2] + "/crop_RGB.tif") as o:
    heights = d.read(1)
    at = [d.index(*(o.transform * (c + 0.5, r + 0.5))) for c, r in places]
    values = [float(heights[r, c]) for r, c in at]
    known = heights[~np.isnan(heights)]
    print(json.dumps(dict(unit=d.units[0], heights=values, low=float(np.percentile(known, 20)), high=float(known.max()))))
`;
