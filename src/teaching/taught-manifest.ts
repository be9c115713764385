/** The manifest of a taught model: what it was made from, and everything else as in its base. */
import type { ModelClass, ModelManifest } from "../core/manifest/manifest";
import { fullOutput, TAUGHT_OUTPUT } from "./compose";
import type { Lesson } from "./learn";

export interface TaughtFacts {
  readonly id: string;
  readonly name: string;
  /** Those that the strokes name among them; a head that was kept has none of those. */
  readonly classes: readonly ModelClass[];
  readonly lesson: Omit<Lesson, "committee">;
  readonly strokes: number;
  readonly strokesFile: string | null;
  readonly scenes: readonly string[];
  /** As in 2026-11-29. */
  readonly date: string;
  readonly graph: { readonly file: string; readonly sha256: string; readonly bytes: number };
  readonly golden: ModelManifest["golden"];
}

export function taughtManifest(base: ModelManifest, facts: TaughtFacts): ModelManifest {
  const { id, name, classes, lesson, strokes, strokesFile, scenes, date, graph, golden } = facts;
  const taughtOn = `${strokes} ${strokes === 1 ? "stroke" : "strokes"} on ${scenes.join(", ")}`;
  const before = base.trainedOn === undefined ? "" : ` Before that: ${base.trainedOn}`;
  return {
    ...base,
    id,
    name,
    version: date,
    description: `${base.name}, taught by ${taughtOn} on ${date}.`,
    trainedOn: `Its last layer was taught by ${taughtOn}.${before}`,
    // Those of the base say nothing of this head.
    limits: undefined,
    scores: [],
    graph: { ...base.graph, ...graph },
    output: fullOutput(base, TAUGHT_OUTPUT, lesson.head.classes),
    classes: classes.slice(0, lesson.head.classes),
    golden,
    taught: {
      base: { id: base.id, name: base.name, sha256: base.graph.sha256 },
      date,
      scenes: [...scenes],
      strokes,
      strokesFile,
      head: lesson.kind,
      leftOut: lesson.scores.map(({ classId, strokes: count, old, taught }) => ({
        class: classes[classId]!.name,
        strokes: count,
        old,
        taught,
      })),
    },
  };
}
