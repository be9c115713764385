/** Judged by GEOS: the area of polygon ∩ pixel, for every pixel. */
import { describe, expect, test } from "vitest";
import { runPython, withoutPython } from "../../testing/run-python";
import { coverRows, type PixelRing, pixelBounds } from "./pixel-coverage";
import { signedArea } from "./trace-polygons";

const SIZE = { widthPx: 12, heightPx: 9 };

const JUDGE = `
import json, sys
import shapely
from shapely.geometry import Polygon, box
given = json.load(sys.stdin)
answers = []
for outline, *holes in given["polygons"]:
    pairs = lambda ring: [ring[at:at + 2] for at in range(0, len(ring), 2)]
    shape = Polygon(pairs(outline), [pairs(hole) for hole in holes])
    assert shape.is_valid, shapely.is_valid_reason(shape)
    cells = [box(col, row, col + 1, row + 1) for row in range(given["rows"]) for col in range(given["cols"])]
    answers.append(shapely.area(shapely.intersection(shape, cells)).tolist())
print(json.dumps(answers))
`;

/** A star with a star for a hole, some of them partly or all outside, with corners on pixel corners now and then. */
function polygons(): PixelRing[][] {
  let seed = 5;
  const random = () => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed / 2147483648;
  };
  return Array.from({ length: 60 }, (_, index) => {
    const [x, y] = [random() * 14 - 1, random() * 11 - 1];
    const star = (least: number, most: number, sense: 1 | -1): number[] =>
      Array.from({ length: 9 }, (_, point) => {
        const angle = (sense * 2 * Math.PI * point) / 9;
        const radius = least + (most - least) * random();
        const corner = [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
        return index % 4 === 0 && least > 1 ? corner.map(Math.round) : corner;
      }).flat();
    const outline = star(2.5, 6, 1);
    return index % 4 === 0 ? [outline] : [outline, star(0.3, 1.4, -1)];
  }).filter(([outline]) => signedArea(outline!) > 0);
}

function covered(rings: readonly PixelRing[]): number[] {
  const pixels = new Array<number>(SIZE.widthPx * SIZE.heightPx).fill(0);
  const bounds = pixelBounds(rings, SIZE);
  if (bounds === null) return pixels;
  coverRows(rings, bounds, ({ row, col, coverage }) => {
    for (const [at, part] of coverage.entries()) pixels[row * SIZE.widthPx + col + at] = part;
  });
  return pixels;
}

describe.skipIf(withoutPython)("covered parts of pixels", () => {
  test("of random polygons with holes, partly outside, are those of GEOS", () => {
    const given = polygons();
    const answers = runPython(JUDGE, { polygons: given, cols: SIZE.widthPx, rows: SIZE.heightPx }) as number[][];
    for (const [index, rings] of given.entries()) {
      const found = covered(rings);
      const worst = Math.max(...found.map((part, at) => Math.abs(part - answers[index]![at]!)));
      expect(worst, `polygon ${index}`).toBeLessThan(1e-9);
    }
  });
});

test("a square on pixel edges covers whole pixels, one outside covers none", () => {
  expect(covered([[2, 1, 5, 1, 5, 3, 2, 3]]).flatMap((part, at) => (part === 0 ? [] : [[at, part]]))).toEqual(
    [14, 15, 16, 26, 27, 28].map((at) => [at, 1]),
  );
  expect(pixelBounds([[20, 1, 25, 1, 25, 3]], SIZE)).toBeNull();
});
