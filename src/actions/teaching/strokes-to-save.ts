/** The strokes of the studio as a file has them: each with its photo and, where its class is new, the class's colour. */
import type { Stroke } from "../../core/vector/stroke";
import type { SceneRecord } from "../../store/scenes";
import { strokesOf } from "../../store/strokes";
import type { StudioState } from "../../store/studio-store";
import { type StrokesFile, strokesFileOf } from "../../teaching/strokes";

export function strokesToSave({ strokes }: Pick<StudioState, "strokes">, records: readonly SceneRecord[]): StrokesFile {
  return strokesFileOf(
    records.map(({ scene }) => ({
      facts: scene.optical.facts,
      strokes: strokesOf(strokes, scene.id).map(({ stroke }) => withColour(strokes, stroke)),
    })),
  );
}

function withColour({ newClasses }: StudioState["strokes"], stroke: Stroke): Stroke {
  const colour = newClasses.find(({ name }) => name === stroke.className)?.colour;
  return colour === undefined ? stroke : { ...stroke, colour };
}
