/** What a model is taught by: strokes of a file, pieces of truths, or both, in the map coordinates of each photo. */
import { closingAll } from "../core/closing";
import type { RasterSource } from "../core/raster/raster";
import type { Stroke } from "../core/vector/stroke";
import { photoGrid, shapeOnMap } from "../core/vector/stroke-on-photo";
import { placeStrokes } from "../evaluation/place-strokes";
import type { StrokesFile } from "../teaching/strokes";
import { drawTruthPieces } from "../teaching/truth-pieces";
import { type CommandIo, printNotes } from "./command-io";
import { openRasterFile } from "./file-blob";
import { readLabels, truthTable } from "./read-labels";
import type { ListedTile } from "./read-tile-list";
import type { TruthShare } from "./teach-options";
import { withTemporaryFolder } from "./temporary-folder";

export interface PhotoToTeach {
  readonly tile: ListedTile;
  readonly optical: RasterSource;
}

export interface PhotoWithStrokes extends PhotoToTeach {
  readonly strokes: readonly Stroke[];
}

interface StrokesRequest {
  /** Null where all come from truths. */
  readonly file: StrokesFile | null;
  /** Of the file. */
  readonly subject: string;
  readonly truth: TruthShare | null;
}

/**
 * @param photos  A stroke belongs to the first that it lies on.
 * @returns The same photos.
 * @throws {NadirError} `bad-strokes` when there is no way from their coordinates to any photo's; as reading a truth does.
 */
export async function strokesToTeach(
  photos: readonly PhotoToTeach[],
  { file, subject, truth }: StrokesRequest,
  io: CommandIo,
): Promise<readonly PhotoWithStrokes[]> {
  const named = photos.map(({ optical }, at) => ({ opticalId: String(at), facts: optical.facts }));
  const { placed, outside } = await placeStrokes(file ?? { strokes: [], epsg: null }, named, subject);
  if (outside > 0) printNotes(io, [`${outside} of the strokes lie on no photo and are left out.`]);
  const found: PhotoWithStrokes[] = [];
  for (const [at, photo] of photos.entries()) {
    const drawn = placed.find(({ opticalId }) => opticalId === String(at))?.strokes ?? [];
    const pieces = truth === null ? [] : await truthStrokes(photo, truth, io);
    found.push({ ...photo, strokes: [...drawn, ...pieces] });
  }
  return found;
}

async function truthStrokes(
  { tile, optical }: PhotoToTeach,
  { share, scheme }: TruthShare,
  io: CommandIo,
): Promise<Stroke[]> {
  const path = tile.truth;
  if (path === undefined) return [];
  return withTemporaryFolder((folder) =>
    closingAll(async (keep) => {
      const labels = keep(await openRasterFile(path));
      const { ids, decoded } = await readLabels(optical, labels, truthTable(labels, scheme, null), folder, io);
      keep(ids);
      const { strokes, pieces } = await drawTruthPieces(ids, share, io.signal);
      printNotes(io, [`${strokes.length} strokes are taken from ${pieces} pieces of the truth.`]);
      const grid = photoGrid(optical.facts);
      const classes = new Map(decoded.classes.map((entry) => [entry.id, entry]));
      return strokes.flatMap(({ classId, shape }) => {
        const said = classes.get(classId);
        return said === undefined
          ? []
          : [{ className: said.name, colour: said.colour, shape: shapeOnMap(shape, grid) }];
      });
    }),
  );
}
