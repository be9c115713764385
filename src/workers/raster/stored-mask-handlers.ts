/** Masks in the store: kept, copied, checked, deleted. */
import { requireWritten } from "../../core/run/written-pixels";
import { cleanStored } from "../../evaluation/clean-run";
import type { Calls, RasterWorker } from "./opened-rasters";

/** Calls that look after stored masks. */
export function storedMaskHandlers({
  masks,
}: RasterWorker): Calls<
  "storage" | "listMasks" | "hasMasks" | "checkMasks" | "cleanMask" | "copyMasks" | "deleteMasks"
> {
  return {
    storage: () => masks.kind(),
    listMasks: () => masks.list(),
    hasMasks: ({ maskIds, size }) => masks.has(maskIds, size),
    async checkMasks({ maskIds, size, written }) {
      for (const [index, maskId] of maskIds.entries()) {
        const which = index === 0 ? "classIds" : "confidence";
        await requireWritten(await masks.reader(maskId, size), written, which, `result ${maskId}`);
      }
    },
    cleanMask: ({ from, to, size, cleaning }, { signal, progress }) =>
      cleanStored(masks, from, to, size, cleaning, signal, progress),
    async copyMasks({ pairs, size }) {
      for (const { from, to } of pairs) {
        await masks.copy(from, to, size);
      }
    },
    deleteMasks: ({ maskIds }) => masks.delete(maskIds),
  };
}
