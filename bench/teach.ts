/**
 * A simulated analyst: rounds of one stroke per class where the map is most wrong, learning after each.
 *
 *   npx tsx bench/teach.ts [MODEL,…] [SCENE,…] [ROUNDS] [SEEDS]
 *
 * Features of every pixel are gathered once per scene and model; what a round learns from and how is `nadir teach`'s. The
 * map of a round is the head on those features, every pixel from the window that sees most around it, without blending.
 * Prints one line of JSON per scene, model and seed: mean IoU of the truth's classes before, after every round, and of a
 * linear head fitted to 6000 pixels of the whole truth.
 *
 * `water-SEED` and `panels-SEED` ask for a class that no model has, in a scene of the generator, and print its IoU alone:
 *
 *   python -m nadir_models scenes --out FOLDER --kinds --gsd 0.2 --size 512 --seed SEED
 *   NADIR_TEACH_MADE=FOLDER npx tsx bench/teach.ts emsnet water-SEED 10
 *
 * `NADIR_TEACH_CACHE=FOLDER` keeps the features, so that other settings (`NADIR_TEACH_VARIANTS`, a JSON list of parts of
 * `LearnSettings`) take seconds.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { openFile, openRasterFile } from "../src/cli/file-blob";
import { createNodeSession } from "../src/cli/node-session";
import { openModel } from "../src/cli/open-model";
import { placeSecond, readHeights } from "../src/cli/second-rasters";
import { groundSamplingDistanceMetres } from "../src/core/georef/ground-sampling-distance";
import type { RasterSource } from "../src/core/raster/raster";
import { chooseScale, scaleSetting } from "../src/core/run/run-scale";
import type { WindowPlan } from "../src/core/windows/plan-windows";
import { gatherPlan, gatherSites } from "../src/inference/gather-samples";
import { readModel } from "../src/inference/model-bytes";
import { bandStatistics } from "../src/io/raster-statistics";
import { samplesManifest, showSamples } from "../src/teaching/compose";
import { findHead } from "../src/teaching/find-head";
import { LEARN_SETTINGS, type LearnSettings } from "../src/teaching/fit-head";
import { applyHead, emptyHead, type SampleShape, sampleLength, type TaughtHead, valuesOf } from "../src/teaching/head";
import { learn } from "../src/teaching/learn";
import { NO_STROKE, planSamples, type WindowSites, windowsSeeing } from "../src/teaching/plan-samples";
import { strokePixels } from "../src/teaching/stroke-pixels";
import { noise } from "../src/testing/array-raster";

const DATA = process.env.NADIR_TEST_DATA ?? "../shared/data";
const NOTHING = 255;

interface BenchScene {
  readonly optical: string;
  readonly dsm?: string;
  readonly truth: string;
  /**
   * Truth classes, each as the model's classes that stand for it, by the value or colour in the truth; none for a class
   * that no model has, the last, whose IoU alone is asked for.
   */
  readonly groups: readonly (readonly string[])[];
  readonly groupOf: (value: readonly number[]) => number;
}

const LIDAR: Pick<BenchScene, "groups" | "groupOf"> = {
  groups: [["impervious surface", "low vegetation", "car", "clutter"], ["tree"], ["building"]],
  groupOf: ([value]) => (value! < 3 ? value! : NOTHING),
};
const ISPRS_COLOURS = ["255,255,255", "0,0,255", "0,255,255", "0,255,0", "255,255,0"];
const ALL_CLASSES = ["impervious surface", "building", "low vegetation", "tree", "car", "clutter"];
const MADE_KINDS: Readonly<Record<string, number>> = { water: 1, panels: 2 };

function madeScene(kind: string, seed: string): BenchScene {
  const folder = process.env.NADIR_TEACH_MADE ?? ".";
  return {
    optical: join(folder, `top_nadir_1_${seed}_RGB.tif`),
    dsm: join(folder, `dsm_nadir_01_${seed}.tif`),
    truth: join(folder, `top_nadir_1_${seed}_kinds.tif`),
    groups: [ALL_CLASSES, []],
    groupOf: ([value]) => (value === MADE_KINDS[kind] ? 1 : 0),
  };
}

function sceneNamed(name: string): BenchScene {
  const [kind, seed] = name.split("-");
  return seed !== undefined && kind! in MADE_KINDS ? madeScene(kind!, seed) : SCENES[name]!;
}

const SCENES: Readonly<Record<string, BenchScene>> = {
  burgundy: {
    optical: join(DATA, "scenes/burgundy/rgb_from_points.tif"),
    dsm: join(DATA, "scenes/burgundy/dsm.tif"),
    truth: join(DATA, "scenes/burgundy/label_5c.tif"),
    ...LIDAR,
  },
  poitou: {
    optical: join(DATA, "scenes/poitou/rgb_from_points.tif"),
    dsm: join(DATA, "scenes/poitou/dsm.tif"),
    truth: join(DATA, "scenes/poitou/label_5c.tif"),
    ...LIDAR,
  },
  sample: {
    optical: "public/sample/top_nadir_1_1_RGB.tif",
    dsm: "public/sample/dsm_nadir_01_01.tif",
    truth: "public/sample/top_nadir_1_1_label.tif",
    groups: [["impervious surface"], ["building"], ["low vegetation"], ["tree"], ["car"]],
    groupOf: (value) => (ISPRS_COLOURS.indexOf(value.join(",")) + NOTHING + 1) % (NOTHING + 1),
  },
  ...Object.fromEntries(
    buildingTiles().map((file, at): [string, BenchScene] => [
      `buildings-${at}`,
      {
        optical: join(DATA, "rgb-buildings/images", file),
        truth: join(DATA, "rgb-buildings/masks", file),
        groups: [ALL_CLASSES.filter((name) => name !== "building"), ["building"]],
        groupOf: ([value]) => (value! > 127 ? 1 : 0),
      },
    ]),
  ),
};

function buildingTiles(): readonly string[] {
  return readdirSync(join(DATA, "rgb-buildings/images")).sort();
}

interface Ground {
  readonly shape: SampleShape;
  readonly plan: WindowPlan;
  readonly pixelSizeMetres: number;
  /** `[rows × columns, sample]`. */
  readonly samples: Float32Array;
  /** Truth class of each pixel, `NOTHING` where there is none. */
  readonly truth: Uint8Array;
  /** Model classes of each truth class. */
  readonly members: readonly (readonly number[])[];
}

async function openGround(modelPath: string, scene: BenchScene): Promise<Ground> {
  const files = await openModel(modelPath);
  const { manifest } = files;
  const bytes = await readModel(files);
  const shown = showSamples(bytes.graph, manifest, findHead(bytes.graph, manifest));
  const optical = await openRasterFile(scene.optical);
  const imageMetres = groundSamplingDistanceMetres(optical.facts) ?? 0.132;
  const settings = {
    modelId: manifest.id,
    backend: "auto",
    stridePx: Math.round(manifest.window.sizePx * 0.75),
    blend: "flat",
    ...scaleSetting(chooseScale("auto", manifest, imageMetres)),
    testTimeAugmentation: "none",
    batch: 1,
    areaOfInterest: null,
    heights: "as-is",
    confidence: false,
  } as const;
  const rasters = scene.dsm === undefined ? [] : [placeSecond(optical.facts, await openRasterFile(scene.dsm))];
  const second = await readHeights(manifest, optical.facts, rasters, settings, {
    others: [],
    signal: new AbortController().signal,
    onGround: () => undefined,
  });
  const plan = gatherPlan({ manifest, settings, optical });
  const truth = await readTruth(scene, plan);
  const { oldClasses } = shown.shape;
  const members = scene.groups.map((names) =>
    names.length === 0 ? [oldClasses] : names.map((name) => manifest.classes.findIndex((entry) => entry.name === name)),
  );
  const known = { shape: shown.shape, plan, pixelSizeMetres: imageMetres * plan.grid.scale, truth, members };
  const key = createHash("sha256")
    .update(shown.bytes)
    .update(JSON.stringify([scene, plan]))
    .digest("hex");
  const samples = await cached(key, async () => {
    const session = await createNodeSession(samplesManifest(manifest, shown.shape), shown.bytes, {
      batch: 1,
      threads: availableParallelism(),
    });
    const windows = windowsSeeing(everyPixel(plan, truth), plan);
    const { samples, strokeOf } = await gatherSites(
      {
        manifest,
        shape: shown.shape,
        session,
        settings,
        optical,
        ...second,
        measureBand: (source, band) => bandStatistics(source, band),
      },
      plan,
      windows,
    );
    await session.release();
    const length = sampleLength(shown.shape);
    const byPixel = new Float32Array(truth.length * length);
    for (const [at, pixel] of strokeOf.entries())
      byPixel.set(samples.subarray(at * length, (at + 1) * length), pixel * length);
    return byPixel;
  });
  return { ...known, samples };
}

/** Kept in the folder of `NADIR_TEACH_CACHE`, if that is given. */
async function cached(key: string, make: () => Promise<Float32Array>): Promise<Float32Array> {
  const folder = process.env.NADIR_TEACH_CACHE;
  if (folder === undefined) return make();
  const path = join(folder, `${key.slice(0, 16)}.f32`);
  if (existsSync(path)) {
    const { buffer, byteOffset, byteLength } = readFileSync(path);
    return new Float32Array(buffer, byteOffset, byteLength / 4);
  }
  const made = await make();
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, new Uint8Array(made.buffer, made.byteOffset, made.byteLength));
  return made;
}

/** Each as a stroke of its own, numbered by its place. */
function everyPixel({ widthPx }: WindowPlan, truth: Uint8Array): WindowSites["sites"] {
  return [...truth.keys()]
    .filter((pixel) => truth[pixel] !== NOTHING || pixel % 3 === 0)
    .map((pixel) => ({ col: pixel % widthPx, row: Math.floor(pixel / widthPx), stroke: pixel }));
}

async function readTruth({ truth, groupOf }: BenchScene, { grid }: WindowPlan): Promise<Uint8Array> {
  await openFile(truth);
  const raster: RasterSource = await openRasterFile(truth);
  const { widthPx, heightPx, bands } = raster.facts;
  const read = await raster.read({
    rect: { col: 0, row: 0, widthPx, heightPx },
    bands: bands.map(({ index }) => index),
  });
  raster.close();
  return Uint8Array.from({ length: grid.widthPx * grid.heightPx }, (_, pixel) => {
    const col = Math.min(widthPx - 1, Math.floor(((pixel % grid.widthPx) + 0.5) * grid.scale));
    const row = Math.min(heightPx - 1, Math.floor((Math.floor(pixel / grid.widthPx) + 0.5) * grid.scale));
    return groupOf(read.bands.map((band) => band[row * widthPx + col]!));
  });
}

/** Class of every pixel with a truth, in the truth's classes. */
function mapOf({ shape, samples, truth, members }: Ground, head: TaughtHead): Uint8Array {
  const length = sampleLength(shape);
  const groupOf = Uint8Array.from({ length: head.classes }, (_, id) => members.findIndex((ids) => ids.includes(id)));
  const logits = new Float64Array(head.classes);
  return truth.map((wanted, pixel) => {
    if (wanted === NOTHING) return NOTHING;
    applyHead(head, shape, samples, pixel * length, logits);
    return groupOf[largest(logits)]!;
  });
}

function largest(values: ArrayLike<number>): number {
  let best = 0;
  for (let at = 1; at < values.length; at++) if (values[at]! > values[best]!) best = at;
  return best;
}

/** Of the truth, a class that the model lacks counted. */
function classCountOf({ shape, members }: Ground): number {
  return Math.max(shape.oldClasses, ...members.flat().map((id) => id + 1));
}

/** Mean IoU of the classes that the truth has, or the IoU of the class that the model lacks. */
function meanIou({ shape, truth, members }: Ground, map: Uint8Array): number {
  const [both, either, there] = [0, 1, 2].map(() => new Float64Array(members.length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (const [pixel, wanted] of truth.entries()) {
    if (wanted === NOTHING) continue;
    const found = map[pixel]!;
    there[wanted]!++;
    either[wanted]!++;
    if (found === wanted) both[wanted]!++;
    else if (found < members.length) either[found]!++;
  }
  const isNew = (group: number) => members[group]![0] === shape.oldClasses;
  const known = [...members.keys()];
  const asked = known.some(isNew) ? known.filter(isNew) : known;
  const ids = asked.filter((id) => there[id]! > 0);
  return ids.reduce((sum, id) => sum + both[id]! / either[id]!, 0) / ids.length;
}

/** A stroke is 25 px long and 5 wide, and keeps inside its class, as an analyst would. */
const [LENGTH_PX, WIDTH_PX] = [25, 5];

interface BenchStroke {
  readonly classId: number;
  readonly pixels: readonly number[];
}

/** In the box with the most wrong pixels of the class; anywhere in the class where none is wrong. */
function strokeAt(
  ground: Ground,
  map: Uint8Array,
  wanted: number,
  seed: number,
  taken: ReadonlySet<number>,
): BenchStroke | null {
  const { truth, plan } = ground;
  const { widthPx, heightPx } = plan;
  const isFree = (pixel: number) => truth[pixel] === wanted && !taken.has(pixel);
  const boxes = new Map<number, number[]>();
  let most = 0;
  const box = (pixel: number) =>
    Math.floor(Math.floor(pixel / widthPx) / LENGTH_PX) * widthPx + Math.floor((pixel % widthPx) / LENGTH_PX);
  for (const pixel of truth.keys()) {
    if (!isFree(pixel) || map[pixel] === wanted) continue;
    const list = boxes.get(box(pixel)) ?? [];
    boxes.set(box(pixel), list);
    list.push(pixel);
    most = Math.max(most, list.length);
  }
  const worst = [...boxes.values()].filter((list) => list.length >= 0.8 * most);
  const candidates = most > 0 ? worst[noise(seed, 1) % worst.length]! : [...truth.keys()].filter(isFree);
  if (candidates.length === 0) return null;
  const middle = candidates[noise(seed, 2) % candidates.length]!;
  const angle = (Math.PI * (noise(seed, 3) % 360)) / 180;
  const [x, y] = [(middle % widthPx) + 0.5, Math.floor(middle / widthPx) + 0.5];
  const [dx, dy] = [(Math.cos(angle) * LENGTH_PX) / 2, (Math.sin(angle) * LENGTH_PX) / 2];
  const shape = {
    kind: "line",
    points: [
      [x - dx, y - dy],
      [x + dx, y + dy],
    ],
    widthMetres: WIDTH_PX,
  } as const;
  const pixels = strokePixels({ shape }, { widthPx, heightPx, pixelSizeMetres: 1, toPixel: (point) => point }).filter(
    isFree,
  );
  return { classId: likelyMember(ground, pixels, wanted), pixels };
}

/** Of the model's classes that stand for a truth class, the one the old head finds likeliest. */
function likelyMember({ shape, samples, members }: Ground, pixels: readonly number[], group: number): number {
  if (members[group]![0] === shape.oldClasses) return shape.oldClasses;
  const from = valuesOf(shape);
  const sum = (id: number) => pixels.reduce((all, pixel) => all + samples[pixel * sampleLength(shape) + from + id]!, 0);
  return members[group]!.reduce((best, id) => (sum(id) > sum(best) ? id : best));
}

function headOf(ground: Ground, strokes: readonly BenchStroke[], settings: LearnSettings) {
  const { shape, plan, samples } = ground;
  const length = sampleLength(shape);
  const sites = planSamples(
    strokes.map(({ pixels }) => pixels),
    plan,
  ).flatMap((window) => window.sites);
  const chosen = new Float32Array(sites.length * length);
  const strokeOf = new Int32Array(sites.length);
  let count = 0;
  for (const { col, row, stroke } of sites) {
    const pixel = row * plan.widthPx + col;
    const sample = samples.subarray(pixel * length, (pixel + 1) * length);
    // Pixels without a truth were thinned.
    if (stroke === NO_STROKE && sample.every((value) => value === 0)) continue;
    chosen.set(sample, count * length);
    strokeOf[count++] = stroke;
  }
  return learn(
    {
      shape,
      classes: classCountOf(ground),
      samples: chosen.slice(0, count * length),
      strokeOf: strokeOf.slice(0, count),
      classOfStroke: strokes.map(({ classId }) => classId),
    },
    { settings },
  );
}

/** What the same kind of head reaches with the whole truth: 6000 pixels of it, each a stroke's sample. */
async function fittedToAll(ground: Ground): Promise<number> {
  const { truth, shape, samples } = ground;
  const known = [...truth.keys()].filter((pixel) => truth[pixel] !== NOTHING);
  const drawn = known
    .map((pixel) => [noise(5, pixel), pixel] as const)
    .sort(([a], [b]) => a - b)
    .slice(0, 6000)
    .map(([, pixel]) => pixel);
  const length = sampleLength(shape);
  const chosen = new Float32Array(drawn.length * length);
  for (const [at, pixel] of drawn.entries())
    chosen.set(samples.subarray(pixel * length, (pixel + 1) * length), at * length);
  const { head } = await learn(
    {
      shape,
      classes: classCountOf(ground),
      samples: chosen,
      strokeOf: Int32Array.from(drawn.keys()),
      classOfStroke: drawn.map((pixel) => likelyMember(ground, [pixel], truth[pixel]!)),
    },
    { settings: { ...LEARN_SETTINGS, ...FITTED } },
  );
  return meanIou(ground, mapOf(ground, head));
}

/** Every pixel counts the same, nothing pulls back. */
const FITTED = { decay: 1e-5, elsewhere: 0, isBalanced: false, mostFolds: 0, units: 0 } as const;

const [models = "emsnet", scenes = "burgundy,poitou,sample", rounds = "5", seeds = "3"] = process.argv.slice(2);
const variants = JSON.parse(process.env.NADIR_TEACH_VARIANTS ?? "[{}]") as readonly Partial<LearnSettings>[];
for (const scene of scenes.split(",")) {
  for (const model of models.split(",")) {
    const ground = await openGround(`models/zoo/${model}.nadir.json`, sceneNamed(scene));
    const zeroMap = mapOf(ground, emptyHead(ground.shape.oldClasses, valuesOf(ground.shape)));
    const zeroShot = meanIou(ground, zeroMap);
    const all = await fittedToAll(ground);
    for (const variant of variants) {
      for (let seed = 0; seed < Number(seeds); seed++) {
        const strokes: BenchStroke[] = [];
        const taken = new Set<number>();
        const after: number[] = [];
        let [map, ms, kept] = [zeroMap, 0, 0];
        for (let round = 0; round < Number(rounds); round++) {
          for (const group of ground.members.keys()) {
            const stroke = strokeAt(ground, map, group, seed * 1000 + round * 10 + group, taken);
            if (stroke === null || stroke.pixels.length === 0) continue;
            strokes.push(stroke);
            for (const pixel of stroke.pixels) taken.add(pixel);
          }
          const started = process.cpuUsage();
          const lesson = await headOf(ground, strokes, { ...LEARN_SETTINGS, ...variant });
          ms = Math.max(ms, process.cpuUsage(started).user / 1000);
          if (lesson.keptBecause !== null) kept++;
          console.error(
            lesson.keptBecause,
            JSON.stringify(lesson.scores.map((x) => [x.classId, x.strokes, x.old?.toFixed(2), x.taught?.toFixed(2)])),
          );
          // As on the page: where the old head was kept there is no new version, and the map before stays.
          if (lesson.keptBecause === null) map = mapOf(ground, lesson.head);
          after.push(meanIou(ground, map));
        }
        const rounded = (value: number) => Math.round(value * 1000) / 1000;
        console.log(
          JSON.stringify({
            scene,
            model,
            variant,
            seed,
            zeroShot: rounded(zeroShot),
            after: after.map(rounded),
            all: rounded(all),
            kept,
            slowestCpuMs: Math.round(ms),
          }),
        );
      }
    }
  }
}
