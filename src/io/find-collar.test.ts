/**
 * Margins that nobody declared, by their pixels, against SciPy (`scipy.ndimage.label` of the colour with eight neighbours,
 * the pieces that touch the edge) over the same made-up photos and one of the real ones.
 */
import { describe, expect, test } from "vitest";
import { describeCollar } from "../core/raster/describe-collar";
import type { RasterSource } from "../core/raster/raster";
import { type ArrayRasterOptions, arrayRaster } from "../testing/array-raster";
import { blobOf, isWithoutTestData, testDataPath } from "../testing/test-data";
import { withCollar } from "./find-collar";
import { withPhotoRange } from "./measure-photo";
import { openRaster } from "./open-raster";

interface Made extends Partial<ArrayRasterOptions> {
  /** Stored value of the margin. */
  readonly margin: (col: number, row: number) => number;
  readonly specks?: boolean;
  readonly brightness?: number;
}

/** Many colours, a slanted margin above and below, and single specks of its colour inside. */
function photo({ widthPx = 300, heightPx = 200, margin, specks = true, brightness = 1, ...rest }: Made) {
  return arrayRaster({
    widthPx,
    heightPx,
    roles: ["red", "green", "blue"],
    ...rest,
    value: (band, col, row) => {
      const isMargin = col + 4 * row < 240 || row > heightPx - 1 - Math.floor((widthPx - 1 - col) / 8);
      if (isMargin || (specks && col % 50 === 25 && row % 40 === 20)) return margin(col, row);
      return brightness * colour(band, col, row);
    },
  });
}

function colour(band: number, col: number, row: number): number {
  return 40 + ((col * 7 + row * 13 + band * 29 + ((col * row) % 31) * 5) % 160);
}

function picture(value: (col: number, row: number, band: number) => number) {
  const roles = ["red", "green", "blue"] as const;
  return arrayRaster({ widthPx: 300, heightPx: 200, roles, value: (band, col, row) => value(col, row, band) });
}

async function missing(source: RasterSource, bands: readonly number[] = [0, 1, 2], rows = 100): Promise<number> {
  const { widthPx, heightPx } = source.facts;
  let count = 0;
  for (let row = 0; row < heightPx; row += rows) {
    const rect = { col: 0, row, widthPx, heightPx: Math.min(rows, heightPx - row) };
    const { valid } = await source.read({ rect, bands });
    count += valid?.filter((value) => value === 0).length ?? 0;
  }
  return count;
}

describe("a margin of one colour", () => {
  test.each([0, 128, 255])("%i: what hangs together with the edge is missing, specks inside are not", async (value) => {
    const found = await withCollar(photo({ margin: () => value }), undefined);
    expect(found.facts.collar).toMatchObject({
      answer: null,
      colours: [{ values: [value, value, value], tolerance: 0 }],
    });
    expect(found.facts.collar!.colours[0]!.share).toBeCloseTo(12_796 / 60_000, 12);
    expect(await missing(found)).toBe(12_796);
    expect(await missing(found, [1], 7)).toBe(12_796);
  });

  test("smeared by JPEG, nearly black", async () => {
    const margin = (col: number, row: number) => ((3 * col + 5 * row) % 11 < 3 ? (col + row) % 9 : 1);
    const found = await withCollar(photo({ margin, specks: false }), undefined);
    expect(await missing(found)).toBe(12_796);
    expect(describeCollar(found.facts, found.facts.collar!)).toBe(
      "array.tif is 21.3 % nearly black (1), in one piece with its edge, and does not declare it as missing; it was taken as missing.",
    );
  });

  test("of 65535 around a photo of 12 bits, whose white it does not become", async () => {
    const raw = photo({ margin: () => 65_535, dtype: "uint16", brightness: 20.4, specks: false });
    const found = await withPhotoRange(await withCollar(raw, undefined), undefined);
    expect(await missing(found)).toBe(12_796);
    expect(found.facts.photoRange).toMatchObject({ white: 4095 });
  });

  test("in a photo of more than a million pixels, to a cell", async () => {
    const found = await withCollar(photo({ widthPx: 1300, heightPx: 900, margin: () => 0 }), undefined);
    // Specks next to the margin's cells may count.
    expect(Math.abs((await missing(found)) - 112_297)).toBeLessThan(60);
    expect(found.facts.collar!.colours[0]!.share).toBeCloseTo(0.09598, 3);
  });

  test("is ground when the user says so", async () => {
    const found = await withCollar(photo({ margin: () => 0 }), "leave");
    expect(await missing(found)).toBe(0);
    expect(describeCollar(found.facts, found.facts.collar!)).toMatch(/black \(0\).*taken as ground, as you said/);
  });

  test("black and white ones are two", async () => {
    const found = await withCollar(photo({ margin: (_, row) => (row < 100 ? 0 : 255) }), undefined);
    expect(found.facts.collar!.colours.map(({ values }) => values[0])).toEqual([0, 255]);
    expect(await missing(found)).toBe(12_796);
  });

  test("lies in the same place on an overview", async () => {
    const whole = photo({ margin: () => 0, specks: false });
    const half = { widthPx: 150, heightPx: 100 };
    const found = await withCollar(
      {
        ...whole,
        facts: { ...whole.facts, levels: [whole.facts, half] },
        async read(request) {
          if (request.level !== 1) return whole.read(request);
          const all = await whole.read({ ...request, rect: { col: 0, row: 0, widthPx: 300, heightPx: 200 } });
          const every = (_: number, at: number) => at % 2 === 0 && Math.floor(at / 300) % 2 === 0;
          return { bands: all.bands.map((band) => band.filter(every)), valid: null };
        },
      },
      undefined,
    );
    const { valid, bands } = await found.read({ rect: { col: 0, row: 0, ...half }, bands: [0, 1, 2], level: 1 });
    expect([...valid!]).toEqual([...bands[0]!].map((value) => (value === 0 ? 0 : 1)));
  });
});

describe("what is no margin", () => {
  const none = async (source: RasterSource) =>
    expect((await withCollar(source, undefined)).facts.collar).toBeUndefined();

  test("dark water whose values spread", () => none(photo({ margin: (col, row) => (col * 5 + row * 3) % 11 })));

  test("a declared one, whatever else has its colour", () => none(photo({ margin: () => 0, nodata: 0 })));

  test("a margin inside the file's own mask", () => none(photo({ margin: () => 0, missing: (col) => col < 2 })));

  test("the ground of a drawing, or of labels in colours of their own", () =>
    none(picture((col, row) => (col + 4 * row < 240 ? 0 : 50 * (1 + (col % 4))))));

  test("a photo to its edge with dark things inside", () =>
    none(picture((col, row, band) => (col > 20 && col < 280 && row > 20 && row < 100 ? 0 : colour(band, col, row)))));
});

describe.skipIf(isWithoutTestData("scenes"))("a photo made of points", () => {
  test("a third of it lies behind a curved edge", async () => {
    const source = await openRaster({ file: await blobOf(testDataPath("scenes", "poitou", "rgb_from_points.tif")) });
    expect(await missing(source)).toBe(279_465);
    expect(source.facts.collar!.colours[0]!.share).toBeCloseTo(0.34489, 5);
    source.close();
  });
});
