/**
 * What the model sees, against NumPy: the photo is [(7 c + 13 r + 29 b + (c r % 31) 5) % 256 for b in 0, 1, 2], heights
 * 100 + (3 c + 5 r) % 40; tensors by the manifest's formula in float32, `numpy.histogram(values, 32)` of each band, and
 * means over 2 × 2 pixels where the picture is half as large.
 */
import { describe, expect, test } from "vitest";
import { arrayRaster, measureWhole } from "../testing/array-raster";
import { tensor, tinyManifest } from "../testing/tiny-models";
import { seeInputs } from "./see-inputs";

const manifest = tinyManifest("identity-dsm", {
  inputs: [
    tensor(
      "optical",
      "optical",
      ["red", "green", "blue"],
      { kind: "declared-type" },
      {
        mean: [0.485, 0.456, 0.406],
        std: [0.229, 0.224, 0.225],
      },
    ),
    tensor("dsm", "auxiliary", ["height"], { kind: "min-max", scope: "raster" }),
  ],
});

function scene(widthPx: number, heightPx: number) {
  const optical = arrayRaster({
    widthPx,
    heightPx,
    roles: ["red", "green", "blue"],
    value: (band, col, row) => (7 * col + 13 * row + 29 * band + ((col * row) % 31) * 5) % 256,
  });
  const source = arrayRaster({
    widthPx,
    heightPx,
    roles: ["height"],
    dtype: "float32",
    value: (_, col, row) => 100 + ((3 * col + 5 * row) % 40),
  });
  const auxiliary = { source, mapping: (pixel: readonly [number, number]) => pixel };
  return { optical, auxiliary, measureBand: measureWhole, signal: new AbortController().signal };
}

interface Figures {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Values that lie on an edge of a bin, at most. */
  readonly onEdges: number;
  readonly bins: readonly number[];
}

describe("what a model sees", () => {
  test.each<[number, number, number[], Figures[]]>([
    [
      150,
      90,
      [150, 90],
      [
        {
          min: -2.1179039478302,
          max: 2.248908281326294,
          mean: 0.06627850479339421,
          onEdges: 0,
          bins: [
            445, 396, 419, 412, 454, 420, 404, 394, 440, 452, 419, 407, 382, 458, 451, 409, 405, 407, 450, 427, 400,
            412, 430, 439, 420, 390, 419, 464, 413, 419, 406, 437,
          ],
        },
        {
          min: -2.0357143878936768,
          max: 2.4285714626312256,
          mean: 0.2016365802625056,
          onEdges: 0,
          bins: [
            423, 406, 399, 452, 431, 441, 383, 420, 444, 413, 424, 395, 446, 440, 394, 408, 413, 461, 421, 396, 411,
            438, 439, 414, 393, 427, 457, 411, 411, 384, 446, 459,
          ],
        },
        {
          min: -1.804444432258606,
          max: 2.640000104904175,
          mean: 0.42339126817178396,
          onEdges: 0,
          bins: [
            402, 397, 451, 436, 427, 393, 423, 448, 418, 422, 399, 443, 426, 397, 418, 422, 470, 401, 388, 401, 444,
            463, 405, 393, 409, 454, 442, 416, 390, 433, 434, 435,
          ],
        },
        {
          min: 0.0,
          max: 1.0,
          mean: 0.49982906965249113,
          onEdges: 0,
          bins: [
            676, 337, 338, 338, 676, 338, 338, 338, 337, 676, 337, 338, 337, 675, 337, 337, 338, 337, 675, 337, 337,
            338, 674, 338, 337, 337, 338, 674, 338, 337, 337, 675,
          ],
        },
      ],
    ],
    [
      320,
      180,
      [160, 90],
      [
        {
          min: -2.0708107948303223,
          max: 2.1076290607452393,
          mean: 0.06511984936014212,
          onEdges: 43,
          bins: [
            7, 24, 66, 78, 118, 210, 279, 349, 435, 541, 665, 700, 793, 828, 819, 968, 936, 885, 849, 820, 807, 665,
            617, 533, 380, 359, 229, 175, 122, 69, 58, 16,
          ],
        },
        {
          min: -1.9525560140609741,
          max: 2.371673583984375,
          mean: 0.20062842865400146,
          onEdges: 47,
          bins: [
            18, 20, 60, 107, 157, 261, 291, 341, 505, 595, 667, 712, 818, 901, 832, 923, 996, 846, 883, 792, 780, 629,
            571, 496, 348, 302, 216, 144, 99, 58, 20, 12,
          ],
        },
        {
          min: -1.6606535911560059,
          max: 2.522352933883667,
          mean: 0.41769849914382373,
          onEdges: 54,
          bins: [
            15, 45, 68, 124, 183, 216, 320, 385, 505, 596, 629, 712, 877, 780, 891, 899, 997, 876, 792, 794, 742, 636,
            611, 413, 381, 310, 217, 173, 100, 60, 41, 12,
          ],
        },
        {
          min: 0.10256410390138626,
          max: 0.8717948794364929,
          mean: 0.5000000137835741,
          onEdges: 0,
          bins: [
            720, 0, 720, 0, 720, 0, 720, 0, 1440, 0, 720, 0, 720, 0, 720, 0, 0, 1440, 0, 720, 0, 720, 0, 1440, 0, 1440,
            0, 720, 0, 720, 0, 720,
          ],
        },
      ],
    ],
  ])("%i × %i pixels: values and histograms are NumPy's", async (widthPx, heightPx, size, figures) => {
    const seen = await seeInputs(manifest, scene(widthPx, heightPx));
    expect([seen.widthPx, seen.heightPx]).toEqual(size);
    expect(seen.bands.map(({ input, band }) => `${input} ${band}`)).toEqual([
      "optical red",
      "optical green",
      "optical blue",
      "dsm height",
    ]);
    for (const [at, { min, max, mean, histogram }] of seen.bands.entries()) {
      expect(min).toBeCloseTo(figures[at]!.min, 5);
      expect(max).toBeCloseTo(figures[at]!.max, 5);
      expect(mean).toBeCloseTo(figures[at]!.mean, 5);
      // A value on the edge of a bin may fall to either side.
      for (const [bin, count] of histogram.entries()) {
        expect(Math.abs(count - figures[at]!.bins[bin]!)).toBeLessThanOrEqual(figures[at]!.onEdges);
      }
      expect(histogram.reduce((sum, count) => sum + count)).toBe(size[0]! * size[1]!);
    }
  });

  test("black and white of the picture are those of the photo's range: half of the range is half as bright", async () => {
    const plain = scene(150, 90);
    const dim = {
      ...plain.optical,
      facts: { ...plain.optical.facts, photoRange: { black: 0, white: 510, reason: "12 bits" } },
    };
    const [bright, dark] = [await seeInputs(manifest, plain), await seeInputs(manifest, { ...plain, optical: dim })];
    const [first, second] = [bright.bands[0]!.grey, dark.bands[0]!.grey];
    expect(
      first.every(
        (value, at) =>
          Math.abs(
            value -
              ((7 * (at % 150) + 13 * Math.floor(at / 150) + (((at % 150) * Math.floor(at / 150)) % 31) * 5) % 256),
          ) <= 0,
      ),
    ).toBe(true);
    expect(second.every((value, at) => Math.abs(2 * value - first[at]!) <= 1)).toBe(true);
    expect(dark.notes.join()).toContain("models see 0 as black and 510 as white");
  });

  test("a photo without the second raster is refused as a run would be", async () => {
    await expect(seeInputs(manifest, { ...scene(150, 90), auxiliary: null })).rejects.toThrow(/optical raster only/);
  });
});
