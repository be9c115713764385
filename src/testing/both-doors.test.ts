/**
 * One studio under two doors: the same files and settings through the page's actions and handlers and through
 * `nadir segment` give the same masks, files, labels and report (but for times and batch size), or the same refusal.
 * The numbers are judged by scikit-learn and SciPy on truth worked out by NumPy.
 */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chooseScheme, loadClassMapping } from "../actions/evaluation/truth-classes";
import { exportReport } from "../actions/outputs/export-report";
import { setAreaToParcels } from "../actions/parcels/measure-parcels";
import { openAny } from "../actions/projects/restore-project";
import { ablateHeights } from "../actions/runs/run-model";
import { setArea } from "../actions/scenes/set-area";
import type { Studio } from "../actions/studio";
import { changeSettings } from "../actions/view/arrange";
import { describeError } from "../core/errors";
import { CLASS_SCHEMES } from "../core/labels/class-scheme";
import type { ModelInput } from "../core/manifest/manifest";
import { spellInEnglish } from "../core/remarks/spell";
import { RUN_FORMATS, type RunFormatId } from "../outputs/run-formats";
import { type DoneRun, isDone } from "../store/runs";
import type { SceneRecord } from "../store/scenes";
import { selectRunObstacle, selectScene, selectSceneRuns } from "../store/selectors";
import { nadir } from "./command-line";
import { writeDoorScenes } from "./door-scenes";
import { evaluated, exportTo, runToEnd } from "./journey";
import { runPython, withoutPython } from "./run-python";
import { fileAt, openStudioInNode, type StudioInNode, until } from "./studio-in-node";
import { tensor, tinyManifest } from "./tiny-models";
import { tinyZooModel } from "./zoo-in-node";

interface Case {
  /** Folder of `door-scenes.ts`. */
  readonly scene: string;
  /** What sets it apart from other cases of the same scene. */
  readonly but?: string;
  readonly scheme?: string;
  readonly mapping?: object;
  readonly area?: readonly [col: number, row: number, widthPx: number, heightPx: number];
  /** The area of interest is `PLOTS`. */
  readonly plots?: true;
  readonly augmentation?: "flips";
  readonly withConfidence?: true;
  readonly flattened?: true;
  /** Of `MODELS`; the one that needs a DSM unless said otherwise. */
  readonly model?: keyof typeof MODELS;
  /** How the report says its heights were made; null for none. */
  readonly made?: string | null;
  /** Part of its heights that the report says were closed over holes. */
  readonly closed?: number;
  /** Part of the sentence both doors refuse it with. */
  readonly refused?: string;
  /** Part of a note that both doors make. */
  readonly note?: string;
}

const mapping = (truthClasses: readonly string[], modelToTruth: object, firstId = 0) => ({
  format: "nadir-class-mapping/1",
  truthClasses: truthClasses.map((name, at) => ({ id: at + firstId, name })),
  modelToTruth,
});
/** In longitude and latitude on the scene's own place: a triangle with a hole, and a box that lies over it and its edge. */
const PLOTS = {
  type: "FeatureCollection",
  features: [
    [ring([5, 8], [120, 30], [60, 125]), ring([50, 40], [55, 70], [75, 50])],
    [ring([90, 60], [170, 60], [170, 100], [90, 100])],
  ].map((coordinates) => ({ type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates } })),
};

/** @param corners In pixels of 0.1 m; close to the central meridian, where a pixel is 1.41e-6 by 0.9e-6 degrees. */
function ring(...corners: readonly (readonly [number, number])[]) {
  const places = corners.map(([col, row]) => [9 + col * 1.411e-6, 50.55193238 - row * 0.899e-6]);
  return [...places, places[0]];
}
const ISPRS = CLASS_SCHEMES[0]!.classes.map(({ name }) => name);

const CASES: readonly Case[] = [
  { scene: "rgb", note: "Truth classes by colour (ISPRS" },
  { scene: "rgb", but: "merged", mapping: mapping(ISPRS, { "low vegetation": "impervious surface", tree: null }) },
  { scene: "rgb", but: "a mapping of strangers", mapping: mapping(["swamp"], { tree: "swamp" }) },
  { scene: "rgb", but: "an area of interest", area: [31, 17, 70, 80] },
  { scene: "rgb", but: "polygons as area of interest", plots: true, withConfidence: true },
  { scene: "rgb", but: "flattened heights", flattened: true },
  { scene: "rgb", but: "augmented", augmentation: "flips" },
  { scene: "rgb", but: "confidence", withConfidence: true },
  { scene: "rgba" },
  { scene: "palette", note: "by palette colour" },
  { scene: "palette-256", note: "by palette colour (ISPRS" },
  { scene: "other-order" },
  { scene: "nodata" },
  { scene: "eroded" },
  { scene: "jpeg", note: "are not exactly a class colour" },
  { scene: "other-colours", refused: "of its pixels have colours or ids of no known class" },
  { scene: "photo", refused: "of its pixels have colours or ids of no known class" },
  { scene: "mmhunan", note: "MMHunan" },
  { scene: "bare-ids", refused: "class ids without colours or names" },
  { scene: "bare-ids-scheme", scheme: "isprs", note: "Truth classes by id" },
  { scene: "bare-ids-mapping", mapping: mapping(ISPRS, {}, 1), note: "Truth classes by id" },
  { scene: "ids-16-bit", scheme: "isprs" },
  { scene: "ids-float", scheme: "isprs" },
  { scene: "bare-float", refused: "class ids without colours or names" },
  { scene: "colours-16-bit", refused: "of its pixels have colours or ids of no known class" },
  { scene: "two-bands", refused: "The truth has 2 bands of uint8" },
  { scene: "half-size" },
  { scene: "half-size-unplaced", note: "the truth is stretched over the image" },
  { scene: "one-px-larger", note: "upper-left corners are taken as equal" },
  { scene: "other-size", refused: "the sizes differ (150 × 60 and 150 × 130)" },
  { scene: "other-place", refused: "The truth and the image do not overlap, 2985 m apart" },
  { scene: "half-covered", note: "The truth covers 50 % of the image" },
  { scene: "turned-truth" },
  { scene: "sheared", withConfidence: true },
  { scene: "other-crs", note: "Reprojected from" },
  { scene: "geographic", withConfidence: true },
  { scene: "feet", withConfidence: true },
  { scene: "no-crs", withConfidence: true },
  { scene: "unplaced", withConfidence: true },
  { scene: "point" },
  { scene: "heights-hole", closed: 30 / 3960 },
  { scene: "heights-nodata", closed: 30 / 3960 },
  { scene: "heights-elsewhere", refused: "The DSM and the image do not overlap" },
  { scene: "collar", note: "of those of a class) lie where the photo is missing and are ignored." },
  { scene: "no-heights", refused: "also needs a DSM raster of the same place" },
  { scene: "no-heights", but: "above the ground", model: "above", refused: "also needs a DSM or an nDSM raster" },
  { scene: "no-heights", but: "done without", model: "optional", made: "absent" },
  { scene: "no-heights", but: "of no use", model: "photo", made: null },
  { scene: "heights-elsewhere", but: "done without", model: "optional", made: "absent" },
  { scene: "heights-elsewhere", but: "of no use", model: "photo", made: null },
  { scene: "rgb", but: "heights above the ground", model: "optional", made: "from-surface" },
  { scene: "heights-hole", but: "above the ground", model: "above", made: "from-surface", closed: 30 / 3960 },
  { scene: "heights-terrain", model: "above", made: "minus-terrain" },
  { scene: "heights-terrain", but: "for a DSM", made: "as-given" },
  { scene: "heights-above", model: "above", made: "as-given" },
  { scene: "unplaced", but: "above the ground", model: "above", refused: "does not say how large its pixels are" },
  { scene: "no-truth" },
];

/** What a door gives back: paths of the files by extension and the report, or the sentence it refuses with. */
type Outcome =
  | { readonly refused: string }
  | { readonly refused: null; readonly files: Readonly<Record<string, string>>; readonly report: Report };

interface Report {
  readonly truth: { readonly notes: readonly string[] } | null;
  readonly scene: { readonly alignment: { readonly truth: { readonly warnings: readonly string[] } | null } };
  readonly runs: readonly {
    readonly heightsMade?: { readonly how: string; readonly closedShare?: number };
    readonly settings: Record<string, unknown>;
    readonly evaluation: {
      readonly classes: readonly { readonly name: string }[];
      readonly withBoundary: ReportedMatrix;
      readonly noBoundary: ReportedMatrix;
    } | null;
  }[];
}

interface ReportedMatrix {
  readonly confusion: readonly (readonly number[])[];
  readonly allClasses: Readonly<Record<"overallAccuracy" | "kappa" | "meanIou" | "meanF1", number | null>>;
}

/** A case that went through both doors alike. */
interface Judged {
  readonly name: string;
  readonly entry: Case;
  readonly files: Readonly<Record<string, string>>;
  readonly report: Report;
}

interface Verdict extends Record<"withBoundary" | "noBoundary", JudgedMatrix> {
  readonly sameGrid: boolean;
  readonly burnt: boolean;
}

interface JudgedMatrix {
  readonly confusion: readonly (readonly number[])[];
  readonly accuracy: number;
  readonly kappa: number;
  readonly miou: number;
  readonly mf1: number;
}

const judged: Judged[] = [];

/** The same network reading a DSM, heights above the ground, or those where there are any; and one of the image alone. */
const ABOVE = tensor("dsm", "auxiliary", ["height"], { kind: "fixed", min: 0, max: 20 }, { kind: "ndsm" });
const above = (change: Partial<ModelInput>) => ({
  inputs: [tinyManifest("placed").inputs[0]!, { ...ABOVE, ...change }],
});
const MODELS = {
  dsm: tinyZooModel("placed"),
  above: tinyZooModel("placed", above({})),
  optional: tinyZooModel("placed", above({ optional: true, absent: 0.4 })),
  photo: tinyZooModel("identity"),
};
const modelOf = ({ model = "dsm" }: Case) => ({ id: model, files: MODELS[model] });
let root: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "nadir-doors-"));
  if (!withoutPython) writeDoorScenes(root);
  writeFileSync(join(root, "plots.geojson"), JSON.stringify(PLOTS));
  for (const [id, files] of Object.entries(MODELS)) {
    mkdirSync(join(root, "models", id), { recursive: true });
    for (const [name, blob] of Object.entries(files)) {
      writeFileSync(join(root, "models", id, name), new Uint8Array(await blob.arrayBuffer()));
    }
  }
}, 120_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe.skipIf(withoutPython)("page and command line", { timeout: 120_000 }, () => {
  test.each(
    CASES.map((entry) => [entry.but === undefined ? entry.scene : `${entry.scene}, ${entry.but}`, entry] as const),
  )("%s", async (name, entry) => {
    const folder = join(root, name.replaceAll(/[^\w-]+/g, "-"), "out");
    mkdirSync(folder, { recursive: true });
    const [page, terminal] = [await throughPage(entry, folder), await throughTerminal(entry, folder)];
    if (entry.refused !== undefined) {
      expect(page.refused).toContain(entry.refused);
      expect(terminal.refused).toBe(page.refused);
      return;
    }
    if (page.refused !== null || terminal.refused !== null) {
      throw new Error(`refused: ${page.refused} / ${terminal.refused}`);
    }
    expect(Object.keys(terminal.files)).toEqual(Object.keys(page.files));
    for (const [extension, path] of Object.entries(page.files)) {
      expect(readFileSync(terminal.files[extension]!).equals(readFileSync(path)), extension).toBe(true);
    }
    expect(withoutTimes(terminal.report)).toEqual(withoutTimes(page.report));
    const { truth, scene } = page.report;
    expect(page.report.runs[0]!.heightsMade?.closedShare).toBe(entry.closed);
    if (entry.made !== undefined) expect(page.report.runs[0]!.heightsMade?.how ?? null).toBe(entry.made);
    if (entry.note !== undefined) {
      expect([...(truth?.notes ?? []), ...(scene.alignment.truth?.warnings ?? [])].join("\n")).toContain(entry.note);
    }
    judged.push({ name, entry, files: page.files, report: page.report });
  });

  test("the numbers are scikit-learn's and SciPy's, the places GDAL's", () => {
    const known = judged.filter(({ entry: { scene } }) => existsSync(join(root, scene, "expected.u8")));
    const seen = runPython(JUDGE, known.map(askJudge)) as Verdict[];
    expect(known.length).toBeGreaterThan(25);
    for (const [at, { name, report }] of known.entries()) {
      const { sameGrid, burnt, ...rules } = seen[at]!;
      expect([sameGrid, burnt], name).toEqual([true, true]);
      for (const rule of ["withBoundary", "noBoundary"] as const) {
        const { confusion, allClasses } = report.runs[0]!.evaluation![rule];
        const { overallAccuracy, kappa, meanIou, meanF1 } = allClasses;
        expect(confusion, name).toEqual(rules[rule].confusion);
        for (const [ours, theirs] of [
          [overallAccuracy, rules[rule].accuracy],
          [kappa, rules[rule].kappa],
          [meanIou, rules[rule].miou],
          [meanF1, rules[rule].mf1],
        ] as const) {
          expect(ours, name).toBeCloseTo(theirs, 9);
        }
      }
    }
  });
});

/** Files, settings and steps as a user gives them to the page. */
async function throughPage(entry: Case, folder: string): Promise<Outcome> {
  const inNode = await openStudioInNode({
    models: [modelOf(entry).files],
    files: await Promise.all(inputs(entry).map((path) => fileAt(path))),
  });
  try {
    return await workThePage(inNode, entry, join(folder, "page"));
  } finally {
    inNode.dispose();
  }
}

async function workThePage(inNode: StudioInNode, entry: Case, folder: string): Promise<Outcome> {
  const { studio, browser } = inNode;
  let record = await sceneRead(studio);
  if (entry.scheme !== undefined) {
    const scheme = CLASS_SCHEMES.find(({ id }) => id === entry.scheme)!;
    await chooseScheme(studio, record.scene.truth!.facts, scheme);
    record = await sceneRead(studio);
  }
  if (entry.mapping !== undefined) {
    await loadClassMapping(studio, new File([JSON.stringify(entry.mapping)], "mapping.json"));
    record = await sceneRead(studio);
  }
  changeSettings(studio, {
    overlapFraction: 0.25,
    confidence: entry.withConfidence === true,
    ...(entry.augmentation && { testTimeAugmentation: entry.augmentation }),
  });
  if (entry.area !== undefined) {
    const [col, row, widthPx, heightPx] = entry.area;
    setArea(studio, { col, row, widthPx, heightPx });
  }
  if (entry.plots !== undefined) {
    await openAny(studio, [await fileAt(join(root, "plots.geojson"))]);
    setAreaToParcels(studio, studio.store.getState().parcels.layers[0]!.id);
  }
  const obstacle = selectRunObstacle(studio.store.getState());
  if (record.truth.status === "failed" || obstacle !== null) {
    return {
      refused: record.truth.status === "failed" ? describeError(record.truth.error) : spellInEnglish(obstacle!),
    };
  }
  const run = await lastRun(studio, entry).catch((error: Error) => error);
  if (run instanceof Error) return { refused: refusalOf(studio) ?? run.message };
  if (record.truth.status === "ready") await evaluated(studio, run.id);
  const files: Record<string, string> = {};
  for (const id of formats(entry)) {
    for (const [extension, path] of Object.entries(await exportTo(join(folder, id), inNode, run.id, id))) {
      const prefix = id === "confidence" ? "confidence." : id === "right-angled" ? "buildings." : "";
      files[`${prefix}${extension}`] = path;
    }
  }
  exportReport(studio);
  const report = JSON.parse(await browser.downloads.at(-1)!.blob.text()) as Report;
  return { refused: null, files: sorted(files), report: { ...report, runs: report.runs.slice(-1) } };
}

/** Of a run that was refused once it had begun to look into the files. */
function refusalOf(studio: Studio): string | null {
  const state = selectSceneRuns(studio.store.getState()).at(-1)?.state;
  return state?.status === "failed" ? describeError(state.error) : null;
}

async function lastRun(studio: Studio, entry: Case): Promise<DoneRun> {
  // The stride as it is chosen on the page; `nadir segment` has the model's own by default.
  const [run] = await runToEnd(studio);
  if (entry.flattened !== true) return run!;
  ablateHeights(studio, run!.id);
  return until(studio, (state) => selectSceneRuns(state).filter(isDone)[1], "the run over flat heights");
}

/** The selected scene once its truth was read or refused and its heights, where they lie on it, were measured. */
function sceneRead(studio: Studio): Promise<SceneRecord> {
  return until(
    studio,
    (state) => {
      const record = selectScene(state);
      const heights = record?.scene.auxiliary;
      const measured = heights == null || heights.alignment.verdict === "refused" || record?.heightRange !== null;
      return record !== null && record.truth.status !== "decoding" && measured && record;
    },
    "the scene's truth and heights",
  );
}

/** The same as options. */
async function throughTerminal(entry: Case, folder: string): Promise<Outcome> {
  const [optical, ...others] = inputs(entry);
  const { id, files } = modelOf(entry);
  const to = join(folder, "terminal");
  mkdirSync(to);
  const given = RUN_FORMATS.filter(({ id }) => formats(entry).includes(id));
  const mappingPath = join(to, "mapping.json");
  if (entry.mapping !== undefined) writeFileSync(mappingPath, JSON.stringify(entry.mapping));
  const args = [
    ...[
      "segment",
      "--optical",
      optical!,
      "--model",
      join(root, "models", id, Object.keys(files).find((name) => name.endsWith(".nadir.json"))!),
      "--backend",
      "cpu",
      "--threads",
      "1",
      "--stride",
      "64",
    ],
    ...others.flatMap((path) => [`--${/\/(n?dsm|dtm)_/.exec(path)?.[1] ?? "truth"}`, path]),
    ...given.flatMap(({ option, extension }) => [`--${option}`, join(to, `map${extension}`)]),
    ...["--report", join(to, "report.json")],
    ...(entry.mapping === undefined ? [] : ["--mapping", mappingPath]),
    ...(entry.scheme === undefined ? [] : ["--scheme", entry.scheme]),
    ...(entry.area === undefined ? [] : ["--aoi", entry.area.join()]),
    ...(entry.plots === undefined ? [] : ["--aoi", join(root, "plots.geojson")]),
    ...(entry.augmentation === undefined ? [] : ["--tta", entry.augmentation]),
    ...(entry.flattened === undefined ? [] : ["--flatten-heights"]),
  ];
  const { status, stderr } = await nadir(args);
  expect(existsSync(join(to, "map.tif.nadir-run"))).toBe(false);
  if (status !== 0) {
    expect(existsSync(join(to, "map.tif"))).toBe(false);
    return { refused: stderr.match(/^error: (.*)$/m)?.[1] ?? `status ${status} without a sentence` };
  }
  const suffixes = [
    "tif",
    "tif.aux.xml",
    "qml",
    "png",
    "pgw",
    "prj",
    "geojson",
    "gpkg",
    "buildings.gpkg",
    "confidence.tif",
  ];
  const written = suffixes.filter((suffix) => existsSync(join(to, `map.${suffix}`)));
  const found = written.map((suffix) => [suffix === "tif.aux.xml" ? "xml" : suffix, join(to, `map.${suffix}`)]);
  return {
    refused: null,
    files: sorted(Object.fromEntries(found)),
    report: JSON.parse(readFileSync(join(to, "report.json"), "utf8")) as Report,
  };
}

/** Polygons carry confidence; the page writes them without where it was not kept, `nadir segment` keeps it for them. */
function formats({ withConfidence }: Case): readonly RunFormatId[] {
  return withConfidence === true ? RUN_FORMATS.map(({ id }) => id) : ["geotiff", "png"];
}

function inputs({ scene }: Case): string[] {
  return [
    "tile_1_1_RGB.tif",
    "dsm_tile_1_1.tif",
    "ndsm_tile_1_1.tif",
    "dtm_tile_1_1.tif",
    "tile_1_1_label.tif",
    "tile_1_1_label_noBoundary.tif",
  ]
    .map((name) => join(root, scene, name))
    .filter((path) => existsSync(path));
}

/** What may differ: how long it took, how many windows went into the network at once and why it ran where it ran. */
function withoutTimes(report: Report): unknown {
  return JSON.parse(JSON.stringify(report), (key, value) =>
    key === "timings" || key === "batch" || key === "reason" ? undefined : value,
  );
}

function sorted(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).sort(([a], [b]) => a.localeCompare(b)));
}

/** What a judge needs to know of a case: files, what the truth says, the classes and which class counts as which. */
function askJudge({ entry, files, report }: Judged): object {
  const targets = (entry.mapping as { modelToTruth?: Record<string, string | null> } | undefined)?.modelToTruth ?? {};
  return {
    mask: files.tif,
    geojson: files.geojson ?? null,
    optical: inputs(entry)[0],
    expected: join(root, entry.scene, "expected.u8"),
    names: ISPRS,
    classes: report.runs[0]!.evaluation!.classes.map(({ name }) => name),
    targets: Object.fromEntries(Object.entries(targets).filter(([, to]) => to === null || ISPRS.includes(to))),
  };
}

const JUDGE = `
import json, sys
import numpy as np
import rasterio
from rasterio.features import rasterize
from rasterio.transform import Affine
from rasterio.warp import transform_geom
from scipy import ndimage
from sklearn import metrics
y, x = np.mgrid[-3:4, -3:4]
DISC = x * x + y * y <= 9

def place(job, raster, mask):
    """Whether the map lies on the orthophoto's grid, and its polygons burnt onto it give the map again."""
    with rasterio.open(job["optical"]) as optical:
        same = raster.transform.almost_equals(optical.transform, 1e-9) and raster.crs == optical.crs
    if job["geojson"] is None: return bool(same), True
    move = lambda shape: shape if raster.crs is None else transform_geom("EPSG:4326", raster.crs, shape)
    grid = raster.transform if raster.transform != Affine.identity() else Affine(1, 0, 0, 0, -1, 0)
    features = json.load(open(job["geojson"]))["features"]
    shapes = [(move(f["geometry"]), f["properties"]["class_id"]) for f in features]
    return bool(same), bool((rasterize(shapes, out_shape=mask.shape, fill=255, transform=grid, dtype="uint8") == mask).all())

def judge(job):
    with rasterio.open(job["mask"]) as raster:
        mask = raster.read(1)
        same, burnt = place(job, raster, mask)
    truth = np.fromfile(job["expected"], np.uint8).reshape(mask.shape)
    at = lambda name: job["classes"].index(name) if name in job["classes"] else 255
    truth_table = np.array([at(name) for name in job["names"]] + [255] * 250)
    mask_table = np.array([at(job["targets"].get(name, name)) for name in job["names"][:5]] + [255] * 251)
    eroded = truth.copy()
    for k in range(6):
        eroded[(truth == k) & ndimage.binary_dilation((truth != k) & (truth != 255), DISC)] = 255
    def scores(labels):
        t, p = truth_table[labels].ravel(), mask_table[mask].ravel()
        kept = (t != 255) & (p != 255)
        t, p = t[kept], p[kept]
        seen = np.union1d(t, p)
        return dict(confusion=metrics.confusion_matrix(t, p, labels=range(len(job["classes"]))).tolist(),
            accuracy=metrics.accuracy_score(t, p), kappa=metrics.cohen_kappa_score(t, p),
            miou=metrics.jaccard_score(t, p, labels=seen, average="macro"), mf1=metrics.f1_score(t, p, labels=seen, average="macro"))
    return dict(sameGrid=same, burnt=burnt, withBoundary=scores(truth), noBoundary=scores(eroded))

print(json.dumps([judge(job) for job in json.load(sys.stdin)]))
`;
