/** Display tiles: labels are sampled, never mixed; hillshades are lit from the north-west; holes stay holes. */
import { describe, expect, test } from "vitest";
import { TILE_PX } from "../core/raster/tile-grid";
import { createMemoryMask } from "../io/mask-store";
import { arrayRaster } from "../testing/array-raster";
import { classTile } from "./class-tiles";
import { chooseStretch, OpticalTiles } from "./optical-tiles";
import { type ReliefScene, reliefTile } from "./relief-tiles";

describe("class tiles", () => {
  const size = { widthPx: 700, heightPx: 530 };
  const idAt = (col: number, row: number) => (col * 31 + row * 17) % 200;
  const store = createMemoryMask("ids", size);
  const values = Uint8Array.from({ length: size.widthPx * size.heightPx }, (_, pixel) =>
    idAt(pixel % size.widthPx, Math.floor(pixel / size.widthPx)),
  );

  test.each([0, 1, 2])("level %i holds pixels of the mask and padding, nothing else", async (level) => {
    await store.sink.writeRows({ col: 0, row: 0, ...size, values });
    const step = 2 ** level;
    for (const x of [0, 1].filter((tile) => tile * TILE_PX * step < size.widthPx)) {
      const tile = await classTile(store, { level, x, y: 0 });
      for (const [texelCol, texelRow] of [
        [0, 0],
        [5, 9],
        [130, 99],
        [511, 131],
      ] as const) {
        const [col, row] = [(x * TILE_PX + texelCol) * step, texelRow * step];
        const found = tile[texelRow * TILE_PX + texelCol];
        const centre = idAt(
          Math.min(col + (step >> 1), size.widthPx - 1),
          Math.min(row + (step >> 1), size.heightPx - 1),
        );
        expect(found).toBe(col < size.widthPx && row < size.heightPx ? centre : 255);
      }
    }
  });
});

describe("relief tiles", () => {
  const size = { widthPx: 64, heightPx: 64 };
  const shade = async (
    height: (col: number, row: number) => number,
    missing = (_col: number, _row: number) => false,
  ) => {
    const heights = arrayRaster({
      ...size,
      roles: ["height"],
      dtype: "float32",
      value: (_, col, row) => height(col, row),
      missing,
    });
    const scene = {
      optical: size,
      heights,
      mapping: (place: readonly [number, number]) => place,
      pixelSize: 1,
      range: { low: 0, high: 10 },
    } as unknown as ReliefScene;
    return reliefTile(scene, { level: 0, x: 0, y: 0 }, "hillshade");
  };
  const texel = (tile: Uint8Array, col: number, row: number) => [
    ...tile.subarray((row * TILE_PX + col) * 4, (row * TILE_PX + col) * 4 + 4),
  ];

  test("a plain is evenly grey, a slope facing the sun brighter, one facing away darker", async () => {
    const [flat, facing, away] = [
      await shade(() => 5),
      await shade((col, row) => (col + row) / 4),
      await shade((col, row) => -(col + row) / 4),
    ].map((tile) => texel(tile, 30, 30)[0]!);
    expect(facing!).toBeGreaterThan(flat!);
    expect(away!).toBeLessThan(flat!);
    expect(texel(await shade(() => 5), 10, 50)[0]).toBe(flat);
  });

  test("missing heights and everything outside the raster are clear", async () => {
    const tile = await shade(
      () => 5,
      (col, row) => col >= 20 && col < 30 && row >= 20 && row < 30,
    );
    expect(texel(tile, 25, 25)[3]).toBe(0);
    expect(texel(tile, 10, 10)[3]).toBe(255);
    expect(texel(tile, 100, 10)[3]).toBe(0);
  });
});

describe("optical tiles", () => {
  test("8-bit colours are shown as they are, 16-bit ones between their percentiles", async () => {
    const plain = arrayRaster({
      widthPx: 40,
      heightPx: 30,
      roles: ["red", "green", "blue"],
      value: (band, col) => col + band,
    });
    const stretch = await chooseStretch(plain);
    expect(stretch).toMatchObject({ low: [0, 0, 0], high: [255, 255, 255], description: "red, green, blue" });
    const tile = await new OpticalTiles(plain, stretch).tile({ level: 0, x: 0, y: 0 });
    expect([...tile.subarray(12 * 4, 13 * 4)]).toEqual([12, 13, 14, 255]);

    const deep = arrayRaster({
      widthPx: 100,
      heightPx: 100,
      roles: ["nir", "red", "green"],
      dtype: "uint16",
      value: (_, col) => 1000 + 10 * col,
    });
    const falseColour = await chooseStretch(deep);
    expect(falseColour.description).toContain("near infrared");
    expect(falseColour.low[0]).toBeGreaterThanOrEqual(1000);
    expect(falseColour.high[0]).toBeLessThanOrEqual(1990);
    expect(falseColour.high[0] - falseColour.low[0]).toBeGreaterThan(900);
  });
});
