import { describe, expect, test } from "vitest";
import { runPython, withoutPython } from "../../testing/run-python";
import { fillHoles } from "./fill-holes";
import { findGround, groundUnder } from "./ground-surface";
import { openBySquare } from "./square-opening";

interface Model {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly pixelSizeMetres: number;
  readonly terrain: (eastMetres: number, southMetres: number) => number;
  /** Metres added at a pixel centre; NaN makes a hole. */
  readonly standing?: (eastMetres: number, southMetres: number) => number;
}

function render({ widthPx, heightPx, pixelSizeMetres, terrain, standing = () => 0 }: Model) {
  const ground = new Float64Array(widthPx * heightPx);
  const surface = ground.map((_, pixel) => {
    const east = ((pixel % widthPx) + 0.5) * pixelSizeMetres;
    const south = (Math.floor(pixel / widthPx) + 0.5) * pixelSizeMetres;
    ground[pixel] = terrain(east, south);
    return ground[pixel]! + standing(east, south);
  });
  return { ground, surface };
}

async function heightsOf(model: Model, surface: Float64Array): Promise<Float64Array> {
  const { widthPx, heightPx, pixelSizeMetres } = model;
  const found = await findGround(model, pixelSizeMetres, async (row, rows) =>
    surface.subarray(row * widthPx, (row + rows) * widthPx),
  );
  const under = groundUnder(found!, { col: 0, row: 0, widthPx, heightPx });
  return surface.map((height, pixel) => height - under[pixel]!);
}

/** Largest difference between what was found and what stands there, where `pick` says. */
function worst(found: Float64Array, { ground, surface }: ReturnType<typeof render>, pick: (above: number) => boolean) {
  return found.reduce((most, height, pixel) => {
    const above = surface[pixel]! - ground[pixel]!;
    return pick(above) ? Math.max(most, Math.abs(height - above)) : most;
  }, 0);
}

const inside = (from: number, side: number, place: number) => place >= from && place < from + side;

/** Everything at once: a hillside, hills, a hall, houses, a hole, a flight of low pixels, noise without randomness. */
const MIXED: Model = {
  widthPx: 173,
  heightPx: 151,
  pixelSizeMetres: 0.55,
  terrain: (east, south) => 80 + 0.12 * east + 3 * Math.sin(east / 19) * Math.cos(south / 23),
  standing: (east, south) => {
    if (Math.hypot(east - 70, south - 20) < 6) return Number.NaN;
    if (Math.hypot(east - 20, south - 70) < 0.5) return -9;
    const house = inside(30, 9, east) && inside(15, 12, south) ? 6.5 : 0;
    const hall = inside(45, 38, east) && inside(38, 30, south) ? 11 : 0;
    return house + hall + 0.08 * Math.sin(12.9898 * east + 78.233 * south);
  },
};

describe("the ground under a surface model", () => {
  test.each([0, 0.3])("halls up to 80 m across stand on a slope of %d, and the slope lies", async (slope) => {
    for (const side of [20, 78]) {
      const from = 75;
      const roof = 100 + slope * (from + side) + 6;
      const model: Model = {
        widthPx: 230,
        heightPx: 230,
        pixelSizeMetres: 1,
        terrain: (east) => 100 + slope * east,
        standing: (east, south) =>
          inside(from, side, east) && inside(from, side, south) ? roof - (100 + slope * east) : 0,
      };
      const rendered = render(model);
      const found = await heightsOf(model, rendered.surface);
      expect(worst(found, rendered, (above) => above === 0)).toBeLessThan(0.1);
      expect(worst(found, rendered, (above) => above > 0)).toBeLessThan(0.5);
    }
  });

  test("hills steeper than a third lie, though the largest window cuts their tops off", async () => {
    const model: Model = {
      widthPx: 300,
      heightPx: 300,
      pixelSizeMetres: 1,
      terrain: (east, south) => 100 + 15 * Math.sin(east / 45) * Math.cos(south / 45),
    };
    const rendered = render(model);
    expect(worst(await heightsOf(model, rendered.surface), rendered, () => true)).toBeLessThan(0.1);
  });

  test("without a single height there is no ground", async () => {
    const nothing = new Float64Array(12).fill(Number.NaN);
    expect(await findGround({ widthPx: 4, heightPx: 3 }, 1, async () => nothing.subarray(0, 4))).toBeNull();
    await expect(findGround({ widthPx: 4, heightPx: 3 }, 0, async () => nothing)).rejects.toThrow(RangeError);
  });

  test("a run that is cancelled stops reading", async () => {
    const cancel = new AbortController();
    let reads = 0;
    const reading = findGround(
      { widthPx: 8, heightPx: 800 },
      1,
      async (_, rows) => {
        if (++reads === 3) cancel.abort();
        return new Float64Array(rows * 8);
      },
      cancel.signal,
    );
    await expect(reading).rejects.toMatchObject({ name: "AbortError" });
    expect(reads).toBe(3);
  });

  test.skipIf(withoutPython)("Python and TypeScript find the same heights to the centimetre", async () => {
    const models = [MIXED, { ...MIXED, pixelSizeMetres: 1.7, widthPx: 121, heightPx: 95 }];
    const rendered = models.map((model) => ({ model, surface: render(model).surface }));
    const twins = runPython(
      `import json, sys
import numpy as np
sys.path.insert(0, "models")
from nadir_models.heights import height_above_ground
def heights(given):
    dsm = np.array([np.nan if v is None else v for v in given["surface"]]).reshape(given["rows"], -1)
    above = height_above_ground(dsm, ~np.isnan(dsm), given["pixelSizeMetres"])
    return [None if np.isnan(v) else float(v) for v in above.ravel()]
print(json.dumps([heights(given) for given in json.load(sys.stdin)]))`,
      rendered.map(({ model: { pixelSizeMetres, heightPx }, surface }) => ({
        pixelSizeMetres,
        rows: heightPx,
        surface: [...surface],
      })),
    ) as (number | null)[][];
    for (const [index, { model, surface }] of rendered.entries()) {
      const found = await heightsOf(model, surface);
      const twin = twins[index]!;
      expect(twin.map((height) => height === null)).toEqual([...found].map(Number.isNaN));
      const differences = twin.map((height, pixel) => (height === null ? 0 : Math.abs(height - found[pixel]!)));
      expect(Math.max(...differences)).toBeLessThan(0.01);
      expect(Math.max(...found.filter((height) => !Number.isNaN(height)))).toBeGreaterThan(9);
    }
  });
});

describe("its parts", () => {
  test("a hole in a plane is closed by the plane", () => {
    const [cols, rows] = [24, 17];
    const heights = Float64Array.from(
      { length: cols * rows },
      (_, cell) => (cell % cols) * 2 - Math.floor(cell / cols),
    );
    const open = heights.map((_, cell) => (inside(8, 6, cell % cols) && inside(5, 6, Math.floor(cell / cols)) ? 1 : 0));
    const filled = fillHoles({ cols, rows, heights, open: Uint8Array.from(open) });
    for (const [cell, height] of filled.entries()) {
      expect(Math.abs(height - heights[cell]!)).toBeLessThan(open[cell] === 1 ? 0.6 : 1e-12);
    }
  });

  test.skipIf(withoutPython)("the opening is SciPy's", () => {
    const [cols, rows] = [37, 23];
    const heights = Float64Array.from({ length: cols * rows }, (_, cell) => Math.sin(cell * 12.9898) * 50);
    const cases = [1, 2, 5, 30];
    const judged = runPython(
      `import json, sys
import numpy as np
from scipy import ndimage
given = json.load(sys.stdin)
values = np.array(given["heights"]).reshape(given["rows"], given["cols"])
def opened(radius):
    low = ndimage.minimum_filter(values, 2 * radius + 1, mode="nearest")
    return ndimage.maximum_filter(low, 2 * radius + 1, mode="nearest").ravel().tolist()
print(json.dumps([opened(radius) for radius in given["cases"]]))`,
      { heights: [...heights], cols, rows, cases },
    ) as number[][];
    for (const [index, radius] of cases.entries()) {
      const opened = heights.slice();
      openBySquare(opened, cols, rows, radius);
      expect([...opened]).toEqual(judged[index]);
    }
  });
});
