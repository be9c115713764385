/** Strokes from another coordinate system lie where PROJ puts them. */
import { describe, expect, test } from "vitest";
import type { Stroke } from "../core/vector/stroke";
import { runPython, withoutPython } from "../testing/run-python";
import { crsOfEpsg } from "./crs-definition";
import { wayIntoCrs } from "./strokes-in-crs";

const LINE = { kind: "line", points: [[11.56, 48.14] as const, [11.561, 48.1405] as const], widthMetres: 2 } as const;
const AREA = {
  kind: "area",
  rings: [
    [
      [11.5, 48.1],
      [11.6, 48.1],
      [11.6, 48.2],
      [11.5, 48.1],
    ],
  ],
} as const;
const STROKES: readonly Stroke[] = [
  { className: "tree", shape: LINE },
  { className: "roof", scene: "a.tif", shape: AREA },
];

const JUDGE = `
import json, sys
from rasterio.warp import transform
points = json.load(sys.stdin)
print(json.dumps(list(zip(*transform("EPSG:4326", "EPSG:25832", *zip(*points))))))
`;

describe("strokes of another coordinate system", () => {
  test.skipIf(withoutPython)("come to the places that PROJ says, as wide as they were", async () => {
    const move = await wayIntoCrs(4326, await crsOfEpsg(25832));
    const strokes = STROKES.map((stroke) => move!(stroke)!);
    const [line, area] = strokes.map(({ shape }) => shape);
    const found = [...(line as typeof LINE).points, ...(area as typeof AREA).rings[0]];
    const wanted = runPython(JUDGE, [...LINE.points, ...AREA.rings[0]]) as [number, number][];
    for (const [at, [x, y]] of found.entries()) {
      expect(Math.hypot(x - wanted[at]![0], y - wanted[at]![1])).toBeLessThan(0.01);
    }
    expect(strokes[0]).toMatchObject({ className: "tree", shape: { widthMetres: 2 } });
    expect(strokes[1]).toMatchObject({ className: "roof", scene: "a.tif" });
  });

  test.each([
    ["no code", null],
    ["the photo's code", 25832],
  ])("with %s are left as they are", async (_, epsg) => {
    const move = await wayIntoCrs(epsg, await crsOfEpsg(25832));
    expect(STROKES.map((stroke) => move!(stroke))).toEqual(STROKES);
  });

  test("there is no way from a code that is not known", async () => {
    expect(await wayIntoCrs(99999, await crsOfEpsg(25832))).toBeNull();
  });
});
