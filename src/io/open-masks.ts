/** The worker's access to the mask store: readers by id, kept open for the next tile; writers for masks made here. */
import type { GridSize } from "../core/raster/tile-grid";
import {
  createMaskStore,
  listMaskStores,
  type MaskReader,
  type MaskStore,
  maskStoreBytes,
  openMaskStore,
} from "./mask-store";

const COPIED_BYTES = 1 << 22;

const open = new Map<string, MaskStore>();

/** @throws AbortError when the mask was deleted meanwhile. */
export async function maskReader(maskId: string, { widthPx, heightPx }: GridSize): Promise<MaskReader> {
  let store = open.get(maskId) ?? null;
  if (store === null) {
    store = await openMaskStore(maskId, widthPx, heightPx);
    if (store === null) {
      throw new DOMException(`mask ${maskId} was deleted`, "AbortError");
    }
    open.set(maskId, store);
  }
  return store;
}

/** A new mask; readable once it is closed. */
export async function writeMask(maskId: string, { widthPx, heightPx }: GridSize): Promise<MaskStore> {
  await open.get(maskId)?.close();
  const store = await createMaskStore(maskId, widthPx, heightPx);
  open.set(maskId, store);
  return store;
}

export async function deleteMask(maskId: string, size: GridSize): Promise<void> {
  const store = open.get(maskId) ?? (await openMaskStore(maskId, size.widthPx, size.heightPx));
  open.delete(maskId);
  await store?.delete();
}

/** Deletes every mask that is not among `masks` and whose name holds none of `owners`; returns how many. */
export async function deleteMasksExcept(owners: readonly string[], masks: readonly string[]): Promise<number> {
  const left = (await listMaskStores()).filter(
    (id) => !masks.includes(id) && !owners.some((name) => id.includes(name)),
  );
  for (const id of left) {
    // The size does not matter for deleting.
    await (await openMaskStore(id, 1, 1))?.delete();
  }
  return left.length;
}

/** True when masks of these names and of this size are in the store. */
export async function hasMasks(maskIds: readonly string[], { widthPx, heightPx }: GridSize): Promise<boolean> {
  const bytes = await Promise.all(maskIds.map(maskStoreBytes));
  return bytes.every((count) => count === widthPx * heightPx);
}

/** The same pixels under another name. */
export async function copyMask(fromId: string, toId: string, size: GridSize): Promise<void> {
  const from = await maskReader(fromId, size);
  const to = await writeMask(toId, size);
  const rowsAtOnce = Math.max(1, Math.floor(COPIED_BYTES / size.widthPx));
  for (let row = 0; row < size.heightPx; row += rowsAtOnce) {
    const rect = { col: 0, row, widthPx: size.widthPx, heightPx: Math.min(rowsAtOnce, size.heightPx - row) };
    await to.sink.writeRows({ ...rect, values: await from.read(rect) });
  }
  await to.close();
}
