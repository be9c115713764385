/** Bands set right by the user: IRRG is never taken for RGB, corrections hold for the series and for the next visit. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { python } from "../../../e2e/judge";
import { checkModelFit } from "../../core/run/model-fit";
import { isDone } from "../../store/runs";
import {
  sceneToRun,
  selectAskedManifests,
  selectRunObstacle,
  selectScene,
  selectStaleness,
} from "../../store/selectors";
import { asInThePapers } from "../../testing/as-in-the-papers";
import { runToEnd, sceneReady } from "../../testing/journey";
import { withoutPython } from "../../testing/run-python";
import { fileAt, JOURNEY, type StudioInNode, until } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { shippedModel } from "../../testing/zoo-in-node";
import { redo, undo } from "../undo";
import { correctRaster } from "./correct-raster";
import { openFiles } from "./open-files";

describe.skipIf(withoutPython)("bands set right by the user", JOURNEY, () => {
  const studios = studiosOfTests();
  let files: File[] = [];

  beforeAll(async () => {
    mkdirSync(studios.folder, { recursive: true });
    python(WRITE_TILES, studios.folder);
    const names = [1, 2].flatMap((tile) => [`town_IRRG_${tile}.tif`, `town_dsm_${tile}.tif`]);
    files = await Promise.all(names.map((name) => fileAt(join(studios.folder, name))));
  }, JOURNEY.timeout);

  const sceneOf = ({ studio }: StudioInNode, name: string) =>
    studio.store.getState().scenes.records.find(({ scene }) => scene.name === name)!;
  const bandsOf = (inNode: StudioInNode, name: string) =>
    sceneOf(inNode, name).scene.optical.facts.bands.map(({ role }) => role);
  /** What the page says beside the chosen model. */
  const fits = ({ studio }: StudioInNode, tone: "bad" | "warn") => {
    const state = studio.store.getState();
    const scene = sceneToRun(selectScene(state)!);
    return selectAskedManifests(state)
      .flatMap((manifest) => checkModelFit(manifest, scene))
      .flatMap((fit) => (fit.tone === tone ? [fit.text] : []))
      .join(" ");
  };
  const lowest = (inNode: StudioInNode, metres: number) =>
    until(
      inNode.studio,
      (state) => selectScene(state)?.scene.auxiliary?.alignment.valueRange?.min === metres,
      `heights from ${metres}`,
    );

  test("an infrared image is refused for an RGB model until then; the next tile and the next visit follow", async () => {
    const inNode = await studios.open({ files, models: [await asInThePapers(shippedModel("emsnet-nano"))] });
    const { studio, browser } = inNode;
    await sceneReady(studio);
    expect(studio.store.getState().scenes.records.map(({ scene }) => scene.name)).toEqual(["town 1", "town 2"]);
    expect(fits(inNode, "bad")).toContain("near infrared, red, green");
    expect(fits(inNode, "bad")).toContain("there is no blue band");
    expect(selectRunObstacle(studio.store.getState())).not.toBeNull();
    const optical = () => sceneOf(inNode, "town 1").scene.optical.facts;
    expect(optical().bands[0]!.roleReason).toBe("file name says IRRG");

    await correctRaster(studio, optical(), { roles: { 0: "red", 1: "green", 2: "blue" } });
    expect(fits(inNode, "bad")).toBe("");
    expect(optical().bands[0]!.roleReason).toBe("set by you");
    expect(bandsOf(inNode, "town 2")).toEqual(["red", "green", "blue"]);
    await sceneReady(studio);
    const [run] = await runToEnd(studio);

    // The heights end in -9999 at the edge: assumed missing, then taken back.
    const heights = () => selectScene(studio.store.getState())!.scene.auxiliary!.facts;
    expect(heights().bands[0]).toMatchObject({ nodata: -9999, nodataIsAssumed: true });
    await lowest(inNode, 100);
    await correctRaster(studio, heights(), { nodata: { 0: null } });
    await lowest(inNode, -9999);
    const now = studio.store.getState();
    expect(selectStaleness(now, now.runs.records.find(isDone)!)).toContain("bands or files");
    expect(run!.inputs).toBeDefined();
    await correctRaster(studio, heights(), { nodata: { 0: -9999 } });
    await lowest(inNode, 100);

    await correctRaster(studio, heights(), { use: "ndsm" });
    expect(fits(inNode, "warn")).toContain("was made for a DSM");
    expect(selectRunObstacle(studio.store.getState())).toBeNull();
    await correctRaster(studio, heights(), { use: "sar" });
    expect(fits(inNode, "bad")).toContain("It is a SAR image.");
    undo(studio);
    await until(studio, () => fits(inNode, "bad") === "", "the correction taken back");
    redo(studio);
    await until(studio, () => fits(inNode, "bad").includes("It is a SAR image."), "the correction made again");
    inNode.dispose();

    const next = await studios.open({ browser });
    await openFiles(next.studio, files);
    expect(bandsOf(next, "town 1")).toEqual(["red", "green", "blue"]);
    expect(fits(next, "bad")).toContain("It is a SAR image.");
  });

  test("a correction that fails leaves the later ones alone", async () => {
    const inNode = await studios.open({ files });
    const { studio } = inNode;
    await sceneReady(studio);
    const optical = () => sceneOf(inNode, "town 1").scene.optical.facts;
    const call = studio.rasters.call;
    let refuse = true;
    studio.rasters.call = (name, args, options) =>
      name === "reopen" && refuse ? Promise.reject(new Error("the disk was pulled out")) : call(name, args, options);
    await correctRaster(studio, optical(), { roles: { 0: "red" } });
    const notices = () =>
      studio.store
        .getState()
        .workspace.notices.map(({ text }) => text)
        .join("\n");
    expect(notices()).toContain("the disk was pulled out");
    expect(bandsOf(inNode, "town 1")).toEqual(["nir", "red", "green"]);
    refuse = false;
    await correctRaster(studio, optical(), { roles: { 1: "green", 2: "blue" } });
    expect(bandsOf(inNode, "town 1")).toEqual(["red", "green", "blue"]);
    expect(bandsOf(inNode, "town 2")).toEqual(["red", "green", "blue"]);
  });
});

const WRITE_TILES = `
import sys, numpy as np, rasterio
folder = sys.argv[1]
rng = np.random.default_rng(2)
for tile in (1, 2):
    grid = dict(driver="GTiff", width=128, height=128, crs="EPSG:25832", transform=rasterio.Affine(0.2, 0, 500000 + tile * 1000, 0, -0.2, 5600000))
    with rasterio.open(f"{folder}/town_IRRG_{tile}.tif", "w", count=3, dtype="uint8", photometric="RGB", **grid) as d:
        d.write(rng.integers(0, 255, (3, 128, 128), dtype=np.uint8))
    heights = np.full((128, 128), 100, "float32")
    heights[30:60, 30:60] = 110
    heights[:, :5] = -9999
    with rasterio.open(f"{folder}/town_dsm_{tile}.tif", "w", count=1, dtype="float32", **grid) as d: d.write(heights, 1)
print("{}")
`;
