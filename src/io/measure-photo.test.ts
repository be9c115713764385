/** What models see of photos with more than eight bits: the same as of their 8-bit twins. */
import { describe, expect, test } from "vitest";
import type { DType } from "../core/raster/dtype";
import type { BandFacts, RasterSource } from "../core/raster/raster";
import { arrayRaster } from "../testing/array-raster";
import { withPhotoRange } from "./measure-photo";

const SIDE = 64;

/** An 8-bit photo with every level in it. */
const levels = Array.from({ length: SIDE * SIDE }, (_, at) => (at * 7919) % 256);

function photo(dtype: DType, stored: (level: number) => number, band: Partial<BandFacts> = {}): RasterSource {
  const source = arrayRaster({
    widthPx: SIDE,
    heightPx: SIDE,
    roles: ["red", "green", "blue"],
    dtype,
    value: (_, col, row) => stored(levels[row * SIDE + col]!),
  });
  const bands = source.facts.bands.map((facts) => ({ ...facts, ...band }));
  return { ...source, facts: { ...source.facts, bands } };
}

async function rangeOf(...of: Parameters<typeof photo>) {
  return (await withPhotoRange(photo(...of), undefined)).facts.photoRange;
}

describe("black and white of a photo", () => {
  test.each<[string, DType, (level: number) => number, Partial<BandFacts>]>([
    ["10 bits", "uint16", (level) => Math.round((level / 255) * 1023), {}],
    ["11 bits", "uint16", (level) => Math.round((level / 255) * 2047), {}],
    ["12 bits", "uint16", (level) => Math.round((level / 255) * 4095), {}],
    ["14 bits", "uint16", (level) => Math.round((level / 255) * 16_383), {}],
    ["reflectance in uint16", "uint16", (level) => Math.round((level / 255) * 10_000), {}],
    ["reflectance in int16", "int16", (level) => Math.round((level / 255) * 10_000), {}],
    [
      "a third of the range, dark by a scale and an offset",
      "uint16",
      (level) => Math.round((level / 255) * 3000 + 1000),
      { scale: 0.0001, offset: -0.1 },
    ],
    ["declared bits of a dark photo", "uint16", (level) => level * 4, { significantBits: 10 }],
    ["8-bit levels in uint16", "uint16", (level) => level, {}],
    ["shares", "float32", (level) => level / 255, {}],
    ["levels as decimals", "float32", (level) => level, {}],
    ["shares of which some are above 1", "float32", (level) => (level / 255) * 1.4, {}],
    ["reflectance of dark ground as decimals", "float32", (level) => (level / 255) * 0.3, {}],
    ["decimals around 0", "float32", (level) => level / 127.5 - 1, {}],
    ["standardised decimals", "float64", (level) => level / 60 - 1.8, {}],
    ["16 bits with a sign", "int16", (level) => level * 257 - 32_768, {}],
    ["8 bits with a sign", "int8", (level) => level - 128, {}],
    ["seven bits", "int8", (level) => Math.floor(level / 2), {}],
  ])("%s: the network's input is that of the 8-bit photo within a hundredth", async (_, dtype, stored, band) => {
    const range = (await rangeOf(dtype, stored, band))!;
    for (const level of [0, 64, 128, 255]) {
      expect((stored(level) - range.black) / (range.white - range.black)).toBeCloseTo(level / 255, 2);
    }
  });

  test("photos of 8 bits, and of 16 that use them, need no word", async () => {
    expect(await rangeOf("uint8", (level) => level)).toBeUndefined();
    expect(await rangeOf("uint16", (level) => level * 257)).toBeUndefined();
  });

  test("brightest pixels that no round number is near are white themselves", async () => {
    expect((await rangeOf("uint16", (level) => level * 11))!.white).toBe(2805);
  });

  test("what the user sets stands", async () => {
    const { facts } = await withPhotoRange(
      photo("uint16", (level) => level),
      { black: 100, white: 900 },
    );
    expect(facts.photoRange).toEqual({ black: 100, white: 900, reason: "set by you", isSet: true });
  });
});
