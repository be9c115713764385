/** Heights above the ground on the page: shown, read, saved and run over as one result, made once; rasterio judges. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { python } from "../../../e2e/judge";
import { TILE_PX } from "../../core/raster/tile-grid";
import { spellInEnglish } from "../../core/remarks/spell";
import { resultId } from "../../core/results/result";
import { selectModelFit, selectRunObstacle, selectScene } from "../../store/selectors";
import { cropFiles, runToEnd, sceneReady } from "../../testing/journey";
import { withoutPython } from "../../testing/run-python";
import { fileAt, JOURNEY, until } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { tensor, tinyManifest } from "../../testing/tiny-models";
import { tinyZooModel } from "../../testing/zoo-in-node";
import { runOverFlatHeights } from "../runs/run-model";
import { openFiles, removeScene } from "../scenes/open-files";
import { seeInputs } from "../scenes/see-inputs";
import { dismissNotice } from "../studio";
import { setPaneContent } from "../view/arrange";
import { pinPixel } from "../view/probe-pixel";
import { closedHolesFeed } from "../view/tile-sources";
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
    for (const [at, height] of judged.heights.entries()) expect(seen[at]).toBeCloseTo(height!, 3);
    expect(Math.abs(judged.low)).toBeLessThan(0.5);
    expect(judged.high).toBeGreaterThan(2);

    removeScene(studio, scene.id);
    for (const notice of studio.store.getState().workspace.notices) dismissNotice(studio, notice.id);
    expect(studio.store.getState().results).toEqual({});
    expect(studio.registry.heightBases.size).toBe(0);
    expect(closed).toContain(id);
  });

  test("stripes lie where DSM or DTM had nothing, and nowhere else", async () => {
    const [optical] = await cropFiles(studios.folder, 160);
    const made = ["crop_dsm.tif", "crop_dtm.tif"].map((name) => join(studios.folder, "holes", name));
    mkdirSync(join(studios.folder, "holes"));
    const holes = python(MAKE_HOLES, studios.folder, ...made) as readonly (readonly (readonly [number, number])[])[];
    const files = await Promise.all(made.map((path) => fileAt(path)));
    const { studio } = await studios.open({ files: [optical, ...files], models: [ABOVE] });
    await sceneReady(studio);
    const [run] = await runToEnd(studio);
    const { result } = run!.state.result;
    expect(result.heightsMade).toMatchObject({ how: "minus-terrain", files: ["crop_dsm.tif", "crop_dtm.tif"] });

    const feed = closedHolesFeed(studio, selectScene(studio.store.getState())!, result)!;
    const tile = await feed.load({ level: 0, x: 0, y: 0 }, new AbortController().signal);
    const isMarked = ([col, row]: readonly [number, number]) => tile[4 * (row * TILE_PX + col) + 3] === 255;
    const [surely, perhaps] = holes as [readonly (readonly [number, number])[], readonly (readonly [number, number])[]];
    const stripes = surely.filter(([col, row]) => (col + row) % 8 < 3);
    expect(stripes.length).toBeGreaterThan(100);
    expect(stripes.filter((place) => !isMarked(place))).toEqual([]);
    const total = tile.filter((value, at) => at % 4 === 3 && value === 255).length;
    expect(perhaps.filter(isMarked).length).toBe(total);
  });

  test("are made for whoever looks at what a model sees, before a pane or a run asked for them", async () => {
    const files = await cropFiles(studios.folder, 96);
    const { studio } = await studios.open({ files, models: [ABOVE] });
    const record = await sceneReady(studio);
    const { manifest } = studio.store.getState().models.records[0]!;
    const seen = await seeInputs(studio, record, manifest.id, new AbortController().signal);
    expect(seen.bands.map(({ input }) => input)).toEqual(["optical", "optical", "optical", "dsm"]);
  });

  test("without any heights the card offers flat ones, and the run is called what it is", async () => {
    const [optical] = await cropFiles(studios.folder, 96);
    const { studio } = await studios.open({ models: [ABOVE] });
    await openFiles(studio, [optical]);
    const record = await sceneReady(studio);
    const state = studio.store.getState();
    expect(spellInEnglish(selectRunObstacle(state)!)).toContain("flat heights as an experiment");
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

/**
 * A hole in each of DSM and DTM, the DSM's a value that nobody declared; the photo's pixels well inside one, and those
 * that touch one.
 */
const MAKE_HOLES = `
import json, sys
import numpy as np
import rasterio
folder, surface, terrain = sys.argv[1:]
with rasterio.open(folder + "/crop_dsm.tif") as d, rasterio.open(folder + "/crop_RGB.tif") as o:
    heights, profile, grid, photo = d.read(1), d.profile, d.transform, o.transform
    side = o.width
heights[heights < -1000] = np.median(heights)
ground = np.full_like(heights, heights.min() - 1)
holes = [(20, 34, 18, 30), (44, 60, 40, 57)]
(a, b, c, d), (e, f, g, h) = holes
heights[a:b, c:d] = 20000
ground[e:f, g:h] = -9999
profile.pop("nodata", None)
with rasterio.open(surface, "w", **profile) as out:
    out.write(heights, 1)
with rasterio.open(terrain, "w", **profile, nodata=-9999) as out:
    out.write(ground, 1)
surely, perhaps = [], []
for row in range(side):
    for col in range(side):
        x, y = ~grid * (photo * (col + 0.5, row + 0.5))
        inside = lambda by: any(c + by <= x <= d - by and a + by <= y <= b - by for a, b, c, d in holes)
        if inside(1): surely.append((col, row))
        if inside(-1): perhaps.append((col, row))
print(json.dumps([surely, perhaps]))
`;
