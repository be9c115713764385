import { describe, expect, test } from "vitest";
import { createMaskStore, listMaskStores, openMaskStore } from "./mask-store";

describe("mask store without a browser", () => {
  test("lives in memory, reads 255 where nothing was written, is found by id", async () => {
    const store = await createMaskStore("run-1", 5, 4);
    expect(store.kind).toBe("memory");
    await store.sink.writeRows({ col: 1, row: 1, widthPx: 2, heightPx: 2, values: Uint8Array.of(1, 2, 3, 4) });
    const same = (await openMaskStore("run-1", 5, 4))!;
    expect([...(await same.read({ col: 0, row: 1, widthPx: 4, heightPx: 2 }))]).toEqual([
      255, 1, 2, 255, 255, 3, 4, 255,
    ]);
    expect(await listMaskStores()).toContain("run-1");
    await same.delete();
    expect(await openMaskStore("run-1", 5, 4)).toBeNull();
  });

  test("rectangles that leave the mask are refused with both numbers", async () => {
    const store = await createMaskStore("run-2", 5, 4);
    await expect(store.read({ col: 4, row: 0, widthPx: 2, heightPx: 1 })).rejects.toThrow(/2×1 at \(4, 0\).*5×4/);
    await expect(createMaskStore("run-3", 0, 4)).rejects.toThrow(/0 × 4/);
    await store.delete();
  });
});
