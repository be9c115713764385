/**
 * A model taught by strokes, from its files and scenes to what it is saved as: the order of steps for page and command
 * line. Samples are gathered scene by scene and learnt from all together.
 */
import type { CancelSignal } from "../core/cancel";
import { NadirError } from "../core/errors";
import { groundSamplingDistanceMetres } from "../core/georef/ground-sampling-distance";
import { loadOnce } from "../core/load-once";
import type { ModelManifest } from "../core/manifest/manifest";
import type { RasterFacts } from "../core/raster/raster";
import { photoGrid } from "../core/vector/stroke-on-photo";
import { appendHead, samplesManifest, showSamples } from "../teaching/compose";
import { type FoundHead, findHead } from "../teaching/find-head";
import type { SampleShape, TaughtHead } from "../teaching/head";
import { type FitHeads, type Lesson, learn } from "../teaching/learn";
import { NO_STROKE } from "../teaching/plan-samples";
import { formatStrokes, type StrokesFile } from "../teaching/strokes";
import { type TaughtClasses, taughtClasses } from "../teaching/taught-classes";
import { taughtManifest } from "../teaching/taught-manifest";
import type { ModelFiles, NetworkSession } from "./backend";
import { type GatheredSamples, type GatherRequest, gatherSamples } from "./gather-samples";
import { type ModelBytes, readModel, sha256Hex } from "./model-bytes";
import { formatGolden, type SampledGolden, sampleGolden, type TaughtGolden, taughtGolden } from "./taught-golden";

/** A base model, and a session of it that gives samples. */
export interface Teacher {
  readonly files: ModelFiles;
  readonly bytes: ModelBytes;
  readonly head: FoundHead;
  readonly shape: SampleShape;
  readonly session: NetworkSession;
  /** Null where the base has none. */
  readonly golden: () => Promise<SampledGolden | null>;
  /** Of the nodes that give samples: a head of other samples says nothing of these. */
  readonly samplesSha256: string;
}

/** All that the golden pair of a taught model is made of besides its base. */
export interface GoldenRecipe {
  readonly head: TaughtHead;
  readonly samplesSha256: string;
}

export type SceneToTeach = Pick<
  GatherRequest,
  "optical" | "auxiliary" | "heights" | "measureBand" | "settings" | "strokes" | "known"
>;

export interface TeachRequest {
  readonly scenes: readonly SceneToTeach[];
  /** As they are saved beside the model: those of all scenes. */
  readonly strokes: StrokesFile;
  /** Of the files, and the model's id. */
  readonly stem: string;
  readonly name: string;
  /** As in 2026-11-29. */
  readonly date: string;
  /** Where heads are fitted: here, unless given. */
  readonly fitHeads?: FitHeads | undefined;
  readonly signal?: CancelSignal;
  /** Told as windows are taken; at the end once more, when all there is left to do is to learn. */
  readonly onWindows?: (done: number, total: number) => void;
}

export interface TaughtModel {
  readonly manifest: ModelManifest;
  readonly classes: TaughtClasses["classes"];
  readonly lesson: Omit<Lesson, "head" | "committee">;
  /** What stands behind the base's bytes in its graph. */
  readonly appended: Uint8Array;
  /** By name: strokes and golden pair. With graph, manifest and the base's external data they are the model. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly recipe: GoldenRecipe;
  readonly committee: Lesson["committee"];
  readonly notes: readonly string[];
}

/** Loads a network on the CPU, one window per call. */
export type OpenSession = (manifest: ModelManifest, bytes: ModelBytes) => Promise<NetworkSession>;

/** @throws {NadirError} `bad-model` when the graph cannot be taught. */
export async function openTeacher(files: ModelFiles, openSession: OpenSession): Promise<Teacher> {
  const { manifest } = files;
  const bytes = await readModel(files);
  const head = findHead(bytes.graph, manifest);
  const shown = showSamples(bytes.graph, manifest, head);
  const session = await openSession(samplesManifest(manifest, shown.shape), { ...bytes, graph: shown.bytes });
  const samplesSha256 = await sha256Hex(shown.bytes.slice(bytes.graph.length));
  const golden = loadOnce(() => sampleGolden(files, session));
  return { files, bytes, head, shape: shown.shape, session, golden, samplesSha256 };
}

/** @throws {NadirError} As a run would, or `bad-strokes` when none covers a pixel. @throws AbortError on cancel. */
export async function teachModel(teacher: Teacher, request: TeachRequest): Promise<TaughtModel> {
  const { files, bytes, head: found, shape, samplesSha256 } = teacher;
  const base = files.manifest;
  const strokes = request.scenes.flatMap((scene) => scene.strokes);
  const { classes, classOfStroke } = taughtClasses(base.classes, strokes);
  const gathered = await gatherAll(teacher, request);
  const lost = unseenNotes(gathered, request);
  const { samples, strokeOf } = gathered;
  const set = { shape, classes: classes.length, samples, strokeOf, classOfStroke };
  const { head, committee, ...lesson } = await learn(set, request);
  const graph = appendHead(bytes.graph, base, found, shape, head);
  const golden = await goldenOf(teacher, head);
  const names = taughtFileNames(request.stem);
  const manifest = taughtManifest(base, {
    id: request.stem,
    name: request.name,
    classes,
    lesson: { ...lesson, head },
    strokes: strokes.length,
    strokesFile: names.strokes,
    scenes: request.scenes.map(({ optical }) => optical.facts.fileName),
    date: request.date,
    graph: { file: names.graph, sha256: await sha256Hex(graph), bytes: graph.length },
    golden: golden && { file: names.golden, tolerance: golden.tolerance },
  });
  return {
    manifest,
    classes,
    lesson,
    appended: graph.slice(bytes.graph.length),
    files: {
      [names.strokes]: formatStrokes(request.strokes),
      ...goldenFiles(golden, request.stem),
    },
    recipe: { head, samplesSha256 },
    committee,
    notes: [
      ...gathered.notes,
      ...lost,
      ...(golden === null ? ["The base has no golden pair, so this model has none."] : []),
    ],
  };
}

/**
 * The golden pair once more, as `teachModel` made it.
 *
 * @returns None where the base has none, or gives other samples than it did then.
 */
export async function goldenAgain(
  teacher: Teacher,
  { head, samplesSha256 }: GoldenRecipe,
  stem: string,
): Promise<TaughtModel["files"]> {
  return samplesSha256 === teacher.samplesSha256 ? goldenFiles(await goldenOf(teacher, head), stem) : {};
}

async function goldenOf({ files, golden, shape }: Teacher, head: TaughtHead): Promise<TaughtGolden | null> {
  const sampled = await golden();
  return sampled && taughtGolden(files.manifest, sampled, shape, head);
}

function goldenFiles(golden: TaughtGolden | null, stem: string): TaughtModel["files"] {
  if (golden === null) return {};
  const names = taughtFileNames(stem);
  const { json, bin } = formatGolden(golden, names.goldenValues);
  return { [names.golden]: json, [names.goldenValues]: bin };
}

/** Of the files of a taught model. */
export function taughtFileNames(stem: string) {
  return {
    graph: `${stem}.onnx`,
    manifest: `${stem}.nadir.json`,
    strokes: `${stem}.strokes.geojson`,
    golden: `${stem}.golden.json`,
    goldenValues: `${stem}.golden.bin`,
  };
}

type Gathered = Pick<GatheredSamples, "samples" | "strokeOf" | "notes">;

/** Strokes of all scenes are numbered through. */
async function gatherAll(
  { files, shape, session }: Teacher,
  { scenes, signal, onWindows }: TeachRequest,
): Promise<Gathered> {
  const parts: Gathered[] = [];
  const counts = scenes.map(() => ({ done: 0, total: 0 }));
  let first = 0;
  for (const [at, scene] of scenes.entries()) {
    const { facts } = scene.optical;
    const metres = groundSamplingDistanceMetres(facts);
    const gathered = await gatherSamples({
      ...scene,
      manifest: files.manifest,
      shape,
      session,
      ...(signal !== undefined && { signal }),
      toPixel: photoGrid(facts).toPixel,
      pixelSizeMetres: metres ?? 1,
      onWindows(done, total) {
        counts[at] = { done, total };
        onWindows?.(sum(counts.map((count) => count.done)), sum(counts.map((count) => count.total)));
      },
    });
    const offset = first;
    parts.push({
      samples: gathered.samples,
      strokeOf: gathered.strokeOf.map((stroke) => (stroke === NO_STROKE ? NO_STROKE : stroke + offset)),
      notes: [...(metres === null ? [unknownScale(facts)] : []), ...gathered.notes],
    });
    first += scene.strokes.length;
  }
  return {
    samples: joined(parts.map(({ samples }) => samples)),
    strokeOf: Int32Array.from(parts.flatMap(({ strokeOf }) => [...strokeOf])),
    notes: [...new Set(parts.flatMap(({ notes }) => notes))],
  };
}

function unknownScale({ fileName }: RasterFacts): string {
  return `${fileName} has no known pixel size: widths of strokes are pixels.`;
}

/** Strokes that gave no samples are told; where none gave any there is nothing to learn. */
function unseenNotes({ strokeOf }: Gathered, { scenes }: TeachRequest): string[] {
  const strokes = scenes.flatMap((scene) => scene.strokes);
  const seen = new Set(strokeOf);
  const lost = [...strokes.keys()].filter((stroke) => !seen.has(stroke));
  if (lost.length < strokes.length) {
    return lost.map(
      (at) => `Stroke ${at + 1} (${strokes[at]!.className}) covers no pixel of its own and was left out.`,
    );
  }
  throw new NadirError({
    code: "bad-strokes",
    subject: scenes.map(({ optical }) => optical.facts.fileName).join(", "),
    found: "No stroke covers a pixel of the orthophoto.",
    needed: "Strokes that lie on it, in its map coordinates, are needed.",
    next: "Give the orthophoto they belong to.",
  });
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(sum(parts.map(({ length }) => length)));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
