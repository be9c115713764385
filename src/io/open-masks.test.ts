/** One object keeps all masks: nothing half-made is seen, nothing that was deleted comes back. */
import { expect, test } from "vitest";
import { type MaskSink, memoryMaskPlace } from "./mask-store";
import { createMasks } from "./open-masks";

const SIZE = { widthPx: 3, heightPx: 2 };
const ALL = { col: 0, row: 0, ...SIZE };

function newMasks() {
  const place = memoryMaskPlace();
  const masks = createMasks(Promise.resolve(place));
  const pixels = async (id: string) => [...(await (await masks.reader(id, SIZE)).read(ALL))];
  return { place, masks, pixels };
}

const fill = (sink: MaskSink, value: number) => sink.writeRows({ ...ALL, values: new Uint8Array(6).fill(value) });

test("a derived mask is put in its place when it is complete, also under a reader that was there before", async () => {
  const { place, masks, pixels } = newMasks();
  await masks.derive(["map"], SIZE, ([sink]) => fill(sink!, 1));
  const before = await masks.reader("map", SIZE);
  await masks.derive(["map"], SIZE, async ([sink]) => {
    await sink!.writeRows({ col: 0, row: 0, widthPx: 3, heightPx: 1, values: Uint8Array.of(2, 2, 2) });
    expect(await pixels("map")).toEqual([1, 1, 1, 1, 1, 1]);
    await fill(sink!, 2);
  });
  expect([...(await before.read(ALL))]).toEqual([2, 2, 2, 2, 2, 2]);
  expect(await place.list()).toHaveLength(1);
});

test("nobody reads a mask that is still being made", async () => {
  const { masks, pixels } = newMasks();
  await masks.derive(["map"], SIZE, async ([sink]) => {
    expect(await masks.has(["map"], SIZE)).toBe(false);
    await expect(masks.reader("map", SIZE)).rejects.toMatchObject({ facts: { code: "damaged-result" } });
    await fill(sink!, 1);
  });
  expect(await pixels("map")).toEqual([1, 1, 1, 1, 1, 1]);
});

test("one derivation at a time; one that fails leaves what was there before and nothing of its own", async () => {
  const { place, masks, pixels } = newMasks();
  await masks.derive(["a"], SIZE, ([sink]) => fill(sink!, 1));
  let running = 0;
  const derive = (fails: boolean) =>
    masks.derive(["a", "b"], SIZE, async ([a, b]) => {
      expect(++running).toBe(1);
      await fill(a!, 3);
      await fill(b!, 4);
      running--;
      if (fails) throw new Error("cancelled");
    });
  const [failed] = await Promise.allSettled([derive(true), masks.derive([], SIZE, async () => undefined)]);
  expect(failed.status).toBe("rejected");
  expect(await pixels("a")).toEqual([1, 1, 1, 1, 1, 1]);
  expect(await place.list()).toHaveLength(1);
  await Promise.all([derive(false), derive(false)]);
  expect(await pixels("b")).toEqual([4, 4, 4, 4, 4, 4]);
  expect(await place.list()).toHaveLength(2);
});

test("what is deleted while it is being made is gone afterwards; a reader hears that it was cancelled", async () => {
  const { place, masks } = newMasks();
  const make = () => masks.derive(["map"], SIZE, ([sink]) => fill(sink!, 1));
  await masks.derive(["map"], SIZE, async ([sink]) => {
    await masks.delete(["map"]);
    await fill(sink!, 1);
  });
  expect(await place.list()).toEqual([]);
  await expect(masks.reader("map", SIZE)).rejects.toMatchObject({ name: "AbortError" });
  // The same with one there already, and before its turn has come.
  await make();
  await Promise.all([make(), make(), masks.delete(["map"])]);
  expect(await place.list()).toEqual([]);
  await make();
  expect(await place.list()).toEqual(["map"]);
});

test("a mask that nobody deleted and that is not there is said, never read as empty", async () => {
  const { masks } = newMasks();
  await expect(masks.reader("map", SIZE)).rejects.toMatchObject({ facts: { code: "damaged-result" } });
  await expect(masks.goOn("map", SIZE)).rejects.toMatchObject({ facts: { code: "damaged-result" } });
  expect(await masks.has(["map"], SIZE)).toBe(false);
});

test("copies hold the same pixels under their own name, and go on when the original is deleted", async () => {
  const { place, masks, pixels } = newMasks();
  await fill((await masks.create("mask-1", SIZE)).sink, 5);
  await masks.copy("mask-1", "mask-2", SIZE);
  await masks.delete(["mask-1"]);
  expect(await pixels("mask-2")).toEqual([5, 5, 5, 5, 5, 5]);
  // A run's mask is found by its own name on the next visit.
  expect(await masks.list()).toEqual(["mask-2"]);
  await masks.delete(["mask-2"]);
  expect(await place.list()).toEqual([]);
});
