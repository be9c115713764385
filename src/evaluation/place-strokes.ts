/** Which photo each stroke of a file lies on. One rule for page and command line. */
import type { RasterFacts } from "../core/raster/raster";
import type { Stroke } from "../core/vector/stroke";
import { liesOnPhoto, photoGrid, shapeInPixels } from "../core/vector/stroke-on-photo";
import { wayIntoCrs } from "../io/strokes-in-crs";
import { type StrokesFile, strokesOn } from "../teaching/strokes";

export interface PlacedStrokes {
  /** Photos without a stroke are not among them. */
  readonly placed: readonly { readonly opticalId: string; readonly strokes: readonly Stroke[] }[];
  /** Those that lie on none of the photos. */
  readonly outside: number;
}

/**
 * @param photos  The first has the first choice.
 * @throws {NadirError} `bad-strokes` when there is no way from their coordinate system to that of any photo.
 */
export async function placeStrokes(
  { strokes, epsg }: StrokesFile,
  photos: readonly { readonly opticalId: string; readonly facts: RasterFacts }[],
  subject: string,
): Promise<PlacedStrokes> {
  const placed: { opticalId: string; strokes: Stroke[] }[] = [];
  let left = strokes;
  let ways = 0;
  for (const { opticalId, facts } of photos) {
    const move = await wayIntoCrs(epsg, facts.crs);
    if (move === null) continue;
    ways += 1;
    const grid = photoGrid(facts);
    const here: Stroke[] = [];
    left = left.filter((stroke) => {
      const { scene = facts.fileName } = stroke;
      const onMap = scene === facts.fileName ? move(stroke) : null;
      const isHere = onMap !== null && liesOnPhoto(shapeInPixels(onMap.shape, grid), facts);
      if (isHere) here.push(onMap);
      return !isHere;
    });
    if (here.length > 0) placed.push({ opticalId, strokes: here });
  }
  // Refused by the name of the system.
  if (ways === 0 && photos[0] !== undefined) strokesOn({ strokes, epsg }, photos[0].facts, subject);
  return { placed, outside: left.length };
}
