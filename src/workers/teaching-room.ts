/** Teaching in the engine: a session of the base and its windows are kept from one round of strokes to the next. */
import { closingAll, type Keep } from "../core/closing";
import { NadirError, type NadirErrorFacts } from "../core/errors";
import type { RunProgress } from "../core/run/run-settings";
import type { ModelFiles } from "../inference/backend";
import { disagreementAt } from "../inference/disagreement-at";
import { readModel } from "../inference/model-bytes";
import {
  goldenAgain,
  type OpenSession,
  openTeacher,
  type TaughtModel,
  type Teacher,
  teachModel,
} from "../inference/teach-model";
import { WindowCache } from "../inference/window-cache";
import { bandStatistics } from "../io/raster-statistics";
import { findHead } from "../teaching/find-head";
import type { FitHeads } from "../teaching/learn";
import type { DisagreementQuestion, EngineHandlers, EngineTeachRequest } from "./engine-protocol";
import { openScene } from "./open-scene";
import type { CallContext } from "./rpc";

/** What teaching runs on. */
export interface TeachingMachine {
  /** A network on the CPU, one window per call. */
  readonly openSession: OpenSession;
  /** Fits the heads of a lesson; in the engine itself and one after the other, unless given. */
  readonly fitHeads?: FitHeads;
}

export class TeachingRoom {
  readonly #cache = new WindowCache();
  readonly #machine: TeachingMachine;
  #teacher: Teacher | null = null;

  constructor(machine: TeachingMachine) {
    this.#machine = machine;
  }

  async teach({ files, scenes, ...rest }: EngineTeachRequest, context: CallContext): Promise<TaughtModel> {
    const { signal } = context;
    context.progress(progressAt("loading-model"));
    const teacher = await this.#open(files);
    signal.throwIfAborted();
    return closingAll(async (keep) => {
      const opened = [];
      for (const scene of scenes)
        opened.push({ ...(await this.#openScene(files, scene, keep)), strokes: scene.strokes });
      return teachModel(teacher, {
        ...rest,
        fitHeads: this.#machine.fitHeads,
        scenes: opened,
        signal,
        onWindows: (done, total) => context.progress(progressAt(done < total ? "running" : "learning", done, total)),
      });
    });
  }

  async disagreement(
    { files, scene, heads, samplesSha256, places }: DisagreementQuestion,
    signal: AbortSignal,
  ): Promise<readonly (number | null)[]> {
    const teacher = await this.#open(files);
    if (teacher.samplesSha256 !== samplesSha256) return places.map(() => null);
    return closingAll(async (keep) =>
      disagreementAt(teacher, { ...(await this.#openScene(files, scene, keep)), heads, places, signal }),
    );
  }

  async #openScene({ manifest }: ModelFiles, { key, ...scene }: DisagreementQuestion["scene"], keep: Keep) {
    return {
      settings: scene.settings,
      heights: scene.heights ?? null,
      ...(await openScene(scene, keep)),
      measureBand: bandStatistics,
      known: { cache: this.#cache, key: `${manifest.graph.sha256} ${key} ${JSON.stringify(scene.settings)}` },
    };
  }

  async goldenAgain({
    files,
    recipe,
    stem,
  }: Parameters<EngineHandlers["goldenAgain"]>[0]): Promise<TaughtModel["files"]> {
    return goldenAgain(await this.#open(files), recipe, stem);
  }

  async #open(files: ModelFiles): Promise<Teacher> {
    const { sha256 } = files.manifest.graph;
    if (this.#teacher?.files.manifest.graph.sha256 === sha256) return this.#teacher;
    const previous = this.#teacher;
    this.#teacher = null;
    await previous?.session.release();
    this.#teacher = await openTeacher(files, this.#machine.openSession);
    return this.#teacher;
  }
}

/** Why a model cannot be taught; null when it can. */
export async function teachingFault(files: ModelFiles): Promise<NadirErrorFacts | null> {
  try {
    findHead((await readModel(files)).graph, files.manifest);
    return null;
  } catch (error) {
    if (error instanceof NadirError) return error.facts;
    throw error;
  }
}

function progressAt(stage: RunProgress["stage"], windowsDone = 0, windowsTotal = 0): RunProgress {
  return { windowsDone, windowsTotal, windowsPerSecond: 0, secondsLeft: null, stage };
}
