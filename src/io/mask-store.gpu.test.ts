/** The mask store in a real browser's private file system (it needs no GPU; this is the suffix of browser tests). */
import { afterAll, expect, test } from "vitest";
import { createMaskStore, listMaskStores, openMaskStore } from "./mask-store";
import { openRaster } from "./open-raster";

const worker = new Worker(new URL("../testing/mask-store.worker.ts", import.meta.url), { type: "module" });
afterAll(() => worker.terminate());

function ask(message: unknown): Promise<{ ok: boolean; storeKind?: string; message?: string; blob?: Blob }> {
  return new Promise((resolve) => {
    worker.addEventListener("message", ({ data }) => resolve(data), { once: true });
    worker.postMessage(message);
  });
}

test("a worker writes, the page reads at once; unwritten pixels are 255; it survives closing and is gone when deleted", async () => {
  const id = "browser-test";
  expect(await ask({ kind: "create", id, widthPx: 10, heightPx: 6 })).toEqual({ ok: true, storeKind: "opfs" });
  const values = Uint8Array.from({ length: 20 }, (_, at) => at);
  expect((await ask({ kind: "write", rows: { col: 0, row: 1, widthPx: 10, heightPx: 2, values } })).ok).toBe(true);

  const reader = (await openMaskStore(id, 10, 6))!;
  expect(reader.kind).toBe("opfs");
  expect([...(await reader.read({ col: 0, row: 1, widthPx: 10, heightPx: 2 }))]).toEqual([...values]);
  expect([...(await reader.read({ col: 8, row: 0, widthPx: 2, heightPx: 3 }))]).toEqual([255, 255, 8, 9, 18, 19]);

  const piece = Uint8Array.of(7, 8, 9, 0);
  expect((await ask({ kind: "write", rows: { col: 3, row: 4, widthPx: 2, heightPx: 2, values: piece } })).ok).toBe(
    true,
  );
  expect([...(await reader.read({ col: 2, row: 4, widthPx: 4, heightPx: 2 }))]).toEqual([
    255, 7, 8, 255, 255, 9, 0, 255,
  ]);
  await ask({ kind: "close" });
  expect([...(await reader.read({ col: 3, row: 5, widthPx: 2, heightPx: 1 }))]).toEqual([9, 0]);
  expect(await listMaskStores()).toContain(id);

  await reader.delete();
  expect(await openMaskStore(id, 10, 6)).toBeNull();
  expect(await listMaskStores()).not.toContain(id);
});

test("creating a store again empties it", async () => {
  await ask({ kind: "create", id: "again", widthPx: 2, heightPx: 1 });
  await ask({ kind: "write", rows: { col: 0, row: 0, widthPx: 2, heightPx: 1, values: Uint8Array.of(1, 2) } });
  await ask({ kind: "close" });
  const fresh = await createMaskStore("again", 2, 1);
  expect([...(await fresh.read({ col: 0, row: 0, widthPx: 2, heightPx: 1 }))]).toEqual([255, 255]);
  await fresh.delete();
});

test("an export lies in the private file system and is a good GeoTIFF when it comes out", async () => {
  const { ok, blob } = await ask({ kind: "export", widthPx: 1300, heightPx: 700 });
  expect(ok).toBe(true);
  expect(blob!.type).toBe("image/tiff");
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("exports");
  const kept: string[] = [];
  for await (const name of folder.keys()) kept.push(name);
  expect(kept).toHaveLength(1);
  const source = await openRaster({ file: new File([blob!], "map.tif") });
  expect(source.facts.levels.map(({ widthPx }) => widthPx)).toEqual([1300, 650, 325]);
  const { bands } = await source.read({ rect: { col: 1200, row: 600, widthPx: 100, heightPx: 100 }, bands: [0] });
  expect(bands[0]!.every((value) => value === 1)).toBe(true);
});
