/** Masks in a real browser's private file system (it needs no GPU; this is the suffix of browser tests). */
import { afterAll, expect, test } from "vitest";
import type { KeepingHandlers } from "../testing/mask-store.worker";
import { createClient } from "../workers/rpc";
import { findMaskPlace } from "./mask-store";
import { openRaster } from "./open-raster";

const keeper = createClient<KeepingHandlers>(
  new Worker(new URL("../testing/mask-store.worker.ts", import.meta.url), { type: "module" }),
);
afterAll(() => keeper.dispose());

test("a worker writes, the page reads at once; unwritten pixels are 255; it survives closing and is gone when deleted", async () => {
  const maskId = "browser-test";
  const size = { widthPx: 10, heightPx: 6 };
  expect(await keeper.call("kind", undefined as never)).toBe("opfs");
  await keeper.call("open", { maskId, size, goOn: null });
  const values = Uint8Array.from({ length: 20 }, (_, at) => at);
  await keeper.call("writeRows", { maskId, rows: { col: 0, row: 1, widthPx: 10, heightPx: 2, values } });

  const place = await findMaskPlace();
  const reader = (await place.open(maskId, size))!;
  expect([...(await reader.read({ col: 0, row: 1, widthPx: 10, heightPx: 2 }))]).toEqual([...values]);
  expect([...(await reader.read({ col: 8, row: 0, widthPx: 2, heightPx: 3 }))]).toEqual([255, 255, 8, 9, 18, 19]);
  expect(await place.open(maskId, { widthPx: 10, heightPx: 5 })).toBeNull();

  const piece = { col: 3, row: 4, widthPx: 2, heightPx: 2, values: Uint8Array.of(7, 8, 9, 0) };
  await keeper.call("writeRows", { maskId, rows: piece });
  const around = await reader.read({ col: 2, row: 4, widthPx: 4, heightPx: 2 });
  expect([...around]).toEqual([255, 7, 8, 255, 255, 9, 0, 255]);
  await keeper.call("close", { maskId });
  expect([...(await reader.read({ col: 3, row: 5, widthPx: 2, heightPx: 1 }))]).toEqual([9, 0]);
  expect(await place.list()).toContain(maskId);

  await keeper.call("open", { maskId, size, goOn: { which: "classIds", written: [] } });
  expect([...(await reader.read({ col: 3, row: 5, widthPx: 2, heightPx: 1 }))]).toEqual([9, 0]);
  await keeper.call("open", { maskId, size, goOn: null });
  expect([...(await reader.read({ col: 3, row: 5, widthPx: 2, heightPx: 1 }))]).toEqual([255, 255]);

  await keeper.call("delete", { maskId });
  expect(await place.open(maskId, size)).toBeNull();
  expect(await place.list()).not.toContain(maskId);
  // What has vanished is said, never taken for empty pixels.
  await expect(reader.read({ col: 0, row: 0, widthPx: 1, heightPx: 1 })).rejects.toMatchObject({
    facts: { code: "damaged-result" },
  });
});

test("masks asked for at once are all handed over", async () => {
  const size = { widthPx: 64, heightPx: 64 };
  const maskIds = Array.from({ length: 40 }, (_, index) => `at-once-${index}`);
  await Promise.all(maskIds.map((maskId) => keeper.call("open", { maskId, size, goOn: null })));
  await Promise.all(maskIds.map((maskId) => keeper.call("delete", { maskId })));
  expect((await (await findMaskPlace()).list()).filter((id) => id.startsWith("at-once"))).toEqual([]);
});

test("an export lies in the private file system and is a good GeoTIFF when it comes out", async () => {
  const blob = await keeper.call("export", { widthPx: 1300, heightPx: 700 });
  expect(blob.type).toBe("image/tiff");
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("exports");
  const kept: string[] = [];
  for await (const name of folder.keys()) kept.push(name);
  expect(kept).toHaveLength(1);
  const source = await openRaster({ file: new File([blob], "map.tif") });
  expect(source.facts.levels.map(({ widthPx }) => widthPx)).toEqual([1300, 650, 325]);
  const { bands } = await source.read({ rect: { col: 1200, row: 600, widthPx: 100, heightPx: 100 }, bands: [0] });
  expect(bands[0]!.every((value) => value === 1)).toBe(true);
});
