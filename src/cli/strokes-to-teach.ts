/** What a model is taught by: strokes of a file, pieces of a truth, or both, in the map coordinates of the photo. */
import { closingAll } from "../core/closing";
import type { RasterSource } from "../core/raster/raster";
import type { Stroke } from "../core/vector/stroke";
import { photoGrid, shapeOnMap } from "../core/vector/stroke-on-photo";
import { strokesInCrs } from "../io/strokes-in-crs";
import type { StrokesFile } from "../teaching/strokes";
import { drawTruthPieces } from "../teaching/truth-pieces";
import { type CommandIo, printNotes } from "./command-io";
import { openRasterFile } from "./file-blob";
import { readLabels, truthTable } from "./read-labels";
import type { TruthShare } from "./teach-options";
import { withTemporaryFolder } from "./temporary-folder";

/** @throws {NadirError} As reading the truth does. */
export async function strokesToTeach(
  file: StrokesFile | null,
  truth: TruthShare | null,
  optical: RasterSource,
  io: CommandIo,
): Promise<StrokesFile> {
  const epsg = optical.facts.crs?.epsg ?? null;
  const named = await strokesInCrs(file ?? { strokes: [], epsg }, optical.facts.crs);
  return truth === null
    ? named
    : { ...named, strokes: [...named.strokes, ...(await truthStrokes(truth, optical, io))] };
}

function truthStrokes({ path, share, scheme }: TruthShare, optical: RasterSource, io: CommandIo): Promise<Stroke[]> {
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
