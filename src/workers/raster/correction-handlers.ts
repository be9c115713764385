/** Masks are corrected. */
import { correctMask, placeEdit } from "../../core/correction/correct-mask";
import { readEdits } from "../../core/correction/edits-file";
import { photoGrid } from "../../core/vector/stroke-on-photo";
import { findChangedPieces } from "../../teaching/changed-pieces";
import type { Calls, RasterWorker } from "./opened-rasters";

/** Calls for corrections by hand. */
export function correctionHandlers({
  rasters,
  masks,
}: RasterWorker): Calls<"readEdits" | "correctMask" | "changedPieces"> {
  return {
    readEdits: ({ file }) => readEdits(file, file.name),

    async correctMask({ ownId, fromId, correctedId, opticalId, edits, classes }, { signal }) {
      const { facts } = rasters.find(opticalId).source;
      const size = { widthPx: facts.widthPx, heightPx: facts.heightPx };
      const own = await masks.reader(ownId, size);
      const from = fromId === ownId ? own : await masks.reader(fromId, size);
      const placed = edits.map((edit) => placeEdit(edit, photoGrid(facts), classes));
      return masks.derive([correctedId], size, ([sink]) =>
        correctMask(from, own, placed, (rows) => sink!.writeRows(rows), signal),
      );
    },

    async changedPieces({ ownId, correctedId, opticalId }, { signal }) {
      const { facts } = rasters.find(opticalId).source;
      return findChangedPieces(await masks.reader(ownId, facts), await masks.reader(correctedId, facts), signal);
    },
  };
}
