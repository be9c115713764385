/** The strokes of the studio as a file has them: each with its photo and, where its class is new, the class's colour. */
import type { Stroke } from "../../core/vector/stroke";
import type { SceneRecord } from "../../store/scenes";
import { strokesOf } from "../../store/strokes";
import type { StudioState } from "../../store/studio-store";
import type { StrokesFile } from "../../teaching/strokes";

/** Their EPSG code is said where all scenes have the same. */
export function strokesToSave({ strokes }: Pick<StudioState, "strokes">, records: readonly SceneRecord[]): StrokesFile {
  const codes = new Set(records.map(({ scene }) => scene.optical.facts.crs?.epsg ?? null));
  const [epsg = null] = codes.size === 1 ? codes : [];
  return {
    epsg,
    strokes: records.flatMap(({ scene }) =>
      strokesOf(strokes, scene.id).map(({ stroke }) => ({
        ...withColour(strokes, stroke),
        scene: scene.optical.facts.fileName,
      })),
    ),
  };
}

function withColour({ newClasses }: StudioState["strokes"], stroke: Stroke): Stroke {
  const colour = newClasses.find(({ name }) => name === stroke.className)?.colour;
  return colour === undefined ? stroke : { ...stroke, colour };
}
