/** Polygons dropped on the page: the same columns as `nadir parcels` writes, over the same map; gone with what they belong to. */
import { openAsBlob, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { python } from "../../../e2e/judge";
import { findParcelResult } from "../../store/parcel-results";
import { isDone } from "../../store/runs";
import { nadir } from "../../testing/command-line";
import { cropFiles, evaluated, exportTo, runToEnd, sceneReady } from "../../testing/journey";
import { runGdal, withoutGdal } from "../../testing/run-gdal";
import { withoutPython } from "../../testing/run-python";
import { fileAt, JOURNEY, until } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { continueSession, openAny } from "../projects/restore-project";
import { saveSessionNow } from "../projects/session";
import { removeRun } from "../runs/run-model";
import { setArea } from "../scenes/set-area";
import type { Studio } from "../studio";
import { burnTruth } from "./burn-truth";
import { layersAmong } from "./layers-among";
import { measureParcels, setAreaToParcels } from "./measure-parcels";
import { openOtherLayer, removeParcels } from "./open-parcels";
import { saveParcels } from "./save-parcels";

/** Four fields over a crop of the sample, one of them beyond its edge, as a Shapefile in another system. */
const FIELDS = `
import sys, json, rasterio
with rasterio.open(sys.argv[1]) as d:
    left, bottom, right, top = d.bounds
    crs = d.crs.to_epsg()
x, y = (left + right) / 2, (bottom + top) / 2
box = lambda a, b, c, d: [[[a, b], [c, b], [c, d], [a, d], [a, b]]]
boxes = [box(left, bottom, x, y), box(x, bottom, right, y), box(left, y, x, top), box(x, y, right + 50, top)]
features = [{"type": "Feature", "properties": {"field": f"Feld {i}", "owner": i * 7}, "geometry": {"type": "Polygon", "coordinates": b}} for i, b in enumerate(boxes)]
json.dump({"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{crs}"}}, "features": features}, open(sys.argv[2], "w"))
print("{}")
`;

/** A triangle from 20.5, 31.5 to 70.5, 70.5 pixels. */
const PLOT = `
import sys, json, rasterio
with rasterio.open(sys.argv[1]) as d:
    ring = [d.transform * place for place in ((20.5, 31.5), (70.5, 40), (30, 70.5), (20.5, 31.5))]
    name = f"urn:ogc:def:crs:EPSG::{d.crs.to_epsg()}"
features = [{"type": "Feature", "properties": {"plot": 1}, "geometry": {"type": "Polygon", "coordinates": [ring]}}]
json.dump({"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": name}}, "features": features}, open(sys.argv[2], "w"))
print("{}")
`;

/** Three triangles and boxes that say a class, one of them over another. */
const CLASSES = `
import sys, json, rasterio
with rasterio.open(sys.argv[1]) as d:
    place = lambda *pixels: [[d.transform * pixel for pixel in (*pixels, pixels[0])]]
    name = f"urn:ogc:def:crs:EPSG::{d.crs.to_epsg()}"
shapes = [("Building", place((5.3, 8.1), (90.2, 12.7), (60.4, 100.9))), ("tree", place((50, 50), (110, 50), (110, 110), (50, 110))),
          ("low vegetation", place((0, 90), (45, 90), (45, 119.5), (0, 119.5)))]
features = [{"type": "Feature", "properties": {"Klasse": c}, "geometry": {"type": "Polygon", "coordinates": r}} for c, r in shapes]
json.dump({"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": name}}, "features": features}, open(sys.argv[2], "w"))
print("{}")
`;

describe("which files are layers", () => {
  const named = (...names: string[]) => names.map((name) => new File([], name));
  const said = (...names: string[]) => {
    const { layers, others } = layersAmong(named(...names));
    return [layers.map((files) => files.map(({ name }) => name).join(" ")), others.map(({ name }) => name)];
  };
  test("a Shapefile takes what lies beside it; strokes of a model are its own", () => {
    expect(said("a.shp", "A.DBF", "a.prj", "a.shx", "b.prj", "a.tif", "c.gpkg")).toEqual([
      ["a.shp A.DBF a.prj a.shx", "c.gpkg"],
      ["b.prj", "a.tif"],
    ]);
    expect(said("roofs.strokes.geojson", "x.KML")).toEqual([["x.KML"], ["roofs.strokes.geojson"]]);
  });
});

describe.skipIf(withoutPython || withoutGdal)("polygons on the page", JOURNEY, () => {
  const studios = studiosOfTests();

  test("the page's files are those of the command line; they go with their layer and their run", async () => {
    const { folder } = studios;
    const at = (name: string) => join(folder, name);
    const inNode = await studios.open({ files: await cropFiles(folder, 200) });
    const { studio, browser } = inNode;
    await sceneReady(studio);
    python(FIELDS, at("crop_RGB.tif"), at("fields.geojson"));
    runGdal(
      "ogr2ogr",
      "-f",
      "ESRI Shapefile",
      "-t_srs",
      "EPSG:3035",
      "-lco",
      "ENCODING=UTF-8",
      at("fields.shp"),
      at("fields.geojson"),
    );
    const names = ["fields.shp", "fields.dbf", "fields.prj", "fields.cpg", "fields.shx"];
    await openAny(studio, await Promise.all(names.map((name) => fileAt(at(name)))));
    const [layer] = studio.store.getState().parcels.layers;
    expect(layer).toMatchObject({ fileName: "fields.shp", notes: [] });
    expect(layer!.properties.map(({ field }) => field)).toEqual(["Feld 0", "Feld 1", "Feld 2", "Feld 3"]);
    expect(studio.store.getState().workspace.tab).toBe("parcels");

    setAreaToParcels(studio, layer!.id);
    expect(studio.store.getState().scenes.records[0]!.area).toMatchObject({
      col: 0,
      row: 0,
      widthPx: 200,
      heightPx: 200,
    });
    python(PLOT, at("crop_RGB.tif"), at("plot.geojson"));
    await openAny(studio, [await fileAt(at("plot.geojson"))]);
    const plot = studio.store.getState().parcels.layers.at(-1)!;
    setAreaToParcels(studio, plot.id);
    expect(studio.store.getState().scenes.records[0]!.area).toMatchObject({
      ...{ col: 20, row: 31, widthPx: 51, heightPx: 40 },
      polygons: [[expect.arrayContaining([20.5, 31.5, 70.5, 40, 30])]],
    });
    removeParcels(studio, plot.id);
    setArea(studio, null);

    const [run] = await runToEnd(studio);
    await counted(studio, layer!.id, run!.id);
    const map = (await exportTo(folder, inNode, run!.id, "geotiff")).tif!;
    const dsm = ["--dsm", at("crop_dsm.tif")];
    for (const ending of [".geojson", ".gpkg", ".csv"] as const) {
      await saveParcels(studio, layer!.id, run!.id, ending);
      const { fileName, blob } = browser.downloads.at(-1)!;
      const table = ending === ".csv" ? ["--csv", at("cli.csv")] : [];
      const out = at(ending === ".csv" ? "cli.geojson" : `cli${ending}`);
      const model = ["--model", at("model.nadir.json")];
      writeFileSync(model[1]!, JSON.stringify(studio.registry.models.get(run!.modelId)!.manifest));
      const { status, stderr } = await nadir([
        "parcels",
        "--map",
        map,
        ...model,
        "--parcels",
        at("fields.shp"),
        "--out",
        out,
        ...dsm,
        ...table,
      ]);
      expect([status, stderr]).toEqual([0, expect.not.stringContaining("error")]);
      expect(fileName.endsWith(ending)).toBe(true);
      const same = Buffer.from(await blob.arrayBuffer()).equals(readFileSync(ending === ".csv" ? at("cli.csv") : out));
      expect([ending, same]).toEqual([ending, true]);
    }
    const joined = JSON.parse(await (await openAsBlob(at("cli.geojson"))).text()) as {
      features: { properties: object }[];
    };
    expect(joined.features[3]!.properties).toMatchObject({ owner: 21, mean_height_m: expect.any(Number) });

    removeRun(studio, run!.id);
    expect(findParcelResult(studio.store.getState(), "parcels", layer!.id, run!.id)).toBeNull();
    removeParcels(studio, layer!.id);
    expect(studio.store.getState().parcels.layers).toEqual([]);
    expect(Object.values(studio.store.getState().results).filter(({ of }) => "layerId" in of)).toEqual([]);
  });

  test("as ground truth they give the scores of the command line; a closed tab's are there again", async () => {
    const folder = join(studios.folder, "truth");
    const at = (name: string) => join(folder, name);
    const files = await cropFiles(folder, 120);
    const inNode = await studios.open({ files });
    const { studio, browser } = inNode;
    const { scene } = await sceneReady(studio);
    python(CLASSES, at("crop_RGB.tif"), at("classes.geojson"));
    runGdal("ogr2ogr", "-f", "GPKG", "-nln", "plots", at("classes.gpkg"), at("classes.geojson"));
    runGdal(
      "ogr2ogr",
      "-f",
      "GPKG",
      "-update",
      "-nln",
      "others",
      at("classes.gpkg"),
      at("classes.geojson"),
      "-where",
      "Klasse = 'tree'",
    );
    const layerFile = await fileAt(at("classes.gpkg"));
    await openAny(studio, [layerFile]);
    const first = studio.store.getState().parcels.layers.at(-1)!;
    expect(first).toMatchObject({ name: "plots", layers: ["plots", "others"], truths: [] });
    await vi.waitUntil(() => studio.working.savedSession?.includes("classes.gpkg"), { timeout: 20_000 });
    await openOtherLayer(studio, first.id, "others");
    expect(studio.store.getState().parcels.layers.map(({ name, properties }) => [name, properties.length])).toEqual([
      ["plots", 3],
      ["others", 1],
    ]);
    await burnTruth(studio, first.id, scene.id, "Klasse");
    const [run] = await runToEnd(studio);
    const scores = await scoredBy(studio, run!.id, "_label.tif");
    const map = (await exportTo(folder, inNode, run!.id, "geotiff")).tif!;
    const { stdout, stderr } = await nadir(["evaluate", "--prediction", map, "--truth", at("classes.gpkg"), "--json"]);
    const said = JSON.parse(stdout || stderr) as {
      classes: { name: string }[];
      withBoundary: { confusion: number[][] };
    };
    expect(said.classes.map(({ name }) => name)).toEqual(scores.classes.map(({ name }) => name));
    expect(said.withBoundary.confusion.flat()).toEqual([...scores.withBoundary.counts]);
    expect(said.withBoundary.confusion.flat().filter((count) => count > 0).length).toBeGreaterThan(2);

    await saveSessionNow(studio);
    const layers = studio.store.getState().parcels.layers;
    inNode.dispose();
    const next = await studios.open({ browser });
    await continueSession(next.studio, next.studio.store.getState().project.left[0]!.sessionId);
    await openAny(next.studio, [...files, layerFile]);
    expect(next.studio.store.getState().parcels.layers).toEqual(layers);
    const back = await until(next.studio, ({ runs }) => runs.records.find(isDone), "the run");
    const again = await scoredBy(next.studio, back.id, "_label.tif");
    expect([...again.withBoundary.counts]).toEqual([...scores.withBoundary.counts]);
    expect(next.studio.store.getState().project).toMatchObject({ wanted: [], wantedParcels: [] });
  });

  test("without a photo, and without polygons, it is said beside the file's name", async () => {
    const { studio } = await studios.open();
    const polygon = {
      type: "Polygon",
      coordinates: [
        [
          [8, 47],
          [8.01, 47],
          [8.01, 47.01],
        ],
      ],
    };
    const text = (geometry: object) =>
      JSON.stringify({ type: "FeatureCollection", features: [{ type: "Feature", properties: {}, geometry }] });
    await openAny(studio, [new File([text(polygon)], "fields.geojson")]);
    const refused = () =>
      studio.store.getState().scenes.refused.map(({ fileName, error }) => `${fileName}: ${error.found}`);
    expect(refused()).toEqual(["fields.geojson: Polygons, and no photo that they could lie on."]);
    await openAny(studio, await cropFiles(join(studios.folder, "other"), 100));
    await sceneReady(studio);
    await openAny(studio, [new File([text({ type: "Point", coordinates: [8, 47] })], "trees.geojson")]);
    expect(refused().at(-1)).toBe("trees.geojson: None of its 1 features is a polygon; they are: Point.");
    expect(studio.store.getState().parcels.layers).toEqual([]);
  });
});

async function counted(studio: Studio, layerId: string, runId: string) {
  await measureParcels(studio, layerId, runId);
  return until(
    studio,
    (state) => {
      const found = findParcelResult(state, "parcels", layerId, runId)?.state;
      if (found?.status === "failed") throw new Error(found.error.found);
      return found?.status === "ready" && found.parcels;
    },
    "the polygons",
  );
}

/** Scores against the truth whose file is called so. */
async function scoredBy(studio: Studio, runId: string, ending: string) {
  await until(
    studio,
    ({ scenes: { records } }) =>
      records[0]!.scene.truth?.facts.fileName.endsWith(ending) && records[0]!.truth.status === "ready",
    "the truth",
  );
  return evaluated(studio, runId);
}
