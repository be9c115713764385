import type { Device } from "@luma.gl/core";
import { expect, test } from "vitest";
import type { TileSource } from "./tile-source";
import { TileTextures } from "./tile-textures";

const TILE = { level: 0, x: 0, y: 0 };

function deviceOf() {
  const alive = new Set<string>();
  const createTexture = ({ id }: { id: string }) => {
    alive.add(id);
    return { writeData: () => undefined, destroy: () => alive.delete(id) };
  };
  return { alive, device: { createTexture } as unknown as Device };
}

function sourceOf(id: string, load: TileSource["load"]): TileSource {
  return { id, widthPx: 512, heightPx: 512, format: "ids", load };
}

/** The next time a tile has arrived, or was given up. */
function arrival(textures: TileTextures): Promise<void> {
  return new Promise((resolve) => {
    textures.onArrival = resolve;
  });
}

test("a forgotten source gives back its textures and bytes, others keep theirs", async () => {
  const textures = new TileTextures();
  const { alive, device } = deviceOf();
  const [gone, kept] = ["mask-1", "mask-12"].map((id) => sourceOf(id, async () => new Uint8Array(16)));
  for (const source of [gone!, kept!]) {
    const arrived = arrival(textures);
    textures.get(device, source, TILE, true);
    await arrived;
    expect(textures.get(device, source, TILE, true)).not.toBeNull();
  }
  expect([alive.size, textures.bytes]).toEqual([2, 32]);
  textures.forget("mask-1");
  expect([...alive]).toEqual(["mask-12/0/0/0"]);
  expect(textures.bytes).toBe(16);
});

test("a tile on its way to a forgotten source is called off and never kept", async () => {
  const textures = new TileTextures();
  const { device } = deviceOf();
  let deliver: (data: Uint8Array) => void = () => undefined;
  let signal: AbortSignal | undefined;
  const slow = sourceOf("mask-1", (_, its) => {
    signal = its;
    return new Promise((resolve) => {
      deliver = resolve;
    });
  });
  textures.get(device, slow, TILE, true);
  textures.forget("mask-1");
  expect(signal?.aborted).toBe(true);
  const ended = arrival(textures);
  deliver(new Uint8Array(16));
  await ended;
  expect([textures.bytes, textures.settled]).toEqual([0, true]);
});

test("a tile that failed is asked for again once its source was made anew", async () => {
  const textures = new TileTextures();
  const { device } = deviceOf();
  let asked = 0;
  const source = sourceOf("mask-1", async () => {
    asked++;
    throw new Error("not there");
  });
  for (const _ of [1, 2]) {
    const ended = arrival(textures);
    textures.get(device, source, TILE, true);
    await ended;
    textures.get(device, source, TILE, true);
    textures.forget("mask-1");
  }
  expect(asked).toBe(2);
});

test("a source that has grown keeps its tiles until they are read again", async () => {
  const textures = new TileTextures();
  const { alive, device } = deviceOf();
  let loads = 0;
  const source = sourceOf("mask-1", async () => new Uint8Array(16).fill(++loads));
  const load = async (revision: number) => {
    const arrived = arrival(textures);
    const before = textures.get(device, { ...source, revision }, TILE, true);
    await arrived;
    return before;
  };
  expect(await load(1)).toBeNull();
  const first = textures.get(device, { ...source, revision: 1 }, TILE, true);
  expect(first).not.toBeNull();
  expect(await load(2)).toBe(first);
  expect(textures.get(device, { ...source, revision: 2 }, TILE, true)).not.toBe(first);
  expect([loads, alive.size, textures.bytes]).toEqual([2, 1, 16]);
  expect(textures.settled).toBe(true);
});
