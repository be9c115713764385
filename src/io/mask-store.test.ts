import { describe, expect, test } from "vitest";
import { findMaskPlace, opfsMaskPlace } from "./mask-store";

const SIZE = { widthPx: 5, heightPx: 4 };

describe("masks without a browser", () => {
  test("live in memory, read 255 where nothing was written, are found by id and size, and end with their place", async () => {
    const place = await findMaskPlace();
    expect(place.kind).toBe("memory");
    const store = await place.create("run-1", SIZE);
    await store.sink.writeRows({ col: 1, row: 1, widthPx: 2, heightPx: 2, values: Uint8Array.of(1, 2, 3, 4) });
    const same = (await place.open("run-1", SIZE))!;
    expect([...(await same.read({ col: 0, row: 1, widthPx: 4, heightPx: 2 }))]).toEqual([
      255, 1, 2, 255, 255, 3, 4, 255,
    ]);
    expect(await place.open("run-1", { widthPx: 4, heightPx: 5 })).toBeNull();
    expect(await (await findMaskPlace()).open("run-1", SIZE)).toBeNull();
    expect(await place.list()).toEqual(["run-1"]);
    await same.delete();
    expect(await place.open("run-1", SIZE)).toBeNull();
  });

  test("rectangles that leave the mask are refused with both numbers", async () => {
    const place = await findMaskPlace();
    const store = await place.create("run-2", SIZE);
    await expect(store.read({ col: 4, row: 0, widthPx: 2, heightPx: 1 })).rejects.toThrow(/2×1 at \(4, 0\).*5×4/);
    await expect(place.create("run-3", { widthPx: 0, heightPx: 4 })).rejects.toThrow(/0 × 4/);
  });
});

test("files are taken one at a time", async () => {
  let taking = 0;
  let most = 0;
  const handle = {
    getSize: () => 0,
    truncate: () => undefined,
    write: (bytes: Uint8Array) => bytes.length,
    flush() {},
  };
  const file = {
    async createSyncAccessHandle() {
      most = Math.max(most, ++taking);
      await new Promise((resolve) => setImmediate(resolve));
      taking--;
      return handle;
    },
  };
  const folder = { getFileHandle: async () => file, removeEntry: async () => undefined };
  const place = opfsMaskPlace(folder as unknown as FileSystemDirectoryHandle);
  await Promise.all(Array.from({ length: 20 }, (_, index) => place.create(`mask-${index}`, SIZE)));
  expect(most).toBe(1);
});
