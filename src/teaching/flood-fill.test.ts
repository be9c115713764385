/** What is filled: judged by SciPy's connected components, and burnt by GDAL. */
import { describe, expect, test } from "vitest";
import type { PixelShape } from "../core/vector/stroke-on-photo";
import { noise } from "../testing/array-raster";
import { runPython, withoutPython } from "../testing/run-python";
import { floodFill } from "./flood-fill";

const SIZE = { widthPx: 70, heightPx: 50 };
const SEEDS = [
  [10, 10],
  [60, 40],
  [35, 25],
] as const;
const TOLERANCE = 20;

/** Waves with noise, and a corner without data. */
const rgba = Uint8Array.from({ length: 4 * SIZE.widthPx * SIZE.heightPx }, (_, at) => {
  const pixel = Math.floor(at / 4);
  const [col, row] = [pixel % SIZE.widthPx, Math.floor(pixel / SIZE.widthPx)];
  if (at % 4 === 3) return col > 65 && row < 5 ? 0 : 255;
  return 128 + 60 * Math.sin(col / 9 + (at % 4)) * Math.cos(row / 8) + (noise(5, pixel, at % 4) % 24) - 12;
});

const JUDGE = `
import json, sys, numpy as np
from scipy import ndimage
from rasterio.features import rasterize
given = json.load(sys.stdin)
picture = np.array(given["rgba"], int).reshape(50, 70, 4)
out = []
for (col, row), shape in zip(given["seeds"], given["shapes"]):
    alike = (np.abs(picture[..., :3] - picture[row, col, :3]) <= 20).all(-1) & (picture[..., 3] > 0)
    parts, _ = ndimage.label(alike)
    wanted = parts == parts[row, col]
    # Holes of up to 15 pixels are filled; where they only meet in a corner they are two.
    holes, count = ndimage.label(~wanted)
    edge = set(np.r_[holes[0], holes[-1], holes[:, 0], holes[:, -1]].tolist())
    burnt = rasterize([({"type": "Polygon", "coordinates": shape["rings"]}, 1)], out_shape=(50, 70), dtype="uint8") > 0
    small = np.zeros_like(wanted)
    for hole in range(1, count + 1):
        if hole not in edge: small |= (holes == hole)
    out.append(dict(missing=int((wanted & ~burnt).sum()), added=int((burnt & ~wanted).sum()),
                    outside=int((burnt & ~wanted & ~small).sum()), pixels=int(wanted.sum()),
                    largest=int(max([0, *np.bincount(ndimage.label(burnt & ~wanted)[0].ravel())[1:]]))))
print(json.dumps(out))
`;

describe("pixels that look alike", () => {
  test.skipIf(withoutPython)("are those that SciPy finds connected, with small holes filled", () => {
    const areas = SEEDS.map((seed) => floodFill(rgba, SIZE, seed, TOLERANCE)!);
    const judged = runPython(JUDGE, { rgba: [...rgba], seeds: SEEDS, shapes: areas.map(({ shape }) => shape) }) as {
      missing: number;
      added: number;
      outside: number;
      pixels: number;
      largest: number;
    }[];
    for (const { missing, outside, largest } of judged) {
      expect([missing, outside]).toEqual([0, 0]);
      expect(largest).toBeLessThan(16);
    }
    expect(Math.max(...judged.map(({ pixels }) => pixels))).toBeGreaterThan(100);
    expect(Math.max(...judged.map(({ added }) => added))).toBeGreaterThan(0);
  });

  test("are none where there is no data, and are called cut where they reach the edge", () => {
    expect(floodFill(rgba, SIZE, [68, 2], TOLERANCE)).toBe(null);
    expect(floodFill(rgba, SIZE, [35, 25], 255)?.isCut).toBe(true);
    const spot = Uint8Array.from({ length: 4 * 25 }, (_, at) => (at % 4 === 3 ? 255 : at / 4 === 12 ? 9 : 0));
    for (const channel of [0, 1, 2]) spot[4 * 12 + channel] = 90;
    const alone = floodFill(spot, { widthPx: 5, heightPx: 5 }, [2, 2], 10)!;
    expect(alone.isCut).toBe(false);
    const { rings } = alone.shape as Extract<PixelShape, { kind: "area" }>;
    expect(rings.map((ring) => new Set(ring.map(String)))).toEqual([new Set(["2,2", "3,2", "3,3", "2,3"])]);
  });
});
