/** Display tiles: labels are sampled, never mixed; hillshades are lit from the north-west; holes stay holes. */
import { describe, expect, test } from "vitest";
import { rampColour } from "../core/raster/colour-ramp";
import type { RasterSource } from "../core/raster/raster";
import { TILE_PX } from "../core/raster/tile-grid";
import { chooseStretch } from "../io/display-stretch";
import { createMemoryMask } from "../io/mask-store";
import { arrayRaster } from "../testing/array-raster";
import { classTile } from "./class-tiles";
import { OpticalTiles } from "./optical-tiles";
import type { HeightRange } from "./raster-protocol";
import { holesTile, type ReliefScene, reliefTile } from "./relief-tiles";

describe("class tiles", () => {
  const size = { widthPx: 1100, heightPx: 1150 };
  const idAt = (col: number, row: number) => (col * 31 + row * 17) % 200;
  const store = createMemoryMask("ids", size);
  const values = Uint8Array.from({ length: size.widthPx * size.heightPx }, (_, pixel) =>
    idAt(pixel % size.widthPx, Math.floor(pixel / size.widthPx)),
  );

  test.each([
    [0, 0, 0],
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 1],
    [1, 1, 0],
    [2, 0, 0],
  ])("level %i, tile (%i, %i) holds pixels of its part of the mask and padding, nothing else", async (level, x, y) => {
    await store.sink.writeRows({ col: 0, row: 0, ...size, values });
    const step = 2 ** level;
    const tile = await classTile(store, { level, x, y });
    for (const [texelCol, texelRow] of [
      [0, 0],
      [5, 9],
      [37, 62],
      [130, 99],
      [511, 131],
    ] as const) {
      const [col, row] = [(x * TILE_PX + texelCol) * step, (y * TILE_PX + texelRow) * step];
      const found = tile[texelRow * TILE_PX + texelCol];
      const centre = idAt(
        Math.min(col + (step >> 1), size.widthPx - 1),
        Math.min(row + (step >> 1), size.heightPx - 1),
      );
      expect(found).toBe(col < size.widthPx && row < size.heightPx ? centre : 255);
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

describe("relief tiles below and beside the first, coarser, of scaled heights", () => {
  /** Stored −10 … are −10 · 0.1 + 5 = 4 m; pixels of a quarter metre. */
  const tileOf = (
    stored: (col: number, row: number) => number,
    style: "hillshade" | "ramp",
    level: number,
    y: number,
  ) => {
    const size = { widthPx: 40, heightPx: 1100 };
    const plain = arrayRaster({
      ...size,
      roles: ["height"],
      dtype: "float32",
      value: (_, col, row) => stored(col, row),
    });
    const bands = plain.facts.bands.map((band) => ({ ...band, scale: 0.1, offset: 5 }));
    const heights = { ...plain, facts: { ...plain.facts, bands } };
    const mapping: ReliefScene["mapping"] = (place) => place;
    const scene = { optical: size, heights, mapping, pixelSize: 0.25, range: { low: 0, high: 10 } as HeightRange };
    return reliefTile(scene, { level, x: 0, y }, style);
  };

  test.each([
    [0, 0],
    [0, 2],
    [1, 1],
  ])(
    "level %i, row %i: a plane is lit by its slope on the ground: 0.3 to the right, −0.5 downwards",
    async (level, y) => {
      // Rise per pixel is slope × 0.25 m, in stored units ten times that.
      const tile = await tileOf((col, row) => 0.75 * col - 1.25 * row, "hillshade", level, y);
      // (½ · 0.3 − ½ · 0.5 + √½) / √(1 + 0.3² + 0.5²) = 0.524465; to the power of 0.8: 0.596711, of 255: 152.2.
      for (const [col, row] of [
        [5, 3],
        [15, 30],
      ] as const) {
        const [grey, , , alpha] = tile.subarray((row * TILE_PX + col) * 4);
        expect(Math.abs(grey! - 152)).toBeLessThanOrEqual(1);
        expect(alpha).toBe(255);
      }
    },
  );

  test("each tile shows its own rows: 2.5 m from row 1024 on, 10 m above", async () => {
    const stored = (_: number, row: number) => (row < 1024 ? 50 : -25);
    const texelOf = (tile: Uint8Array) => [...tile.subarray((20 * TILE_PX + 10) * 4, (20 * TILE_PX + 10) * 4 + 3)];
    const [above, below] = [await tileOf(stored, "ramp", 1, 0), await tileOf(stored, "ramp", 1, 1)];
    // Level ground is lit by √½ to the power of 0.8; a quarter of the ramp is (59, 82, 139), its end (253, 231, 37).
    const light = 0.35 + 0.65 * Math.SQRT1_2 ** 0.8;
    for (const [at, value] of texelOf(below).entries()) {
      expect(Math.abs(value - [59, 82, 139][at]! * light)).toBeLessThanOrEqual(1);
    }
    for (const [at, value] of texelOf(above).entries()) {
      expect(Math.abs(value - [253, 231, 37][at]! * light)).toBeLessThanOrEqual(1);
    }
  });

  test("holes are striped, a quarter of their texels and more; heights and the outside are clear", async () => {
    const heights = arrayRaster({
      widthPx: 100,
      heightPx: 80,
      roles: ["height"],
      dtype: "float32",
      value: () => 7,
      missing: (col, row) => col >= 10 && col < 50 && row >= 20 && row < 60,
    });
    const scene = {
      optical: { widthPx: 200, heightPx: 160 },
      heights,
      mapping: ([col, row]: readonly [number, number]) => [col, row] as const,
      pixelSize: 1,
      range: { low: 0, high: 1 },
    };
    const tile = await holesTile(scene, { level: 0, x: 0, y: 0 });
    const marked = Array.from({ length: TILE_PX * TILE_PX }, (_, at) => at).filter((at) => tile[4 * at + 3] === 255);
    const inside = marked.filter((at) => {
      const [col, row] = [at % TILE_PX, Math.floor(at / TILE_PX)];
      return col >= 10 && col < 50 && row >= 20 && row < 60;
    });
    expect(inside.length).toBe(marked.length);
    // Three of eight texels of each row of 40.
    expect(marked.length).toBe((3 / 8) * 40 * 40);
  });

  test("a height raster of its own grid is sampled between its pixels", async () => {
    const optical = { widthPx: 60, heightPx: 60 };
    // Twice as coarse, shifted by (3, 5) of its pixels: a plane in optical pixels, 0.1 · col + 0.2 · row + 4.
    const heights = arrayRaster({
      widthPx: 40,
      heightPx: 40,
      roles: ["height"],
      dtype: "float32",
      value: (_, col, row) => 0.1 * (2 * (col + 0.5 - 3)) + 0.2 * (2 * (row + 0.5 - 5)) + 4,
    });
    const mapping: ReliefScene["mapping"] = ([col, row]) => [col / 2 + 3, row / 2 + 5];
    const scene = { optical, heights, mapping, pixelSize: 1, range: { low: 4, high: 24 } as HeightRange };
    const tile = await reliefTile(scene, { level: 0, x: 0, y: 0 }, "ramp");
    // Slopes 0.1 and 0.2: (0.15 + √½) / √1.05; at the centre of (20, 30) the height is 2.05 + 6.1 + 4 m.
    const light = 0.35 + 0.65 * ((0.15 + Math.SQRT1_2) / Math.sqrt(1.05)) ** 0.8;
    const colour = rampColour((2.05 + 6.1) / 20);
    for (const channel of [0, 1, 2] as const) {
      const found = tile[(30 * TILE_PX + 20) * 4 + channel]!;
      expect(Math.abs(found - colour[channel] * light)).toBeLessThanOrEqual(1.5);
    }
  });
});

describe("optical tiles", () => {
  test("8-bit colours are shown as they are", async () => {
    const plain = arrayRaster({
      widthPx: 40,
      heightPx: 30,
      roles: ["red", "green", "blue"],
      value: (band, col) => col + band,
    });
    const stretch = await chooseStretch(plain);
    expect(stretch).toMatchObject({
      low: [0, 0, 0],
      high: [255, 255, 255],
      shown: { kind: "colours", bands: [0, 1, 2] },
    });
    const tile = await new OpticalTiles(plain, stretch).tile({ level: 0, x: 0, y: 0 });
    expect([...tile.subarray(12 * 4, 13 * 4)]).toEqual([12, 13, 14, 255]);
  });

  test("16-bit bands are stretched each between its own 2nd and 98th percentile", async () => {
    const deep = arrayRaster({
      widthPx: 100,
      heightPx: 100,
      roles: ["nir", "red", "green"],
      dtype: "uint16",
      value: (band, col) => 1000 * (band + 1) + 10 * col,
    });
    const { low, high, shown } = await chooseStretch(deep);
    expect(shown).toEqual({ kind: "colours", bands: [0, 1, 2] });
    // Hundred equally frequent values, ten apart: np.percentile gives 19.8 and 970.2 above the first.
    for (const channel of [0, 1, 2] as const) {
      expect(Math.abs(low[channel] - (1000 * (channel + 1) + 19.8))).toBeLessThanOrEqual(10);
      expect(Math.abs(high[channel] - (1000 * (channel + 1) + 970.2))).toBeLessThanOrEqual(10);
    }
  });

  const size = { widthPx: 1030, heightPx: 1040 };
  const valueAt = (band: number, col: number, row: number) => (col * 7 + row * 13 + band * 50) % 256;
  const whole = arrayRaster({
    ...size,
    roles: ["red", "green", "blue"],
    value: valueAt,
    missing: (col, row) => col === 2 && row === 1030,
  });
  const texel = (tile: Uint8Array, col: number, row: number) => [
    ...tile.subarray((row * TILE_PX + col) * 4, (row * TILE_PX + col) * 4 + 4),
  ];

  test("the tile right and below shows the pixels there, and nothing beyond the raster", async () => {
    const tiles = new OpticalTiles(whole, await chooseStretch(whole));
    const tile = await tiles.tile({ level: 0, x: 1, y: 2 });
    expect(texel(tile, 3, 5)).toEqual([0, 1, 2].map((band) => valueAt(band, 515, 1029)).concat(255));
    expect(texel(tile, 3, 16)).toEqual([0, 0, 0, 0]);
    const right = await tiles.tile({ level: 0, x: 2, y: 0 });
    expect(texel(right, 5, 7)[0]).toBe(valueAt(0, 1029, 7));
    expect(texel(right, 6, 7)[3]).toBe(0);
  });

  test("a coarser tile averages four pixels, missing ones left out", async () => {
    const tiles = new OpticalTiles(whole, await chooseStretch(whole));
    const mean = (band: number, pixels: readonly (readonly [number, number])[]) =>
      Math.floor(pixels.reduce((sum, [col, row]) => sum + valueAt(band, col, row), 0) / pixels.length);
    const tile = await tiles.tile({ level: 1, x: 0, y: 1 });
    for (const [col, row] of [
      [300, 3],
      [10, 7],
    ] as const) {
      const [left, top] = [2 * col, 1024 + 2 * row];
      const pixels = [
        [left, top],
        [left + 1, top],
        [left, top + 1],
        [left + 1, top + 1],
      ] as const;
      expect(texel(tile, col, row)).toEqual([0, 1, 2].map((band) => mean(band, pixels)).concat(255));
    }
    const three = [
      [3, 1030],
      [2, 1031],
      [3, 1031],
    ] as const;
    expect(texel(tile, 1, 3)).toEqual([0, 1, 2].map((band) => mean(band, three)).concat(255));
    expect(texel(tile, 300, 8)[3]).toBe(0);
  });

  test("and where the file has an overview of that reduction, it is the overview's pixels", async () => {
    const half = { widthPx: 515, heightPx: 520 };
    const overview = arrayRaster({
      ...half,
      roles: ["red", "green", "blue"],
      value: (band, col, row) => (col + 2 * row + band) % 256,
    });
    const source: RasterSource = {
      facts: { ...whole.facts, levels: [size, half] },
      read: (request) => (request.level === 1 ? overview : whole).read(request),
      close: () => undefined,
    };
    const tiles = new OpticalTiles(source, await chooseStretch(source));
    expect(texel(await tiles.tile({ level: 1, x: 0, y: 1 }), 40, 6)).toEqual(
      [40 + 2 * 518, 41 + 2 * 518, 42 + 2 * 518].map((value) => value % 256).concat(255),
    );
    expect(texel(await tiles.tile({ level: 1, x: 1, y: 0 }), 2, 9)[0]).toBe((514 + 18) % 256);
  });

  test("a palette's colours are shown, not its indices", async () => {
    const indexed = arrayRaster({ widthPx: 4, heightPx: 4, roles: ["class"], value: (_, col) => col % 2 });
    const source: RasterSource = {
      facts: {
        ...indexed.facts,
        palette: [
          [9, 8, 7],
          [200, 100, 50],
        ],
      },
      read: (request) => indexed.read(request),
      close: () => undefined,
    };
    const tile = await new OpticalTiles(source, await chooseStretch(source)).tile({ level: 0, x: 0, y: 0 });
    expect(texel(tile, 2, 1)).toEqual([9, 8, 7, 255]);
    expect(texel(tile, 3, 1)).toEqual([200, 100, 50, 255]);
  });
});
